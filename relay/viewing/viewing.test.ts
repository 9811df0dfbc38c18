import { beforeEach, describe, expect, it } from 'vitest';
import { numericDateOf } from '#shared/clock.ts';
import type { Message } from '#shared/message.ts';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { admit } from '../access/admission.ts';
import type { Grant } from '../access/grant.ts';
import type { AccessUnit } from '../capture/capture.ts';
import type { Incoming } from '../channels/channel-server.ts';
import { createLog } from '../log.ts';
import { testGrant, testState } from '../testing/access-entries.ts';
import { FakeDataChannel, FakePeer } from '../testing/fake-peer.ts';
import { buildSound } from '../testing/fake-sound.ts';
import { FakeSource, KEYFRAME } from '../testing/fake-source.ts';
import { createPacketizer } from '../webrtc/packetizer.ts';
import { Broadcast } from './broadcast.ts';
import { Viewing, type ViewingRequest } from './viewing.ts';

const nonce = 'n'.repeat(22);
const hash = 'h'.repeat(43);
const picture: AccessUnit = {
  nalUnits: [Uint8Array.of(0x41, 1, 2)],
  isKeyframe: false,
  capturedAtMs: 2,
  rendition: 'main',
};
let clock: FakeClock;
let source: FakeSource;
let peers: FakePeer[];
let viewing: Viewing;
let replies: Message[];
let grants: Grant[];
let isTrusted: boolean;
let witnessed: object[];
let changes: number;
let silences: number;

const grantOf = (gid: string, change: Partial<Grant> = {}): Grant => testGrant(gid, { gid, ...change });

beforeEach(() => {
  clock = new FakeClock();
  source = new FakeSource();
  peers = [];
  replies = [];
  witnessed = [];
  isTrusted = true;
  changes = 0;
  silences = 0;
  const now = numericDateOf(clock);
  grants = [
    grantOf('anna'),
    grantOf('ben'),
    grantOf('owner', { scope: ['owner'] }),
    grantOf('second owner', { scope: ['owner'] }),
    grantOf('late', { exp: now }),
    grantOf('early', { nbf: now + 1 }),
    grantOf('deaf', { scope: ['listen'] }),
    ...Array.from({ length: 20 }, (_, index) => grantOf(`guest ${index}`)),
  ];
  viewing = new Viewing({
    admit: (gid, right) => admit(testState(...grants), gid, right, { now: numericDateOf(clock), isTrusted }),
    // Ben’s look was lent on by Anna.
    rootOf: (gid) => (gid === 'ben' ? 'anna' : gid),
    takeSnapshot: async () => ({ type: 'image/jpeg', width: 16, height: 16, bytes: Uint8Array.of(1, 2, 3) }),
    witness: (gid) => {
      witnessed.push({ type: 'started', gid });
      return (end) => witnessed.push({ type: 'ended', gid, ...end });
    },
    onEnvelope: () => undefined,
    onChange: () => {
      changes += 1;
    },
    onSilence: () => {
      silences += 1;
    },
    isStandbyAllowed: true,
    sound: buildSound(),
    broadcast: new Broadcast({
      source,
      packetizer: createPacketizer(),
      maxBitrateBps: 2_500_000,
      format: { width: 1280, height: 720, frameRate: 30 },
      clock,
    }),
    createPeer: () => {
      const peer = new FakePeer();
      peers.push(peer);
      return peer;
    },
    clock,
    log: createLog(() => undefined),
  });
});

const request = (gid: string, message: ViewingRequest): Promise<void> => {
  const incoming: Incoming = {
    request: message,
    channel: { kind: 'grant', entryId: gid },
    sender: { thumbprint: gid, jwk: grantOf(gid).jwk },
    hash,
    reply: async (reply) => {
      replies.push(reply);
    },
  };
  return viewing.handle(incoming, message);
};
/** Takes a grant from the list, or puts another in its place. */
function setGrant(gid: string, change: Partial<Grant> | null): void {
  grants = grants.filter((grant) => grant.gid !== gid);
  if (change !== null) grants.push(grantOf(gid, change));
  viewing.review();
}

const offer = (gid: string, sid = 's', sdp = 'offer') =>
  request(gid, { type: 'offer', body: { nonce, sid, sdp } });

/** A phone that watches. */
async function watch(gid: string, sid = 's'): Promise<FakePeer> {
  await offer(gid, sid);
  const peer = peers.at(-1);
  if (!peer) throw new Error('no peer');
  peer.become('connected');
  return peer;
}

const bye = () => replies.filter((message) => message.type === 'bye').map(({ body }) => body.reason);

