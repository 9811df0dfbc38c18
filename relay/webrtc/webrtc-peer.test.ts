import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { createDtlsCertificate, type DtlsCertificate } from './certificate.ts';
import type { DataChannel } from './data-channel.ts';
import { createPacketizer } from './packetizer.ts';
import type { Peer, PeerOptions, PeerState } from './peer.ts';
import { keyframe, picture } from './testing/pictures.ts';
import { createViewer, nextEvent, type Viewer } from './testing/viewer.ts';
import { createPeer } from './webrtc-peer.ts';
import type { RtcpPacket, RtpPacket } from './werift.ts';

let certificate: DtlsCertificate;
let peers: Peer[];
let viewers: Viewer[];

beforeAll(async () => {
  certificate = await createDtlsCertificate();
});

beforeEach(() => {
  peers = [];
  viewers = [];
});

afterEach(async () => {
  await Promise.all([
    ...peers.map((peer) => peer.close('test over')),
    ...viewers.map((viewer) => viewer.close()),
  ]);
});

function openPeer(options: Partial<PeerOptions> = {}): Peer {
  const peer = createPeer({ certificate, iceServers: () => [], hostAddresses: ['127.0.0.1'], ...options });
  peers.push(peer);
  return peer;
}

function openViewer(): Viewer {
  const viewer = createViewer();
  viewers.push(viewer);
  return viewer;
}

function reached(peer: Peer, state: PeerState): Promise<PeerState> {
  return peer.state === state
    ? Promise.resolve(state)
    : nextEvent(peer.onStateChange, (next) => next === state);
}

async function connect(
  options?: Partial<PeerOptions>,
): Promise<{ peer: Peer; viewer: Viewer; ssrc: number }> {
  const peer = openPeer(options);
  const viewer = openViewer();
  const sdp = await viewer.negotiate(peer);
  await reached(peer, 'connected');
  return { peer, viewer, ssrc: Number(/a=ssrc:(\d+) /u.exec(sdp)?.[1]) };
}

/** The viewer's end of the secured transport. */
function secured(viewer: Viewer) {
  const [transport] = viewer.connection.dtlsTransports;
  if (!transport) throw new Error('viewer has no transport');
  return transport;
}

async function viewerSecured(viewer: Viewer): Promise<void> {
  if (viewer.connection.connectionState === 'connected') return;
  await nextEvent<string>(
    (listener) => viewer.connection.connectionStateChange.subscribe(listener).unSubscribe,
    (state) => state === 'connected',
  );
}

async function sendRtcp(viewer: Viewer, bytes: Buffer): Promise<void> {
  await viewerSecured(viewer);
  await secured(viewer).sendRtcp([{ serialize: () => bytes } as unknown as RtcpPacket]); // all that is used of it
}

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, index * 4);
  return bytes;
}

