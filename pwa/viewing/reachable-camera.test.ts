import { describe, expect, test, vi } from 'vitest';
import { askCamera } from '../lending/camera-request.ts';
import { createViewingBench } from '../testing/viewing-bench.ts';
import type { LiveSession, LiveState } from './camera.ts';

const is = (session: LiveSession, type: LiveState['type']) => () => session.state.value.type === type;
const isClosed = ({ signalingState }: RTCPeerConnection) => signalingState === 'closed';

describe('a camera within reach', () => {
  test('ends a viewing that is left', async () => {
    await using bench = await createViewingBench();
    const camera = bench.reach();
    const session = camera.open();
    await bench.until(is(session, 'live'));
    session.close();
    expect(bench.connections.filter((connection) => !isClosed(connection))).toEqual([]);
    expect(session.stream.value).toBeNull();
  });

  test('goes on with a viewing that is left while the broker is away, as a way to the camera', async () => {
    await using bench = await createViewingBench();
    const camera = bench.reach();
    const session = camera.open();
    await bench.until(is(session, 'live'));
    bench.broker.setOnline(false);
    session.close();
    session.close();
    const listed = vi.fn();
    const ask = (nonce: string) => ({ type: 'list', body: { nonce, after: null } }) as const;
    void askCamera(camera.link, 'listed', ask, { clock: bench.clock }).then(listed);
    await bench.until(() => listed.mock.calls.length > 0);

    const again = camera.open();
    expect(again.state.value.type).toBe('live');
    expect(again.stream.value).toBe(session.stream.value);
    expect(bench.sender.offers).toHaveLength(1);
    again.close();
    expect(bench.connections.every(isClosed)).toBe(false);
    bench.broker.setOnline(true);
    expect(bench.connections.every(isClosed)).toBe(true);
  });

  test('does not keep for long what nobody looks at', async () => {
    await using bench = await createViewingBench();
    const session = bench.reach().open();
    await bench.until(is(session, 'live'));
    bench.broker.setOnline(false);
    session.close();
    bench.clock.advance(5 * 60_000);
    expect(bench.connections.every(isClosed)).toBe(true);
  });

  test('keeps no viewing that has no picture, and none after it is closed itself', async () => {
    await using bench = await createViewingBench();
    bench.broker.setOnline(false);
    const camera = bench.reach();
    camera.open().close();
    expect(bench.connections.every(isClosed)).toBe(true);
    bench.broker.setOnline(true);
    const session = camera.open();
    await bench.until(is(session, 'live'));
    bench.broker.setOnline(false);
    session.close();
    camera.close();
    expect(bench.connections.every(isClosed)).toBe(true);
  });
});
