import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parsePrivacyTold } from '#shared/camera-privacy.ts';
import type { MessageBody } from '#shared/message.ts';
import { type Holder, TestCamera } from './testing/test-camera.ts';

/** The camera says what has changed no later than this, and a picture has ended long before. */
const SAID_MS = 5_000;
const CUT_MS = 250;
const days = [1, 2, 3, 4, 5, 6, 7] as const;

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

type Wish = Omit<MessageBody<'switch'>, 'nonce'>;

const ask = ({ channel }: Pick<Holder, 'channel'>, wish: Wish = {}) =>
  channel.ask((nonce) => ({ type: 'switch', body: { nonce, ...wish } }));
/** What the camera says of its switch, or the code of the refusal. */
async function said(holder: Pick<Holder, 'channel'>, wish: Wish = {}) {
  const answer = await ask(holder, wish);
  if (answer.type === 'refused') return answer.body.code;
  if (answer.type !== 'switched') throw new TypeError(answer.type);
  return parsePrivacyTold(answer.body.told);
}
async function revision(): Promise<number> {
  const answer = await said(owner);
  if (typeof answer === 'string') throw new TypeError(answer);
  return answer.revision;
}
const switchOn = async () => said(owner, { off: false, revision: await revision() });
const presenceOf = ({ channel }: Pick<Holder, 'channel'>) =>
  channel.received.filter((message) => message.type === 'presence').at(-1)?.body;

describe('a camera that an owner switches off', () => {
  it('ends every picture at once, owners’ too, with the reason, and lets go of the lens', async () => {
    const guest = await camera.letIn(owner);
    const peers = [await camera.watch(owner), await camera.watch(guest)];
    expect(await said(owner, { off: true })).toMatchObject({ off: true, why: 'hand', until: null });
    expect(peers.map(({ closedFor }) => closedFor)).toEqual(['private', 'private']);
    expect(camera.source.listener).toBeNull();
    expect(camera.source.timesLetGo).toBeGreaterThan(0);
  });

  it('shows nobody anything, and tells them why, until it is switched on', async () => {
    const guest = await camera.letIn(owner);
    await ask(owner, { off: true });
    expect([await camera.offer(owner), await camera.offer(guest)]).toEqual(['private', 'private']);
    expect(await switchOn()).toMatchObject({ off: false });
    expect(camera.shows(await camera.watch(guest))).toBe(true);
  });

  it('says so to everybody on their channels, and until when', async () => {
    const guest = await camera.letIn(owner);
    const until = camera.now + 3_600;
    await ask(owner, { off: true, until });
    await guest.channel.settled();
    expect([presenceOf(owner)?.off, presenceOf(guest)?.off]).toEqual([{ until }, { until }]);
    camera.clock.step(3_600_000);
    camera.clock.advance(SAID_MS);
    await guest.channel.settled();
    expect(presenceOf(guest)?.off).toBeUndefined();
    expect(await camera.offer(guest)).toBe('answer');
  });

  it('is off after a restart', async () => {
    await ask(owner, { off: true });
    await camera.restart();
    expect(await camera.offer(owner)).toBe('private');
  });

  it('ends a picture that is still being answered', async () => {
    const other = await camera.letIn(owner, { scope: ['owner'] });
    const answered = Promise.withResolvers<void>();
    camera.untilAnswer = () => answered.promise;
    void camera.offer(owner);
    await vi.waitFor(() => expect(camera.peers).toHaveLength(1));
    await ask(other, { off: true });
    answered.resolve();
    await owner.channel.settled();
    expect([camera.peers.at(-1)?.closedFor, camera.source.starts]).toEqual(['private', 0]);
  });

  it('lends and lists all the same', async () => {
    await ask(owner, { off: true });
    expect((await owner.channel.lend()).said).toBe('done');
    expect(await owner.channel.list()).toHaveLength(2);
  });
});