describe('peer', () => {
  it('sends a picture cut once to the viewer', async () => {
    const { peer, viewer } = await connect();
    await viewerSecured(viewer);
    const unit = createPacketizer().packetize(keyframe(Date.now()));
    const received: string[] = [];
    const whole = nextEvent(viewer.packets.on, (packet) => {
      received.push(packet.payload.toString('hex'));
      return packet.header.marker;
    });
    peer.sendAccessUnit(unit);
    expect((await whole).header.timestamp).toBe(unit.rtpTimestamp);
    expect(received).toEqual(unit.packets.map(({ payload }) => Buffer.from(payload).toString('hex')));
    expect(peer.path).toBe('direct');
    await peer.close('seen');
    expect(peer.mediaPackets).toBe(unit.packets.length);
  });

  it('sends nothing before a keyframe', async () => {
    const { peer, viewer } = await connect();
    await viewerSecured(viewer);
    const packetizer = createPacketizer();
    const first = nextEvent(viewer.packets.on);
    peer.sendAccessUnit(packetizer.packetize(picture(1000)));
    const unit = packetizer.packetize(keyframe(1033));
    peer.sendAccessUnit(unit);
    expect((await first).header.timestamp).toBe(unit.rtpTimestamp);
  });

  it('sends again what the viewer misses, over RTX', async () => {
    const { peer, viewer, ssrc } = await connect();
    await viewerSecured(viewer);
    const sent = nextEvent(viewer.packets.on);
    peer.sendAccessUnit(createPacketizer().packetize(keyframe(Date.now())));
    const { header } = await sent;
    const again = nextEvent<RtpPacket>(
      (listener) => secured(viewer).onRtp.subscribe(listener).unSubscribe,
      (packet) => packet.header.ssrc !== ssrc,
    );
    await sendRtcp(viewer, words(0x81cd0003, 1, ssrc, header.sequenceNumber << 16));
    const packet = await again;
    expect(packet.payload.readUInt16BE(0)).toBe(header.sequenceNumber);
    expect(packet.header.timestamp).toBe(header.timestamp);
  });

  it('talks over a data channel', async () => {
    const { viewer, channel } = await connectWithChannel();
    channel.onMessage((message) => channel.send(message));
    const echoes = nextEvent<string | Buffer>(
      (listener) => viewer.control.onMessage.subscribe(listener).unSubscribe,
    );
    viewer.control.send('hello');
    expect(await echoes).toBe('hello');
    expect(channel.label).toBe('control');
  });

  it('is asked for a keyframe by PLI', async () => {
    const { peer, viewer, ssrc } = await connect();
    const asked = nextEvent<void>(peer.onKeyframeRequest);
    await sendRtcp(viewer, words(0x81ce0002, 1, ssrc));
    await asked;
  });

  it('makes what a REMB allows, though it names the retransmission stream first', async () => {
    const { peer, viewer, ssrc } = await connect();
    const target = nextEvent(peer.onTarget, ({ bitrateBps }) => bitrateBps < 300_000);
    const bitrate = (2 << 24) | (1 << 18) | 150_000; // two streams, 2^1 times 150,000
    await sendRtcp(viewer, words(0x8fce0006, 1, 0, 0x52454d42, bitrate, ssrc + 5, ssrc));
    expect((await target).bitrateBps).toBe(Math.round(300_000 * 0.93 * 0.94));
  });

  it('answers at once though a STUN and a TURN server are dead', async () => {
    const silent = createSocket('udp4').bind(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = `127.0.0.1:${silent.address().port}`;
    const dead = [{ urls: [`stun:${address}`, `turn:${address}`], username: 'u', credential: 'c' }];
    const startedAt = performance.now();
    const { peer } = await connect({ iceServers: () => dead });
    expect(performance.now() - startedAt).toBeLessThan(2000);
    await peer.close('done');
    silent.close();
  });

  it('does not accept another certificate than the announced one', async () => {
    const peer = openPeer();
    const viewer = openViewer();
    viewer.editOffer = changeFingerprint;
    await viewer.negotiate(peer);
    expect(await peer.closed).toEqual({ by: 'failure', code: 'dtls_failed' });
  });

  it('ends only the session of a viewer that breaks SCTP', async () => {
    const good = await connectWithChannel();
    const bad = await connectWithChannel();
    // A DCEP acknowledgement for a channel that is not there.
    await bad.viewer.connection.sctpTransport?.sctp.send(7, 50, Buffer.from([2]));
    expect(await bad.peer.closed).toEqual({ by: 'failure', code: 'data_fault' });
    good.channel.onMessage((message) => good.channel.send(message));
    const echo = nextEvent<string | Buffer>(
      (listener) => good.viewer.control.onMessage.subscribe(listener).unSubscribe,
    );
    good.viewer.control.send('still here');
    expect(await echo).toBe('still here');
  });

  it('outlives random bytes over SCTP, SRTCP and its socket', async () => {
    const { viewer, peer } = await connectWithChannel();
    for (let size = 0; size < 64; size++) {
      await secured(viewer).sendData(randomBytes(size));
      await sendRtcp(viewer, Buffer.concat([words(0x80c90001, 1), randomBytes(size)]));
      await secured(viewer).iceTransport.connection.send(randomBytes(size + 1));
    }
    expect(await peer.closed).toEqual({ by: 'failure', code: 'data_fault' });
  });

  it('restarts ICE on a second offer and goes on with the same session', async () => {
    const { peer, viewer, channel } = await connectWithChannel();
    viewer.connection.restartIce();
    const echo = nextEvent<string | Buffer>(
      (listener) => viewer.control.onMessage.subscribe(listener).unSubscribe,
    );
    channel.onMessage((message) => channel.send(message));
    await viewer.negotiate(peer);
    viewer.control.send('again');
    expect(await echo).toBe('again');
    expect(peer.state).toBe('connected');
  });

  it('says that a viewer is silent, and forgives it', async () => {
    const clock = new FakeClock();
    const { peer, viewer, ssrc } = await connect({ clock });
    await viewerSecured(viewer);
    clock.advance(7000);
    expect(peer.state).toBe('disconnected');
    const back = reached(peer, 'connected');
    const heard = nextEvent<void>(peer.onKeyframeRequest);
    await sendRtcp(viewer, words(0x81ce0002, 1, ssrc));
    await heard;
    clock.advance(1000);
    await back;
  });

  it('gives up a viewer that stays silent', async () => {
    const clock = new FakeClock();
    const { peer } = await connect({ clock });
    clock.advance(40_000);
    expect(await peer.closed).toEqual({ by: 'failure', code: 'ice_failed' });
    expect(clock.pending).toBe(0);
  });

  it('answers the same offer again without starting over', async () => {
    const { peer, viewer } = await connect();
    const first = await viewer.offer();
    const [one, two] = await Promise.all([peer.answer(first), peer.answer(first)]);
    expect(/ice-ufrag:(\S+)/u.exec(two)?.[1]).toBe(/ice-ufrag:(\S+)/u.exec(one)?.[1]);
    expect(peer.state).toBe('connected');
  });

  it('restarts for nobody with another certificate', async () => {
    const { peer, viewer } = await connect();
    viewer.editOffer = changeFingerprint;
    viewer.connection.restartIce();
    await expect(viewer.negotiate(peer)).rejects.toMatchObject({ code: 'fingerprint_conflict' });
    expect(peer.state).toBe('connected');
  });

  it('listens on no TCP port', async () => {
    await connect();
    expect(process.getActiveResourcesInfo()).not.toContain('TCPServerWrap');
  });

  it('refuses an offer that is none, and stays new', async () => {
    const peer = openPeer();
    await expect(peer.answer('hello')).rejects.toMatchObject({ code: 'malformed' });
    expect(peer.state).toBe('new');
  });

  it('gives up a viewer that never comes', async () => {
    const clock = new FakeClock();
    const peer = openPeer({ clock });
    const viewer = openViewer();
    await peer.answer(await viewer.offer());
    clock.advance(20_000);
    expect(await peer.closed).toEqual({ by: 'failure', code: 'ice_failed' });
    expect(clock.pending).toBe(0);
  });

  it('keeps its reason when a listener closes it on failure', async () => {
    const clock = new FakeClock();
    const peer = openPeer({ clock });
    peer.onStateChange((state) => {
      if (state === 'failed') void peer.close('seen to have failed');
    });
    await peer.answer(await openViewer().offer());
    clock.advance(20_000);
    expect(await peer.closed).toEqual({ by: 'failure', code: 'ice_failed' });
  });

  it('closes once, with the first reason', async () => {
    const peer = openPeer();
    await Promise.all([peer.close('first'), peer.close('second')]);
    expect(await peer.closed).toEqual({ by: 'us', reason: 'first' });
    await expect(peer.answer('')).rejects.toThrow(TypeError);
  });
});

async function connectWithChannel(): Promise<{ peer: Peer; viewer: Viewer; channel: DataChannel }> {
  const peer = openPeer();
  const viewer = openViewer();
  const opened = nextEvent(peer.onChannel);
  await viewer.negotiate(peer);
  return { peer, viewer, channel: await opened };
}

/** Announces a certificate that nobody has. */
function changeFingerprint(sdp: string): string {
  return sdp.replaceAll(
    /(fingerprint:sha-256 )(.)/gu,
    (_, head, digit) => head + (digit === '0' ? '1' : '0'),
  );
}