describe('an offer', () => {
  it('is answered, with what it answers', async () => {
    await offer('anna');
    expect(replies).toEqual([{ type: 'answer', body: { rq: hash, sid: 's', sdp: 'answer to offer' } }]);
  });

  it.each([
    ['anybody without a grant', 'stranger', 'invalid_grant'],
    ['a grant that has ended', 'late', 'expired'],
    ['a grant that has not begun', 'early', 'not_yet'],
    ['a grant without the right to watch', 'deaf', 'not_allowed'],
  ])('is refused to %s', async (_, gid, code) => {
    await offer(gid);
    expect(replies).toEqual([{ type: 'refused', body: { rq: hash, code } }]);
    expect(peers).toEqual([]);
  });

  it('on a running session restarts ICE there', async () => {
    await watch('anna');
    await offer('anna', 's', 'restart');
    expect(peers).toHaveLength(1);
    expect(peers[0]?.offers).toEqual(['offer', 'restart']);
  });

  it('that is malformed opens nothing', async () => {
    await expect(offer('anna', 's', 'bad')).rejects.toThrow(TypeError);
    expect(viewing.size).toBe(0);
    expect(peers[0]?.closedFor).not.toBeNull();
  });

  it('that is malformed leaves a running session alone', async () => {
    const peer = await watch('anna');
    await expect(offer('anna', 's', 'bad')).rejects.toThrow(TypeError);
    expect(viewing.size).toBe(1);
    expect(peer.closedFor).toBeNull();
  });

  it('makes room for itself when one phone opens too many', async () => {
    for (const sid of ['1', '2', '3', '4', '5']) await watch('anna', sid);
    expect(viewing.size).toBe(4);
    expect(peers[0]?.closedFor).toBe('replaced');
    expect(bye()).toEqual(['replaced']);
  });

  it('is turned down when the camera is full', async () => {
    for (let index = 0; index < 16; index += 1) await watch(`guest ${index}`);
    for (const sid of ['1', '2', '3', '4']) await watch('owner', sid);
    expect(viewing.size).toBe(20);
    replies.length = 0;
    await offer('second owner');
    await offer('anna');
    expect(replies).toMatchObject([
      { type: 'refused', body: { code: 'busy' } },
      { type: 'refused', body: { code: 'busy' } },
    ]);
  });

  it('of a guest that has begun too often has to wait, and so has one it lent on to; not others', async () => {
    for (let times = 0; times < 31; times += 1) await watch(times % 2 ? 'anna' : 'ben', `${times}`);
    replies.length = 0;
    for (const gid of ['anna', 'ben', 'guest 0']) await offer(gid, 'next');
    expect(replies).toMatchObject([
      { type: 'refused', body: { code: 'busy' } },
      { type: 'refused', body: { code: 'busy' } },
      { type: 'answer' },
    ]);
  });

  it('of a guest leaves room for owners', async () => {
    for (let index = 0; index < 16; index += 1) await watch(`guest ${index}`);
    replies.length = 0;
    await offer('anna');
    expect(replies).toMatchObject([{ type: 'refused', body: { code: 'busy' } }]);
    await offer('owner');
    expect(replies.at(-1)).toMatchObject({ type: 'answer' });
    expect(viewing.size).toBe(17);
  });

  it('of a guest that has as many as it may takes the place of its oldest, also in a full camera', async () => {
    for (const sid of ['1', '2', '3', '4']) await watch('anna', sid);
    for (let index = 0; index < 12; index += 1) await watch(`guest ${index}`);
    for (const sid of ['1', '2', '3', '4']) await watch('owner', sid);
    replies.length = 0;
    await offer('anna', '5');
    expect(replies.map(({ type }) => type)).toEqual(['bye', 'answer']);
    expect(viewing.size).toBe(20);
  });

  it('of an owner is answered, however often it has begun', async () => {
    for (let times = 0; times < 40; times += 1) {
      const peer = await watch('owner', `${times}`);
      peer.die();
      await peer.closed;
    }
    await offer('owner');
    expect(replies.at(-1)).toMatchObject({ type: 'answer' });
  });

  it('is turned down once the camera is going', async () => {
    await watch('anna');
    viewing.close('shutdown');
    expect(bye()).toEqual(['shutdown']);
    await offer('owner');
    expect(replies.at(-1)).toMatchObject({ type: 'refused', body: { code: 'busy' } });
    expect([viewing.size, clock.pending]).toEqual([0, 0]);
  });

  it('is refused while the time is not known, to guests only', async () => {
    isTrusted = false;
    await offer('anna');
    expect(replies).toMatchObject([{ type: 'refused', body: { code: 'clock_unsynced' } }]);
    await offer('owner');
    expect(replies.at(-1)).toMatchObject({ type: 'answer' });
  });

  it('is not answered any more when its grant is revoked meanwhile', async () => {
    const answered = offer('anna');
    setGrant('anna', null);
    await answered;
    expect(replies).toEqual([]);
    expect(peers[0]?.closedFor).toBe('revoked');
    expect(viewing.size).toBe(0);
  });
});

