import { expect, it } from 'vitest';
import { encodeSnapshotMessage, SNAPSHOT_CHUNK_BYTES } from '#shared/snapshot-message.ts';
import { createLog } from '../log.ts';
import { systemClock } from '../system-clock.ts';
import { createDtlsCertificate } from '../webrtc/certificate.ts';
import type { DataChannel } from '../webrtc/data-channel.ts';
import { createViewer, nextEvent } from '../webrtc/testing/viewer.ts';
import { createPeer } from '../webrtc/webrtc-peer.ts';
import { SnapshotChannel } from './snapshot-channel.ts';

const BYTES = Uint8Array.from({ length: 20 * SNAPSHOT_CHUNK_BYTES + 77 }, (_, index) => index % 251);

it('a snapshot crosses a real connection whole, on a channel that is opened when it is wanted', async () => {
  const certificate = await createDtlsCertificate();
  const peer = createPeer({ certificate, iceServers: () => [], hostAddresses: ['127.0.0.1'] });
  const viewer = createViewer();
  try {
    const control = nextEvent(peer.onChannel);
    await viewer.negotiate(peer);
    await control;
    const served: DataChannel[] = [];
    peer.onChannel((channel) => {
      served.push(channel);
      new SnapshotChannel({
        ...{ channel, clock: systemClock, log: createLog(() => undefined), pathBps: () => 50_000_000 },
        onSent: () => undefined,
        take: async () => ({ type: 'image/jpeg', bytes: BYTES, width: 1920, height: 1080 }),
      });
    });
    const received = await receive(viewer.connection.createDataChannel('snapshot'));
    expect(received.equals(BYTES)).toBe(true);
    expect(served.map(({ label }) => label)).toEqual(['snapshot']);
  } finally {
    await Promise.all([peer.close('test over'), viewer.close()]);
  }
});

/** Asks, confirms what arrives, and resolves with all of it. */
function receive(
  channel: ReturnType<ReturnType<typeof createViewer>['connection']['createDataChannel']>,
): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  channel.stateChanged.subscribe(
    (state) => state === 'open' && channel.send(encodeSnapshotMessage({ type: 'take' })),
  );
  channel.onMessage.subscribe((message) => {
    if (typeof message === 'string') return;
    chunks.push(message);
    const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
    channel.send(encodeSnapshotMessage({ type: 'got', bytes }));
    if (bytes === BYTES.length) resolve(Buffer.concat(chunks));
  });
  return promise;
}