describe('a schedule', () => {
  const hours = { tz: 'UTC', spans: [{ days: [...days], from: 60, until: 120 }] };

  it('ends the picture in its first second, and lets one watch after its last', async () => {
    expect(await said(owner, { hours, revision: await revision() })).toMatchObject({ hours, off: false });
    const peer = await camera.watch(owner);
    camera.clock.step(3_599_000);
    camera.clock.advance(999);
    expect(camera.shows(peer)).toBe(true);
    camera.clock.advance(CUT_MS);
    expect(peer.closedFor).toBe('private');
    expect(await said(owner)).toMatchObject({ off: true, why: 'schedule' });
    camera.clock.step(3_600_000);
    expect(await camera.offer(owner)).toBe('answer');
  });

  it('keeps the camera off while the camera does not know the time', async () => {
    await ask(owner, { hours, revision: await revision() });
    const peer = await camera.watch(owner);
    camera.time.trust(false);
    expect(peer.closedFor).toBe('private');
    expect(await said(owner, { off: false, revision: await revision() })).toBe('clock_unsynced');
    camera.time.trust(true);
    expect(await camera.offer(owner)).toBe('answer');
  });
});

describe('switching the camera on', () => {
  it.each([
    ['watches', { scope: ['watch'] }],
    [
      'has every right but that of owners',
      { scope: ['watch', 'listen', 'talk', 'snapshot', 'control', 'lend'] },
    ],
  ] as const)(
    'is refused to a guest who %s, and so are its hours and what they are',
    async (_, { scope }) => {
      const guest = await camera.letIn(owner, { scope: [...scope] });
      await ask(owner, { off: true });
      const seen = await revision();
      for (const wish of [{}, { off: false, revision: seen }, { off: true }, { hours: null, revision: seen }])
        expect(await said(guest, wish)).toBe('not_allowed');
      expect(await camera.offer(owner)).toBe('private');
    },
  );

  it('is not done by a request that is recorded and repeated', async () => {
    const { payload } = await owner.channel.send({
      type: 'switch',
      body: { nonce: owner.channel.nonce, off: false, revision: await revision() },
    });
    await ask(owner, { off: true });
    const { topic } = owner.channel.lanes.up;
    await camera.broker.connect().publish(topic, payload);
    await owner.channel.settled();
    expect(await camera.offer(owner)).toBe('private');
  });

  it('is not done by a request that the broker held back while it was switched off once more', async () => {
    await ask(owner, { off: true });
    const held = { off: false, revision: await revision() };
    await switchOn();
    await ask(owner, { off: true });
    expect(await said(owner, held)).toBe('changed');
    expect(await camera.offer(owner)).toBe('private');
  });

  it('is not done by who has not looked, nor by who has lost the camera', async () => {
    const other = await camera.letIn(owner, { scope: ['owner'] });
    await ask(owner, { off: true });
    expect(await said(other, { off: false })).toBe('changed');
    const seen = await revision();
    await owner.channel.revoke(other.terms.gid);
    await other.channel.send({
      type: 'switch',
      body: { nonce: owner.channel.nonce, off: false, revision: seen },
    });
    await owner.channel.settled();
    expect(await camera.offer(owner)).toBe('private');
  });
});

describe('who watches', () => {
  it('is counted for owners within a moment, and for nobody else', async () => {
    const guest = await camera.letIn(owner);
    await camera.watch(guest);
    camera.clock.advance(100);
    await owner.channel.settled();
    await guest.channel.settled();
    expect([presenceOf(owner)?.watching, presenceOf(guest)?.watching]).toEqual([1, undefined]);
  });

  it('is shown at the camera itself, from the first picture to the last', async () => {
    const guest = await camera.letIn(owner, { name: 'Ben' });
    const peer = await camera.watch(guest);
    peer.die();
    await vi.waitFor(() => expect(camera.display.watching).toEqual([['Ben'], []]));
  });
});