describe('a session', () => {
  it('wakes the camera with its offer, and asks for a keyframe once connected', async () => {
    await offer('anna');
    expect(source.starts).toBe(1);
    expect(source.keyframeRequests).toBe(0);
    peers[0]?.become('connected');
    expect(source.keyframeRequests).toBe(1);
    source.show();
    expect(peers[0]?.units).toHaveLength(1);
  });

  it('begins with what the camera has made meanwhile, and asks for no other keyframe', async () => {
    await offer('anna');
    for (const unit of [KEYFRAME, picture]) source.listener?.onAccessUnit(unit);
    const [peer] = peers;
    expect(peer?.units).toEqual([]);
    peer?.become('connected');
    expect(peer?.units.map(({ isKeyframe }) => isKeyframe)).toEqual([true, false]);
    expect(source.keyframeRequests).toBe(0);
    peer?.become('disconnected');
    peer?.become('connected');
    expect(source.keyframeRequests).toBe(1);
  });

  it('is told of as silent when its phone is not heard', async () => {
    const anna = await watch('anna');
    anna.silence.emit();
    expect(silences).toBe(1);
  });

  it('shares one capture, cut into packets once', async () => {
    const [anna, ben] = [await watch('anna'), await watch('ben')];
    source.show();
    expect(source.starts).toBe(1);
    expect(anna.units[0]).toBe(ben.units[0]);
  });

  it('lets the camera rest after the last one', async () => {
    const [anna, ben] = [await watch('anna'), await watch('ben')];
    anna.die();
    await anna.closed;
    expect(source.listener).not.toBeNull();
    ben.die();
    await ben.closed;
    expect(source.listener).toBeNull();
    expect(viewing.size).toBe(0);
  });

  it('takes candidates for itself only', async () => {
    await watch('anna', 'a');
    await request('ben', { type: 'candidate', body: { nonce, sid: 'a', candidate: 'evil' } });
    await request('anna', { type: 'candidate', body: { nonce, sid: 'a', candidate: 'mine' } });
    expect(peers[0]?.candidates).toEqual(['mine']);
  });

  it('cannot be ended by another phone', async () => {
    await watch('anna', 'a');
    await request('ben', { type: 'leave', body: { nonce, sid: 'a' } });
    expect(viewing.size).toBe(1);
    await request('anna', { type: 'leave', body: { nonce, sid: 'a' } });
    expect(viewing.size).toBe(0);
  });

  it('passes on the candidates of the camera', async () => {
    await offer('anna');
    peers[0]?.localCandidate.emit('candidate:1');
    expect(replies.at(-1)).toEqual({
      type: 'answer-candidate',
      body: { rq: hash, sid: 's', candidate: 'candidate:1' },
    });
  });

  it('lets the camera rest again when it never connects', async () => {
    await offer('anna');
    clock.advance(30_000);
    expect(source.listener).toBeNull();
  });

  it('is given up when no path is found, and when a broken one is not mended', async () => {
    await offer('anna', 'never');
    const broken = await watch('ben', 'broken');
    broken.become('disconnected');
    clock.advance(29_999);
    expect(viewing.size).toBe(2);
    clock.advance(1);
    expect(viewing.size).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('goes on when the path is mended in time', async () => {
    const peer = await watch('anna');
    peer.become('disconnected');
    expect(source.listener).toBeNull();
    peer.become('connected');
    clock.advance(60_000);
    source.show();
    expect(peer.units).toHaveLength(1);
  });

  it('answers pings, and ends when they stop', async () => {
    const peer = await watch('anna');
    const control = new FakeDataChannel('control');
    peer.channel.emit(control);
    for (let id = 0; id < 5; id += 1) {
      control.receive(JSON.stringify({ type: 'ping', id }));
      clock.advance(11_000);
    }
    expect(control.sent.slice(0, 2)).toEqual(['{"type":"pong","id":0}', '{"type":"pong","id":1}']);
    expect(viewing.size).toBe(1);
    clock.advance(1_000);
    expect(viewing.size).toBe(0);
  });

  it('is handed what is for its own grant, and nothing that is for another', async () => {
    const [own, other] = [new FakeDataChannel('control'), new FakeDataChannel('control')];
    (await watch('anna')).channel.emit(own);
    (await watch('ben')).channel.emit(other);
    viewing.deliver('anna', 'an envelope');
    expect(own.sent).toEqual(['{"type":"envelope","envelope":"an envelope"}']);
    expect(other.sent).toEqual([]);
  });

  it('survives anything on its control channel, and closes channels nobody asked for', async () => {
    const peer = await watch('anna');
    const [control, extra] = [new FakeDataChannel('control'), new FakeDataChannel('files')];
    peer.channel.emit(control);
    peer.channel.emit(extra);
    for (const data of ['', '{}', '{"type":"ping"}', 'x'.repeat(70_000), Uint8Array.of(1)])
      control.receive(data);
    expect(extra.isClosed).toBe(true);
    expect(viewing.size).toBe(1);
  });

  it('says goodbye both ways when it is revoked', async () => {
    const peer = await watch('anna');
    const control = new FakeDataChannel('control');
    peer.channel.emit(control);
    await watch('ben');
    setGrant('anna', null);
    expect(control.sent).toEqual(['{"type":"bye","reason":"revoked"}']);
    expect(bye()).toEqual(['revoked']);
    expect(viewing.size).toBe(1);
  });

  it.each([
    ['expired', { exp: 0 }],
    ['revoked', { scope: ['listen'] }],
    ['outside_hours', { nbf: 2 ** 32 }],
    ['outside_hours', { hours: { tz: 'UTC', spans: [{ days: [1], from: 0, until: 60 }] } }],
  ] as const)('ends with %s when its grant comes to be %j', async (reason, change) => {
    const peer = await watch('anna');
    await watch('ben');
    setGrant('anna', change);
    expect(bye()).toEqual([reason]);
    expect(peer.closedFor).toBe(reason);
    expect(viewing.size).toBe(1);
  });

  it('ends in the second in which its time is over, also while it still looks for a path', async () => {
    setGrant('anna', { exp: numericDateOf(clock) + 10 });
    await offer('anna', 'looking');
    await watch('anna', 'watching');
    clock.advance(9_999);
    viewing.review();
    expect(viewing.size).toBe(2);
    clock.advance(1);
    viewing.review();
    expect(bye()).toEqual(['expired', 'expired']);
    expect(viewing.size).toBe(0);
  });

  it('of a guest ends when the time is not known any more, and not of an owner', async () => {
    await watch('anna');
    await watch('owner');
    isTrusted = false;
    viewing.review();
    expect(bye()).toEqual(['clock_unsynced']);
    expect(viewing.countOf('owner')).toBe(1);
  });

  it('is written down when the picture begins to flow, and with its path and reason when it ends', async () => {
    await offer('anna', 'a');
    expect(witnessed).toEqual([]);
    const peer = peers[0];
    if (!peer) throw new Error('no peer');
    peer.path = 'direct';
    peer.become('connected');
    peer.become('disconnected');
    peer.become('connected');
    setGrant('anna', null);
    expect(witnessed).toEqual([
      { type: 'started', gid: 'anna' },
      { type: 'ended', gid: 'anna', path: 'direct', reason: 'revoked' },
    ]);
    expect(changes).toBe(2);
  });

  it('that never had a picture is not written down, and is nobody’s news', async () => {
    await offer('anna');
    clock.advance(30_000);
    expect(viewing.size).toBe(0);
    expect([witnessed, changes]).toEqual([[], 0]);
  });

  it('counts for its grant while the picture flows', async () => {
    const peer = await watch('anna', '1');
    await watch('anna', '2');
    await offer('anna', 'only asked');
    expect([viewing.countOf('anna'), viewing.countOf('ben')]).toEqual([2, 0]);
    peer.die();
    await peer.closed;
    expect(viewing.countOf('anna')).toBe(1);
  });

  it('tells every viewer when the camera fails for good', async () => {
    await watch('anna');
    await watch('ben');
    source.listener?.onFailure();
    expect(bye()).toEqual(['capture_failed', 'capture_failed']);
    expect(viewing.size).toBe(0);
    expect(source.listener).toBeNull();
  });
});

describe('what leaves the camera', () => {
  it('is counted with those who are gone: a look that is over within a moment has been seen', async () => {
    const anna = await watch('anna');
    anna.mediaPackets = 40;
    expect(viewing.mediaPackets).toBe(40);
    anna.die();
    await anna.closed;
    expect(viewing.mediaPackets).toBe(40);
  });

  it('is counted where it goes by the channel of snapshots, beside a picture that is off', async () => {
    const anna = await watch('anna');
    const channel = new FakeDataChannel('snapshot');
    anna.channel.emit(channel);
    channel.receive('{"type":"take"}');
    await new Promise((resolve) => setImmediate(resolve));
    expect([anna.mediaPackets, viewing.mediaPackets]).toEqual([0, channel.sentBytes.length]);
    expect(channel.sentBytes.length).toBe(1);
    anna.die();
    await anna.closed;
  });
});

describe('the picture', () => {
  const make = (bitrateBps: number) => ({ bitrateBps, skipMs: 0 });

  it('takes the pace of the slowest path, within its bounds', async () => {
    const [anna, ben] = [await watch('anna'), await watch('ben')];
    expect(source.bitrateBps).toBe(1_000_000);
    anna.target.emit(make(2_000_000));
    ben.target.emit(make(900_000));
    expect(source.bitrateBps).toBe(900_000);
    ben.die();
    await ben.closed;
    expect(source.bitrateBps).toBe(2_000_000);
    anna.target.emit(make(10));
    expect(source.bitrateBps).toBe(100_000);
    anna.target.emit(make(9_000_000));
    expect(source.bitrateBps).toBe(2_500_000);
  });

  it('goes on as it is for those who watch while a newcomer is not known yet', async () => {
    const anna = await watch('anna');
    anna.target.emit(make(2_000_000));
    await watch('ben');
    expect(source.bitrateBps).toBe(2_000_000);
  });

  it('is not spoilt by a path that is far below the others: that gets keyframes alone', async () => {
    const [anna, ben] = [await watch('anna'), await watch('ben')];
    anna.target.emit(make(2_000_000));
    ben.target.emit(make(500_000));
    expect(source.bitrateBps).toBe(500_000);
    clock.advance(1_000);
    ben.target.emit(make(500_000));
    expect(source.bitrateBps).toBe(2_000_000);
    for (const unit of [KEYFRAME, picture, picture]) source.listener?.onAccessUnit(unit);
    expect([anna.units.length, ben.units.length]).toEqual([3, 1]);
  });

  it('gives those who get keyframes alone one every three seconds', async () => {
    const [anna, ben] = [await watch('anna'), await watch('ben')];
    anna.target.emit(make(2_000_000));
    ben.target.emit(make(500_000));
    clock.advance(1_000);
    ben.target.emit(make(500_000));
    source.listener?.onAccessUnit(KEYFRAME);
    const before = source.keyframeRequests;
    clock.advance(2_999);
    source.listener?.onAccessUnit(picture);
    expect(source.keyframeRequests).toBe(before);
    clock.advance(1);
    source.listener?.onAccessUnit(picture);
    expect(source.keyframeRequests).toBe(before + 1);
  });

  it('is whole again at the next keyframe for a path that has become better', async () => {
    const [anna, ben] = [await watch('anna'), await watch('ben')];
    anna.target.emit(make(2_000_000));
    ben.target.emit(make(500_000));
    clock.advance(1_000);
    ben.target.emit(make(500_000));
    ben.target.emit(make(1_200_000));
    clock.advance(5_000);
    const before = source.keyframeRequests;
    ben.target.emit(make(1_200_000));
    expect(source.keyframeRequests).toBe(before + 1);
    for (const unit of [picture, KEYFRAME, picture]) source.listener?.onAccessUnit(unit);
    expect(anna.units).toHaveLength(3);
    expect(ben.units).toHaveLength(2);
  });

  it('is left out only while it would wait with everybody', async () => {
    const [anna, ben] = [await watch('anna'), await watch('ben')];
    anna.target.emit({ bitrateBps: 500_000, skipMs: 300 });
    expect(source.skippedMs).toEqual([300]);
    ben.target.emit({ bitrateBps: 500_000, skipMs: 0 });
    expect(source.skippedMs).toEqual([300, 0]);
    ben.target.emit({ bitrateBps: 500_000, skipMs: 200 });
    expect(source.skippedMs).toEqual([300, 0, 200]);
  });

  it('becomes smaller with the bitrate, and not while pictures are left out', async () => {
    const anna = await watch('anna');
    anna.target.emit(make(250_000));
    clock.advance(2_000);
    anna.target.emit({ bitrateBps: 250_000, skipMs: 100 });
    expect(source.format).toBeNull();
    anna.target.emit(make(250_000));
    expect(source.format).toEqual({ width: 640, height: 360, frameRate: 30 });
    anna.die();
    await anna.closed;
    expect(source.format).toEqual({ width: 1280, height: 720, frameRate: 30 });
  });
});
