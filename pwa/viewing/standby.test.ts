import { describe, expect, test } from 'vitest';
import { createViewingBench } from '../testing/viewing-bench.ts';
import type { LiveSession, LiveState } from './camera.ts';

type Bench = Awaited<ReturnType<typeof createViewingBench>>;

const is = (session: LiveSession, type: LiveState['type']) => () => session.state.value.type === type;
const isOver = ({ signalingState }: RTCPeerConnection) => signalingState === 'closed';

/** A list that is looked at, with a connection to its camera ready. */
async function getReady(bench: Bench) {
  const standby = bench.standBy();
  bench.isListShown.set(true);
  await bench.until(() =>
    [...bench.sender.controls.values()].some(({ readyState }) => readyState === 'open'),
  );
  return standby;
}

describe('a connection made before the tap', () => {
  test('asks for no picture, and for it with one message when it is wanted', async () => {
    await using bench = await createViewingBench();
    const standby = await getReady(bench);
    expect(bench.sender.offers.map((offer) => offer.standby)).toEqual([true]);
    expect(bench.sender.plays).toBe(0);
    const heard = bench.camera.heard.length;
    const session = bench.open(undefined, standby);
    expect(session.state.value).toEqual({ type: 'connecting', step: 'picture' });
    expect(session.stream.value?.getVideoTracks()).toHaveLength(1);
    await bench.until(is(session, 'live'));
    expect([bench.sender.plays, bench.connections.length]).toEqual([1, 1]);
    expect(bench.camera.heard.slice(heard)).not.toContain('offer');
  });

  test('is made anew when the viewing is over, while the list is looked at', async () => {
    await using bench = await createViewingBench();
    const standby = await getReady(bench);
    const session = bench.open(undefined, standby);
    await bench.until(is(session, 'live'));
    expect(bench.connections).toHaveLength(1);
    session.close();
    await bench.until(() => bench.sender.controls.size === 2);
    expect(bench.connections.map(isOver)).toEqual([true, false]);
    expect(bench.sender.offers.map((offer) => offer.standby)).toEqual([true, true]);
  });

  test('is asked for its picture by its offer where it is not ready yet', async () => {
    await using bench = await createViewingBench();
    const standby = bench.standBy();
    bench.isListShown.set(true);
    await bench.until(() => bench.camera.heard.includes('offer'));
    const session = bench.open(undefined, standby);
    await bench.until(is(session, 'live'));
    expect(bench.connections).toHaveLength(1);
    expect(bench.sender.offers.at(-1)?.standby).toBeUndefined();
    expect(new Set(bench.sender.offers.map(({ sid }) => sid)).size).toBe(1);
  });

  test('that is refused its picture ends the viewing with the reason', async () => {
    await using bench = await createViewingBench();
    const standby = await getReady(bench);
    bench.sender.playRefusal = 'outside_hours';
    const session = bench.open(undefined, standby);
    await bench.until(is(session, 'ended'));
    expect(session.state.value).toEqual({ type: 'ended', code: 'outside_hours' });
  });

  test('whose camera does not answer any more gets a rival that is offered as usual', async () => {
    await using bench = await createViewingBench();
    const standby = await getReady(bench);
    bench.sender.isDeaf = true;
    const session = bench.open(undefined, standby);
    await bench.until(is(session, 'live'));
    expect(bench.sender.offers.map((offer) => offer.standby)).toEqual([true, undefined]);
    expect(bench.connections.map(isOver)).toEqual([true, false]);
  });

  test('is there while somebody looks at the list, and a moment longer', async () => {
    await using bench = await createViewingBench();
    const standby = bench.standBy();
    await bench.until(() => bench.link.presence.value === 'online');
    expect(bench.connections).toHaveLength(0);
    bench.isListShown.set(true);
    await bench.until(() => bench.connections.length === 1);
    bench.isListShown.set(false);
    bench.clock.advance(999);
    expect(bench.connections.map(isOver)).toEqual([false]);
    bench.clock.advance(1);
    expect(bench.connections.map(isOver)).toEqual([true]);
    bench.isListShown.set(true);
    await bench.until(() => bench.connections.length === 2);
    bench.visibility.set(false);
    expect(bench.connections.map(isOver)).toEqual([true, true]);
    bench.visibility.set(true);
    await bench.until(() => bench.connections.length === 3);
    bench.visibility.leave();
    expect(bench.connections.map(isOver)).toEqual([true, true, true]);
    expect(standby.take()).toBeNull();
  });

  test('is given up after two minutes, until the list is shown anew', async () => {
    await using bench = await createViewingBench();
    await getReady(bench);
    bench.clock.advance(2 * 60_000);
    expect(bench.connections.map(isOver)).toEqual([true]);
    await bench.camera.announce(bench.channel);
    bench.visibility.set(false);
    bench.visibility.set(true);
    await bench.until(() => bench.connections.length === 2);
  });

  test('is not asked for again where the camera’s owner does not want it', async () => {
    await using bench = await createViewingBench();
    bench.camera.onOffer = async (channel, { hash: rq }) =>
      bench.camera.send(channel, { type: 'refused', body: { rq, code: 'not_allowed' } });
    bench.standBy();
    bench.isListShown.set(true);
    await bench.until(() => bench.connections.some(isOver));
    bench.isListShown.set(false);
    bench.isListShown.set(true);
    bench.visibility.set(false);
    bench.visibility.set(true);
    expect(bench.connections).toHaveLength(1);
  });

  test('is not made where the browser would ask the user, nor when that is known too late', async () => {
    await using bench = await createViewingBench();
    bench.quiet.promise = Promise.resolve(false);
    const standby = bench.standBy();
    bench.isListShown.set(true);
    await bench.until(() => bench.link.presence.value === 'online');
    const { promise, resolve } = Promise.withResolvers<boolean>();
    bench.quiet.promise = promise;
    bench.visibility.set(false);
    bench.visibility.set(true);
    const session = bench.open(undefined, standby);
    resolve(true);
    await bench.until(is(session, 'live'));
    expect(bench.sender.offers.map((offer) => offer.standby)).toEqual([undefined]);
  });

  test('that the camera ends is not quarrelled over', async () => {
    await using bench = await createViewingBench();
    const standby = await getReady(bench);
    for (const control of bench.sender.controls.values()) control.send('{"type":"bye","reason":"replaced"}');
    await bench.until(() => bench.connections.every(isOver));
    await bench.camera.announce(bench.channel);
    const session = bench.open(undefined, standby);
    await bench.until(is(session, 'live'));
    expect(bench.sender.offers.map((offer) => offer.standby)).toEqual([true, undefined]);
  });

  test('that made way for another in the moment it was taken is no end: the viewing begins as usual', async () => {
    await using bench = await createViewingBench();
    const standby = await getReady(bench);
    bench.sender.isDeaf = true;
    const session = bench.open(undefined, standby);
    for (const control of bench.sender.controls.values()) control.send('{"type":"bye","reason":"replaced"}');
    await bench.until(is(session, 'live'));
    expect(bench.sender.offers.map((offer) => offer.standby)).toEqual([true, undefined]);
  });

  test('comes with the list to a camera within reach, and goes with it', async () => {
    await using bench = await createViewingBench();
    const camera = bench.reach(true);
    await bench.until(() => camera.link.presence.value === 'online');
    expect(bench.sender.offers).toEqual([]);
    bench.isListShown.set(true);
    await bench.until(() => bench.sender.controls.size === 1);
    const session = camera.open();
    bench.isListShown.set(false);
    await bench.until(is(session, 'live'));
    expect([bench.sender.plays, bench.connections.length]).toEqual([1, 1]);
    session.close();
    camera.close();
    expect(bench.connections.every(isOver)).toBe(true);
  });
});
