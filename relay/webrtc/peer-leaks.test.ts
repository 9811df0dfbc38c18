import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createDtlsCertificate, type DtlsCertificate } from './certificate.ts';
import { createViewer, nextEvent } from './testing/viewer.ts';
import { createPeer } from './webrtc-peer.ts';

const CONNECTS = 50;

/** Sockets and timers that keep a process alive, by kind. */
function countResources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

async function connectAndClose(certificate: DtlsCertificate): Promise<void> {
  const peer = createPeer({ certificate, iceServers: () => [], hostAddresses: ['127.0.0.1'] });
  const viewer = createViewer();
  const connected = nextEvent(peer.onStateChange, (state) => state === 'connected');
  await viewer.negotiate(peer);
  await connected;
  await peer.close('done');
  await viewer.close();
}

it('a peer leaves no socket and no timer behind, fifty times', async () => {
  const certificate = await createDtlsCertificate();
  await connectAndClose(certificate);
  const before = countResources();
  for (let count = 0; count < CONNECTS; count += 5) {
    await Promise.all(Array.from({ length: 5 }, () => connectAndClose(certificate)));
  }
  // The stock viewers' own handshake timers run out in a second and a half.
  const deadline = performance.now() + 5000;
  while (performance.now() < deadline && (countResources().Timeout ?? 0) > (before.Timeout ?? 0))
    await setTimeout(50);
  const after = countResources();
  expect(after.UDPWrap ?? 0).toBe(0);
  expect(after.TCPSocketWrap ?? 0).toBe(before.TCPSocketWrap ?? 0);
  expect(after.Timeout ?? 0).toBeLessThanOrEqual(before.Timeout ?? 0);
});
