import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Holder, TestCamera } from './testing/test-camera.ts';

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;
/** A picture ends no later than this after its time. */
const CUT_MS = 1_000;
/** The camera says what has changed with time no later than this. */
const SAID_MS = 5_000;

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

/** What its channel says last; the goodbye of a session is on its way at the same time. */
const last = ({ channel }: Pick<Holder, 'channel'>) =>
  channel.received.filter(({ type }) => type !== 'bye').at(-1);
/** Lets time pass, all but the last seconds of it at a bound: the camera looks four times a second. */
const wait = (seconds: number) => {
  camera.clock.step((seconds - 10) * 1000);
  camera.clock.advance(10_000);
};

describe('a look that is lent', () => {
  it.each([
    ['an hour', HOUR_S],
    ['sixty days', 60 * DAY_S],
    ['two years', 730 * DAY_S],
  ])('until in %s ends the picture in that second, and not one earlier', async (_, seconds) => {
    const guest = await camera.letIn(owner, { exp: camera.now + seconds });
    const peer = await camera.watch(guest);
    wait(seconds - 1);
    camera.clock.advance(999);
    expect(camera.shows(peer)).toBe(true);
    camera.clock.advance(CUT_MS);
    expect([camera.shows(peer), peer.closedFor]).toEqual([false, 'expired']);
  });

  it('for an hour counts it from when it is taken', async () => {
    const { secret } = await owner.channel.lend({ duration: HOUR_S });
    wait(HOUR_S / 2);
    const guest = await camera.accept(secret);
    expect(guest.terms.terms.exp).toBe(camera.now + HOUR_S);
    const peer = await camera.watch(guest);
    wait(HOUR_S);
    expect(peer.closedFor).toBe('expired');
  });

  it('ends also for a phone that is looking for a path', async () => {
    const guest = await camera.letIn(owner, { duration: 60 });
    wait(50);
    expect(await camera.offer(guest)).toBe('answer');
    camera.clock.advance(10_000 + CUT_MS);
    expect(camera.peers.map(({ closedFor }) => closedFor)).toEqual(['expired']);
  });

  it('that is over is refused to who asks in the same moment, and then answered by silence', async () => {
    const guest = await camera.letIn(owner, { duration: 60 });
    camera.clock.step(60_000);
    expect(await camera.offer(guest)).toBe('expired');
    camera.clock.advance(SAID_MS);
    await expect.poll(() => last(guest)).toMatchObject({ type: 'ended', body: { reason: 'expired' } });
    expect(camera.broker.subscribedTopics()).not.toContain(guest.channel.lanes.up.topic);
    expect(camera.peers).toEqual([]);
  });

  it('that begins later shows nothing before', async () => {
    const guest = await camera.letIn(owner, { nbf: camera.now + 100, exp: camera.now + 200 });
    expect(await camera.offer(guest)).toBe('not_yet');
    wait(99);
    expect(await camera.offer(guest)).toBe('not_yet');
    camera.clock.advance(1_000);
    expect(await camera.offer(guest)).toBe('answer');
  });

  it('for some hours of the week ends with them, and is there again in the next', async () => {
    // The camera's clock begins on a Tuesday at midnight.
    const hours = { tz: 'UTC', spans: [{ days: [2], from: 0, until: 60 }] } as const;
    const guest = await camera.letIn(owner, { hours, exp: camera.now + 30 * DAY_S });
    const peer = await camera.watch(guest);
    wait(HOUR_S - 1);
    expect(camera.shows(peer)).toBe(true);
    camera.clock.advance(CUT_MS);
    expect([camera.shows(peer), peer.closedFor]).toEqual([false, 'outside_hours']);
    expect(await camera.offer(guest)).toBe('outside_hours');
    wait(7 * DAY_S - HOUR_S);
    expect(await camera.offer(guest)).toBe('answer');
  });

  it('ends with that of the one who lent it on, at once', async () => {
    const lender = await camera.letIn(owner, { scope: ['watch', 'lend'], exp: camera.now + HOUR_S });
    const friend = await camera.letIn(lender, { duration: DAY_S });
    expect(friend.terms.terms.exp).toBe(camera.now + HOUR_S);
    const peers = [await camera.watch(lender), await camera.watch(friend)];
    wait(HOUR_S);
    expect(peers.map(({ closedFor }) => closedFor)).toEqual(['expired', 'expired']);
  });

  it('ends earlier when the end is brought forward, and later when it is put off, while it is watched', async () => {
    const guest = await camera.letIn(owner, { exp: camera.now + HOUR_S });
    const peer = await camera.watch(guest);
    const { gid } = guest.terms;
    expect(await owner.channel.amend({ id: gid, exp: camera.now + 2 * HOUR_S })).toBe('done');
    wait(HOUR_S + 60);
    expect(camera.shows(peer)).toBe(true);
    expect(await owner.channel.amend({ id: gid, exp: camera.now + 5 })).toBe('done');
    camera.clock.advance(5_000 + CUT_MS);
    expect(peer.closedFor).toBe('expired');
  });

  it('that is over is there again when its end is put off', async () => {
    const guest = await camera.letIn(owner, { duration: 60 });
    wait(60 + SAID_MS / 1000);
    await expect.poll(() => last(guest)).toMatchObject({ type: 'ended' });
    const { gid } = guest.terms;
    expect(await owner.channel.amend({ id: gid, exp: camera.now + HOUR_S })).toBe('done');
    await expect.poll(() => last(guest)).toMatchObject({ type: 'presence', body: { state: 'online' } });
    expect(camera.shows(await camera.watch(guest))).toBe(true);
  });

  it('that is over is forgotten after a week, and its channel with it', async () => {
    const guest = await camera.letIn(owner, { duration: 60 });
    wait(60 + 7 * DAY_S);
    camera.clock.advance(HOUR_S * 1000);
    await expect.poll(() => camera.saved.grants).toHaveLength(1);
    const words = () =>
      camera.broker.published.filter(({ topic }) => topic === guest.channel.lanes.down.topic);
    await expect.poll(() => words().at(-1)?.payload.byteLength).toBe(0);
  });
});

