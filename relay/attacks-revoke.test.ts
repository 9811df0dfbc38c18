import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '#shared/message.ts';
import { FakeDataChannel } from './testing/fake-peer.ts';
import { type Holder, TestCamera } from './testing/test-camera.ts';
import { TestPhone } from './testing/test-phone.ts';

const WEEK_MS = 7 * 24 * 3600_000;
const FOR_OWNER = { scope: ['owner'], duration: null } as const;
const TO_LEND = { scope: ['watch', 'lend'] } as const;

let camera: TestCamera;
let owner: Holder;

beforeEach(async () => {
  camera = await TestCamera.start();
  owner = await camera.claim();
});

afterEach(async () => {
  await camera.stop();
  expect(camera.clock.pending).toBe(0);
});

const gidOf = ({ terms }: Holder) => terms.gid;
const revoke = (who: Holder, by = owner) => by.channel.revoke(gidOf(who));
const wordsOn = ({ channel }: Holder) =>
  camera.broker.published.filter(({ topic }) => topic === channel.lanes.down.topic);
/** What its channel says last; the goodbye of a session is on its way at the same time. */
const last = ({ channel }: Pick<Holder, 'channel'>) =>
  channel.received.filter(({ type }) => type !== 'bye').at(-1);
const offer = (nonce: string): Message => ({
  type: 'offer',
  body: { nonce, sid: TestPhone.sessionId(), sdp: 'offer' },
});

describe('a guest that is revoked', () => {
  it('sees not one picture more, and is told why on both ways', async () => {
    const guest = await camera.letIn(owner);
    const peer = await camera.watch(guest);
    const control = new FakeDataChannel('control');
    peer.channel.emit(control);
    expect(camera.shows(peer)).toBe(true);
    expect(await revoke(guest)).toBe('done');
    expect(camera.shows(peer)).toBe(false);
    expect(peer.closedFor).toBe('revoked');
    expect(control.sent).toEqual(['{"type":"bye","reason":"revoked"}']);
    await expect.poll(() => guest.channel.received.map(({ type }) => type)).toContain('bye');
  });

  it.each([
    ['looks for a path', (_: TestCamera) => undefined],
    [
      'has lost its path',
      (on: TestCamera) => {
        on.peers.at(-1)?.become('connected');
        on.peers.at(-1)?.become('disconnected');
      },
    ],
  ])('while it %s finds none any more', async (_, happens) => {
    const guest = await camera.letIn(owner);
    expect(await camera.offer(guest)).toBe('answer');
    happens(camera);
    await revoke(guest);
    const [peer] = camera.peers;
    peer?.become('connected');
    expect(peer?.closedFor).toBe('revoked');
    expect(camera.source.listener).toBeNull();
  });

  it('while its offer is being answered has no answer', async () => {
    const guest = await camera.letIn(owner);
    const answer = Promise.withResolvers<void>();
    camera.untilAnswer = () => answer.promise;
    await guest.channel.send(offer(guest.channel.nonce));
    await expect.poll(() => camera.peers).toHaveLength(1);
    await revoke(guest);
    answer.resolve();
    await owner.channel.settled();
    expect(camera.peers[0]?.closedFor).toBe('revoked');
    expect(guest.channel.received.map(({ type }) => type)).not.toContain('answer');
  });

  it('takes all whom it let in with it, and their pictures', async () => {
    const lender = await camera.letIn(owner, TO_LEND);
    const friend = await camera.letIn(lender);
    const peers = [await camera.watch(lender), await camera.watch(friend)];
    await revoke(lender);
    expect(peers.map((peer) => peer.closedFor)).toEqual(['revoked', 'revoked']);
    await expect.poll(() => last(friend)).toMatchObject({ type: 'ended', body: { reason: 'revoked' } });
  });

  it('has silence for an answer, however much it sends, also by what it sent before', async () => {
    const guest = await camera.letIn(owner);
    const { payload } = await guest.channel.send(offer(guest.channel.nonce));
    await guest.channel.next('answer');
    await revoke(guest);
    await expect.poll(() => last(guest)).toMatchObject({ type: 'ended' });
    const before = wordsOn(guest).length;
    const { topic } = guest.channel.lanes.up;
    expect(camera.broker.subscribedTopics()).not.toContain(topic);
    for (let times = 0; times < 200; times += 1) camera.broker.inject(topic, payload);
    await guest.channel.send({ type: 'hello', body: {} });
    await guest.channel.send({ type: 'list', body: { nonce: guest.channel.nonce, after: null } });
    await owner.channel.settled();
    expect(wordsOn(guest)).toHaveLength(before);
  });

  it('is told so when it comes back within a week, and finds nothing after that', async () => {
    const guest = await camera.letIn(owner);
    await revoke(guest);
    await camera.restart();
    const back = { channel: await camera.open(guest.terms, guest.phone) };
    expect(last(back)).toMatchObject({ type: 'ended', body: { reason: 'revoked' } });
    camera.clock.step(WEEK_MS);
    camera.clock.advance(3600_000);
    await expect.poll(() => wordsOn(guest).at(-1)?.payload.byteLength).toBe(0);
    expect(camera.saved.withdrawn).toEqual([]);
  });

  it('does not come in again by the link that it came by', async () => {
    const { secret } = await owner.channel.lend();
    const visitor = await camera.visit(secret);
    const terms = await camera.redeem(visitor);
    if (typeof terms === 'string') throw new Error(terms);
    await owner.channel.revoke(terms.gid);
    await visitor.channel.send({ type: 'hello', body: {} });
    await owner.channel.settled();
    expect(camera.broker.subscribedTopics()).not.toContain(visitor.channel.lanes.up.topic);
    expect((await owner.channel.lend({ secret })).said).toBe('withdrawn');
  });

  it('has lent nothing in the same moment', async () => {
    const lender = await camera.letIn(owner, TO_LEND);
    await Promise.all([revoke(lender), lender.channel.send(lendingOf(lender))]);
    await owner.channel.settled();
    expect(camera.saved.grants).toHaveLength(1);
    expect(camera.saved.invites).toEqual([]);
  });

  it('stays revoked when the disk fails the first time', async () => {
    const guest = await camera.letIn(owner);
    const peer = await camera.watch(guest);
    camera.onSave = async () => {
      camera.onSave = async () => undefined;
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    };
    expect(await revoke(guest)).toBe('not_stored');
    expect(camera.shows(peer)).toBe(true);
    expect(await revoke(guest)).toBe('done');
    expect(camera.shows(peer)).toBe(false);
  });

  it('is one that gives its own look back', async () => {
    const guest = await camera.letIn(owner);
    const peer = await camera.watch(guest);
    expect(await revoke(guest, guest)).toBe('done');
    expect(peer.closedFor).toBe('revoked');
    expect(camera.saved.withdrawn).toMatchObject([{ by: gidOf(guest) }]);
  });

  it('is revoked by whoever lent to it, and by no guest beside it', async () => {
    const lender = await camera.letIn(owner, TO_LEND);
    const friend = await camera.letIn(lender);
    const sibling = await camera.letIn(owner, TO_LEND);
    expect(await revoke(friend, sibling)).toBe('not_found');
    expect(await revoke(lender, friend)).toBe('not_allowed');
    expect(await revoke(friend, lender)).toBe('done');
  });
});

