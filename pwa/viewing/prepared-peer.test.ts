import { describe, expect, test } from 'vitest';
import { createViewingBench } from '../testing/viewing-bench.ts';

describe('prepared peer', () => {
  test('is made only for a camera that answers, while somebody looks', async () => {
    await using bench = await createViewingBench();
    const prepared = bench.prepare();
    expect(bench.connections).toHaveLength(0);
    await bench.until(() => bench.connections[0]?.signalingState === 'have-local-offer');
    bench.visibility.set(false);
    expect(bench.connections[0]?.signalingState).toBe('closed');
    bench.visibility.set(true);
    await bench.until(() => bench.connections[1]?.signalingState === 'have-local-offer');
    prepared.close();
    expect(bench.connections[1]?.signalingState).toBe('closed');
  });

  test('is made anew with the camera’s latest ICE servers', async () => {
    await using bench = await createViewingBench();
    const prepared = bench.prepare();
    await bench.until(() => bench.connections.length === 1);
    bench.camera.iceServers = [{ urls: ['stun:127.0.0.1:9'] }];
    await bench.camera.announce(bench.channel);
    await bench.until(() => bench.connections.length === 2);
    expect(bench.connections[0]?.signalingState).toBe('closed');
    expect(bench.connections[1]?.getConfiguration().iceServers).toMatchObject([
      { urls: ['stun:127.0.0.1:9'] },
    ]);
    prepared.close();
  });

  test('belongs to who takes it, and the next is made on request and not before', async () => {
    await using bench = await createViewingBench();
    const prepared = bench.prepare();
    await bench.until(() => bench.connections.length === 1);
    const peer = prepared.take();
    expect(prepared.take()).toBeNull();
    bench.visibility.set(false);
    bench.visibility.set(true);
    expect(bench.connections).toHaveLength(1);
    prepared.replenish();
    expect(bench.connections).toHaveLength(2);
    prepared.close();
    expect(bench.connections[0]?.signalingState).not.toBe('closed');
    peer?.close();
  });
});