describe('a clock that is set', () => {
  it('forward over the end of a look ends it, whatever its timers say', async () => {
    const guest = await camera.letIn(owner, { duration: HOUR_S });
    const peer = await camera.watch(guest);
    camera.clock.step(HOUR_S * 1000);
    camera.clock.advance(250);
    expect([camera.shows(peer), peer.closedFor]).toEqual([false, 'expired']);
  });

  it('back gives nobody more than the camera then believes, and ends nothing', async () => {
    const guest = await camera.letIn(owner, { duration: HOUR_S });
    const peer = await camera.watch(guest);
    camera.clock.step(-DAY_S * 1000);
    camera.clock.advance(250);
    expect(camera.shows(peer)).toBe(true);
    camera.clock.step(DAY_S * 1000 + HOUR_S * 1000);
    camera.clock.advance(250);
    expect(peer.closedFor).toBe('expired');
  });

  it('forward and back again lets a guest in again that was let go too early', async () => {
    const guest = await camera.letIn(owner, { duration: DAY_S });
    camera.clock.step(2 * DAY_S * 1000);
    camera.clock.advance(SAID_MS);
    await expect.poll(() => last(guest)).toMatchObject({ type: 'ended' });
    camera.clock.step(-2 * DAY_S * 1000);
    camera.clock.advance(SAID_MS);
    await expect.poll(() => last(guest)).toMatchObject({ type: 'presence' });
    expect(await camera.offer(guest)).toBe('answer');
  });

  it('neither way ends what an owner sees', async () => {
    const peer = await camera.watch(owner);
    for (const days of [4_000, -8_000, 4_000]) {
      camera.clock.step(days * DAY_S * 1000);
      camera.clock.advance(SAID_MS);
      expect(camera.shows(peer)).toBe(true);
    }
  });

  it('forward does not make the code of an unclaimed camera worthless, nor does back keep it for longer', async () => {
    const fresh = await TestCamera.start();
    fresh.clock.step(20 * 365 * DAY_S * 1000);
    expect((await fresh.claim()).terms.terms.scope).toEqual(['owner']);
    await fresh.stop();

    const old = await TestCamera.start();
    const visitor = await old.visit();
    old.clock.step(-DAY_S * 1000);
    old.clock.advance(11 * 60_000 + 1_000);
    await expect.poll(() => old.broker.subscribedTopics()).not.toContain(visitor.channel.lanes.up.topic);
    await old.stop();
  });
});

describe('a camera that does not know the time', () => {
  it('shows no guest anything, from that moment until it knows, and owners all', async () => {
    const guest = await camera.letIn(owner);
    const peers = [await camera.watch(owner), await camera.watch(guest)];
    camera.time.trust(false);
    expect(peers.map(({ closedFor }) => closedFor)).toEqual([null, 'clock_unsynced']);
    expect(await camera.offer(guest)).toBe('clock_unsynced');
    expect(await camera.offer(owner)).toBe('answer');
    camera.time.trust(true);
    expect(await camera.offer(guest)).toBe('answer');
  });

  it('gives no guest more time by being sent back to 1970, and lets in none', async () => {
    const guest = await camera.letIn(owner, { duration: 60 });
    const { secret } = await owner.channel.lend({ duration: 60 });
    camera.time.trust(false);
    camera.clock.step(-camera.now * 1000);
    expect(await camera.offer(guest)).toBe('clock_unsynced');
    const visitor = await camera.visit(secret);
    expect(await camera.redeem(visitor)).toBe('clock_unsynced');
    expect(camera.saved.grants).toHaveLength(2);
  });

  it('forgets nothing, and tells nobody that their time is over', async () => {
    const guest = await camera.letIn(owner, { duration: 60 });
    camera.time.trust(false);
    camera.clock.step(400 * DAY_S * 1000);
    camera.clock.advance(HOUR_S * 1000);
    await owner.channel.settled();
    expect(guest.channel.received.map(({ type }) => type)).not.toContain('ended');
    expect(camera.saved.grants).toHaveLength(2);
  });

  it('lends for its owner, and lets in as soon as it knows', async () => {
    camera.time.trust(false);
    const { said, secret } = await owner.channel.lend();
    expect(said).toBe('done');
    const visitor = await camera.visit(secret);
    expect(await camera.redeem(visitor)).toBe('clock_unsynced');
    camera.time.trust(true);
    expect(await camera.redeem(visitor)).toMatchObject({ terms: { scope: ['watch'] } });
  });
});