function lendingOf({ channel }: Holder): Message {
  return {
    type: 'lend',
    body: {
      ...{
        nonce: channel.nonce,
        secret: 'A'.repeat(22),
        name: 'Friend',
        scope: ['watch'],
        nbf: null,
        exp: null,
      },
      ...{ duration: 3600, hours: null, open_until: camera.now + 3600, transfer: false },
    },
  };
}

describe('an owner', () => {
  it('that is the last one stays, whoever asks', async () => {
    const guest = await camera.letIn(owner, TO_LEND);
    expect(await revoke(owner)).toBe('last_owner');
    expect(await revoke(owner, guest)).toBe('not_found');
    expect(camera.saved.grants).toHaveLength(2);
  });

  it('that was removed is as little heard as any stranger, with the secret it kept', async () => {
    const partner = await camera.letIn(owner, FOR_OWNER);
    const peer = await camera.watch(partner);
    const { payload } = await partner.channel.send({
      ...{ type: 'revoke', body: { nonce: partner.channel.nonce, id: 'A'.repeat(22) } },
    });
    expect(await revoke(partner)).toBe('done');
    expect(peer.closedFor).toBe('revoked');
    await camera.restart();
    const back = await camera.open(partner.terms, partner.phone);
    await owner.channel.settled();
    const before = wordsOn(partner).length;
    back.nonce = owner.channel.nonce;
    await back.send({ type: 'revoke', body: { nonce: back.nonce, id: gidOf(owner) } });
    camera.broker.inject(back.lanes.up.topic, payload);
    await owner.channel.settled();
    expect(wordsOn(partner)).toHaveLength(before);
    expect(camera.saved.grants.map(({ gid }) => gid)).toEqual([gidOf(owner)]);
  });

  it('and another that take each other out at once leave one of them', async () => {
    const partner = await camera.letIn(owner, FOR_OWNER);
    await Promise.all([
      owner.channel.send({ type: 'revoke', body: { nonce: owner.channel.nonce, id: gidOf(partner) } }),
      partner.channel.send({ type: 'revoke', body: { nonce: partner.channel.nonce, id: gidOf(owner) } }),
    ]);
    await expect.poll(() => camera.saved.grants.length).toBe(1);
    const [left] = camera.saved.grants;
    const [stays, goes] = left?.gid === gidOf(owner) ? [owner, partner] : [partner, owner];
    await stays.channel.settled();
    await expect.poll(() => goes.channel.received.map(({ type }) => type)).toContain('ended');
    expect(await revoke(stays, stays)).toBe('last_owner');
  });

  it('and another that both go leave one of them', async () => {
    const partner = await camera.letIn(owner, FOR_OWNER);
    const said = await Promise.all([revoke(owner, owner), revoke(partner, partner)]);
    expect(said.toSorted()).toEqual(['done', 'last_owner']);
    expect(camera.saved.grants).toHaveLength(1);
  });

  it('that goes takes its guests with it, and no other owner’s', async () => {
    const partner = await camera.letIn(owner, FOR_OWNER);
    const [mine, yours] = [await camera.letIn(owner), await camera.letIn(partner)];
    const peers = [await camera.watch(mine), await camera.watch(yours)];
    const open = await owner.channel.lend(FOR_OWNER);
    expect(await revoke(owner, partner)).toBe('done');
    expect(peers.map(({ closedFor }) => closedFor)).toEqual(['revoked', null]);
    expect(await camera.redeem(await camera.visit(open.secret))).toBe('withdrawn');
    expect(camera.saved.grants.map(({ gid }) => gid)).toEqual([gidOf(partner), gidOf(yours)]);
  });

  it('that hands the camera over sees nothing from that moment, while its guests go on', async () => {
    const guest = await camera.letIn(owner);
    const peers = [await camera.watch(owner), await camera.watch(guest)];
    const heir = await camera.letIn(owner, { ...FOR_OWNER, transfer: true });
    expect(peers.map(({ closedFor }) => closedFor)).toEqual(['revoked', null]);
    expect(await revoke(guest, heir)).toBe('done');
    await expect.poll(() => last(owner)).toMatchObject({ type: 'ended', body: { reason: 'revoked' } });
  });
});
