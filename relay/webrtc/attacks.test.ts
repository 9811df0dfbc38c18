import { afterEach, expect, it } from 'vitest';
import { createDtlsCertificate } from './certificate.ts';
import { createPacketizer } from './packetizer.ts';
import type { Peer } from './peer.ts';
import { keyframe } from './testing/pictures.ts';
import { createViewer, nextEvent, type Viewer } from './testing/viewer.ts';
import { createPeer } from './webrtc-peer.ts';
import type { RtcpPacket } from './werift.ts';

const closes: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(closes.splice(0).map((close) => close()));
});

interface Watching {
  readonly peer: Peer;
  readonly viewer: Viewer;
  readonly ssrc: number;
}

async function watch(): Promise<Watching> {
  const certificate = await createDtlsCertificate();
  const peer = createPeer({ certificate, iceServers: () => [], hostAddresses: ['127.0.0.1'] });
  const viewer = createViewer();
  closes.push(
    () => peer.close('test over'),
    () => viewer.close(),
  );
  const connected = nextEvent(peer.onStateChange, (state) => state === 'connected');
  const sdp = await viewer.negotiate(peer);
  await connected;
  if (viewer.connection.connectionState !== 'connected') {
    await nextEvent<string>(
      (listener) => viewer.connection.connectionStateChange.subscribe(listener).unSubscribe,
      (state) => state === 'connected',
    );
  }
  return { peer, viewer, ssrc: Number(/a=ssrc:(\d+) /u.exec(sdp)?.[1]) };
}

/** The viewer's secured transport, and the path below it that an attacker sits on. */
function transportOf(viewer: Viewer) {
  const [secured] = viewer.connection.dtlsTransports;
  if (!secured) throw new TypeError('viewer has no transport');
  return { secured, path: secured.iceTransport.connection };
}

/** Sends a picture loss indication (RFC 4585 §6.3.1); resolves with the datagram that went out. */
async function askForKeyframe({ viewer, ssrc }: Watching): Promise<Buffer> {
  const { secured, path } = transportOf(viewer);
  const pli = Buffer.from('81ce00020000000100000000', 'hex');
  pli.writeUInt32BE(ssrc, 8);
  const sent: Buffer[] = [];
  const { send } = path;
  path.send = async (datagram) => {
    sent.push(Buffer.from(datagram));
    await send.call(path, datagram);
  };
  await secured.sendRtcp([{ serialize: () => pli } as unknown as RtcpPacket]); // all that is used of it
  path.send = send;
  const srtcp = sent.find((datagram) => datagram.readUInt8(1) === 206);
  if (!srtcp) throw new TypeError('no SRTCP was sent');
  return srtcp;
}

it('feedback that is replayed or tampered with is not heard, and the session goes on', async () => {
  const watching = await watch();
  const { peer, viewer } = watching;
  let requests = 0;
  peer.onKeyframeRequest(() => requests++);
  const first = nextEvent<void>(peer.onKeyframeRequest);
  const genuine = await askForKeyframe(watching);
  await first;
  const { path } = transportOf(viewer);
  for (let at = 0; at < genuine.length; at++) {
    const tampered = Buffer.from(genuine);
    tampered.writeUInt8(genuine.readUInt8(at) ^ 1, at);
    await path.send(genuine);
    await path.send(tampered);
    await path.send(genuine.subarray(0, at + 1));
  }
  const second = nextEvent<void>(peer.onKeyframeRequest);
  await askForKeyframe(watching);
  await second;
  expect(requests).toBe(2);
  const picture = nextEvent(viewer.packets.on);
  peer.sendAccessUnit(createPacketizer().packetize(keyframe(Date.now())));
  await picture;
  expect(peer.state).toBe('connected');
});

it('whatever fails as a viewer connects ends its session, and not the process', async () => {
  const certificate = await createDtlsCertificate();
  const peer = createPeer({ certificate, iceServers: () => [], hostAddresses: ['127.0.0.1'] });
  const viewer = createViewer();
  closes.push(() => viewer.close());
  peer.onStateChange((state) => {
    if (state === 'connected') throw new TypeError('a listener of ours is at fault');
  });
  await viewer.negotiate(peer);
  expect(await peer.closed).toEqual({ by: 'failure', code: 'dtls_failed' });
});
