import { beforeEach, describe, expect, it } from 'vitest';
import { numericDateOf } from '#shared/clock.ts';
import type { Message } from '#shared/message.ts';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { admit } from '../access/admission.ts';
import type { Grant } from '../access/grant.ts';
import { createLog } from '../log.ts';
import { testGrant, testState } from '../testing/access-entries.ts';
import { FakeDataChannel, FakePeer } from '../testing/fake-peer.ts';
import { buildSound } from '../testing/fake-sound.ts';
import { FakeSource } from '../testing/fake-source.ts';
import { createPacketizer } from '../webrtc/packetizer.ts';
import { Broadcast } from './broadcast.ts';
import { Viewing, type ViewingOptions, type ViewingRequest } from './viewing.ts';

const nonce = 'n'.repeat(22);
const hash = 'h'.repeat(43);
const PLAY = '{"type":"play"}';
let clock: FakeClock;
let source: FakeSource;
let peers: FakePeer[];
let replies: Message[];
let grants: Grant[];
let witnessed: object[];
let changes: number;
let silences: number;
let viewing: Viewing;

const grantOf = (gid: string, change: Partial<Grant> = {}): Grant => testGrant(gid, { gid, ...change });

function createViewing(change: Partial<ViewingOptions> = {}): Viewing {
  return new Viewing({
    admit: (gid, right) =>
      admit(testState(...grants), gid, right, { now: numericDateOf(clock), isTrusted: true }),
    rootOf: (gid) => (gid === 'ben' ? 'anna' : gid),
    takeSnapshot: async () => 'not_allowed',
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
    broadcast: new Broadcast({ source, packetizer: createPacketizer(), maxBitrateBps: 2_500_000, clock }),
    createPeer: () => {
      const peer = new FakePeer();
      peers.push(peer);
      return peer;
    },
    clock,
    log: createLog(() => undefined),
    ...change,
  });
}

beforeEach(() => {
  clock = new FakeClock();
  source = new FakeSource();
  peers = [];
  replies = [];
  witnessed = [];
  changes = 0;
  silences = 0;
  grants = [
    grantOf('anna'),
    grantOf('ben'),
    grantOf('owner', { scope: ['owner'] }),
    grantOf('second owner', { scope: ['owner'] }),
    ...Array.from({ length: 20 }, (_, index) => grantOf(`guest ${index}`)),
  ];
  viewing = createViewing();
});

const request = (gid: string, message: ViewingRequest): Promise<void> =>
  viewing.handle(
    {
      request: message,
      channel: { kind: 'grant', entryId: gid },
      sender: { thumbprint: gid, jwk: grantOf(gid).jwk },
      hash,
      reply: async (reply) => {
        replies.push(reply);
      },
    },
    message,
  );

const offer = (gid: string, sid = 's') => request(gid, { type: 'offer', body: { nonce, sid, sdp: 'offer' } });
const standBy = (gid: string, sid = 's') =>
  request(gid, { type: 'offer', body: { nonce, sid, sdp: 'offer', standby: true } });

function last(): FakePeer {
  const peer = peers.at(-1);
  if (!peer) throw new Error('no peer');
  return peer;
}

/** A phone that has its connection ready: its peer, and its end of the control channel. */
async function connect(gid: string, sid = 's', path: FakePeer['path'] = 'direct') {
  await standBy(gid, sid);
  const [peer, control] = [last(), new FakeDataChannel('control')];
  peer.path = path;
  peer.become('connected');
  peer.channel.emit(control);
  return { peer, control };
}

async function watch(gid: string, sid = 's'): Promise<void> {
  await offer(gid, sid);
  last().become('connected');
}

/** Takes a grant from the list, or puts another in its place; nobody looks at it yet. */
function setGrant(gid: string, change: Partial<Grant> | null): void {
  grants = grants.filter((grant) => grant.gid !== gid);
  if (change !== null) grants.push(grantOf(gid, change));
}

const refusals = () => replies.filter(({ type }) => type === 'refused').map(({ body }) => body);

describe('a connection made ready', () => {
  it('wakes no camera, counts for nobody, and is written down nowhere', async () => {
    const { peer } = await connect('anna');
    peer.keyframeRequest.emit();
    peer.target.emit({ bitrateBps: 2_000_000, skipMs: 0 });
    expect([source.starts, source.keyframeRequests, source.bitrateBps]).toEqual([0, 0, 0]);
    expect([viewing.size, viewing.standbys, viewing.countOf('anna')]).toEqual([0, 1, 0]);
    await request('anna', { type: 'leave', body: { nonce, sid: 's' } });
    expect([viewing.standbys, witnessed, changes]).toEqual([0, [], 0]);
    expect(replies.map(({ type }) => type)).toEqual(['answer']);
    expect(clock.pending).toBe(0);
  });

  it('opens no microphone and gives no sound, whatever is asked of it', async () => {
    const { control } = await connect('anna');
    control.receive(JSON.stringify({ type: 'media', picture: true, listen: true, talk: true, show: true }));
    expect([control.sent, source.starts, viewing.size]).toEqual([[], 0, 0]);
  });

  it('becomes a picture when its phone says so, as if it had been asked for just then', async () => {
    const { peer, control } = await connect('anna');
    control.receive(PLAY);
    expect([source.starts, source.keyframeRequests]).toEqual([1, 1]);
    source.show();
    expect(peer.units).toHaveLength(1);
    expect([viewing.size, viewing.standbys, viewing.countOf('anna')]).toEqual([1, 0, 1]);
    control.receive(PLAY);
    expect(witnessed).toEqual([{ type: 'started', gid: 'anna' }]);
    clock.advance(10 * 60_000);
    expect(viewing.size).toBe(1);
  });

  it('becomes a picture by an ordinary offer, wherever it stands', async () => {
    await standBy('anna', 'early');
    await offer('anna', 'early');
    expect([source.starts, viewing.size]).toEqual([1, 1]);
    last().become('connected');
    await connect('ben', 'late');
    await offer('ben', 'late');
    expect([viewing.size, viewing.standbys, peers.length]).toEqual([2, 0, 2]);
    expect(replies.map(({ type }) => type)).toEqual(['answer', 'answer', 'answer', 'answer']);
    expect(witnessed).toHaveLength(2);
  });

  it('stays one when its offer comes once more', async () => {
    await connect('anna');
    await standBy('anna');
    expect([viewing.size, viewing.standbys, peers.length]).toEqual([0, 1, 1]);
  });

  it('does not become of a session that has a picture', async () => {
    await watch('anna');
    await standBy('anna');
    expect([viewing.size, viewing.standbys]).toEqual([1, 0]);
  });

  it('is given up after a while, sooner through TURN, and at once when its path breaks', async () => {
    await connect('anna', 'direct', 'direct');
    await connect('ben', 'relayed', 'relayed');
    const { peer: broken } = await connect('owner', 'broken');
    broken.silence.emit();
    broken.become('disconnected');
    expect([viewing.standbys, silences]).toEqual([2, 0]);
    clock.advance(60_000);
    expect(viewing.standbys).toBe(1);
    clock.advance(120_000);
    expect([viewing.standbys, clock.pending]).toEqual([0, 0]);
    expect(peers.map(({ closedFor }) => closedFor)).toEqual(['left', 'left', 'left']);
  });

  it('is given up when no path is found', async () => {
    await standBy('anna');
    clock.advance(30_000);
    expect([viewing.standbys, clock.pending]).toEqual([0, 0]);
  });
});

describe('the wish for its picture', () => {
  it.each([
    ['expired', { exp: 0 }],
    ['not_allowed', { scope: ['listen'] }],
    ['outside_hours', { hours: { tz: 'UTC', spans: [{ days: [1], from: 0, until: 60 }] } }],
    ['invalid_grant', null],
  ] as const)('is refused with %s when the grant has come to be %j', async (code, change) => {
    const { peer, control } = await connect('anna');
    setGrant('anna', change);
    control.receive(PLAY);
    expect(control.sent).toEqual([
      JSON.stringify({ type: 'refused', code }),
      JSON.stringify({ type: 'bye', reason: 'left' }),
    ]);
    expect([peer.closedFor, source.starts, witnessed]).toEqual(['left', 0, []]);
  });

  it('is refused by an offer as well, and then the connection ends', async () => {
    await connect('anna');
    setGrant('anna', { exp: 0 });
    await offer('anna');
    expect(refusals()).toEqual([{ rq: hash, code: 'expired' }]);
    expect([viewing.standbys, source.starts]).toEqual([0, 0]);
  });

  it('is refused when the camera is full, for guests while owners have room', async () => {
    const [guest, owner] = [await connect('anna'), await connect('owner')];
    for (let index = 0; index < 16; index += 1) await watch(`guest ${index}`);
    guest.control.receive(PLAY);
    owner.control.receive(PLAY);
    expect(guest.control.sent[0]).toBe('{"type":"refused","code":"busy"}');
    expect(owner.control.sent).toEqual([]);
    expect(viewing.size).toBe(17);
  });

  it('takes the place of the oldest picture of a phone that has many', async () => {
    const { control } = await connect('anna', 'ready');
    for (const sid of ['1', '2', '3', '4']) await watch('anna', sid);
    control.receive(PLAY);
    expect(peers[1]?.closedFor).toBe('replaced');
    expect(viewing.countOf('anna')).toBe(4);
  });

  it('counts as a picture begun, for all hands of a look', async () => {
    for (let times = 0; times < 31; times += 1) await watch(times % 2 ? 'anna' : 'ben', `${times}`);
    const { control } = await connect('anna', 'next');
    control.receive(PLAY);
    expect(control.sent[0]).toBe('{"type":"refused","code":"busy"}');
  });

  it('comes to nothing once the camera is going', async () => {
    const { peer, control } = await connect('anna');
    viewing.close('shutdown');
    control.receive(PLAY);
    expect([peer.closedFor, source.starts, clock.pending]).toEqual(['shutdown', 0, 0]);
  });
});

describe('places for connections made ready', () => {
  it('are their own: they take none from whoever watches', async () => {
    for (let index = 0; index < 16; index += 1) await watch(`guest ${index}`);
    for (const sid of ['1', '2', '3', '4']) await watch('owner', sid);
    await connect('second owner');
    expect([viewing.size, viewing.standbys]).toEqual([20, 1]);
    expect(refusals()).toEqual([]);
  });

  it('are few: the oldest makes way, and of a phone that has two its own', async () => {
    await connect('anna', '1');
    for (let index = 0; index < 5; index += 1) await connect(`guest ${index}`);
    await connect('guest 5');
    expect([viewing.standbys, peers[0]?.closedFor]).toEqual([6, 'replaced']);
    await connect('guest 5', '2');
    expect([viewing.standbys, peers[1]?.closedFor]).toEqual([6, 'replaced']);
    await connect('guest 5', '3');
    expect([viewing.standbys, peers[6]?.closedFor]).toEqual([6, 'replaced']);
    expect(peers[2]?.closedFor).toBeNull();
  });

  it('are had so often by one look, by whichever hands; its pictures are another matter', async () => {
    for (let times = 0; times < 22; times += 1) await connect(times % 2 ? 'anna' : 'ben', `${times}`);
    expect(refusals()).toEqual([{ rq: hash, code: 'busy' }]);
    await standBy('guest 0');
    await offer('anna', 'picture');
    expect(replies.slice(-2).map(({ type }) => type)).toEqual(['answer', 'answer']);
    expect(refusals()).toHaveLength(1);
  });

  it('are had by owners as often as they like', async () => {
    for (let times = 0; times < 40; times += 1) await connect('owner', `${times}`);
    expect(refusals()).toEqual([]);
  });

  it('end with the grant', async () => {
    const { control } = await connect('anna');
    await connect('ben');
    setGrant('anna', null);
    viewing.review();
    expect(control.sent).toEqual(['{"type":"bye","reason":"revoked"}']);
    expect(viewing.standbys).toBe(1);
  });

  it('are had by nobody who may not watch, or where the owner wants none', async () => {
    await standBy('stranger');
    viewing = createViewing({ isStandbyAllowed: false });
    await standBy('owner');
    expect(refusals()).toEqual([
      { rq: hash, code: 'invalid_grant' },
      { rq: hash, code: 'not_allowed' },
    ]);
    expect(peers).toEqual([]);
    await offer('owner');
    expect(replies.at(-1)?.type).toBe('answer');
  });
});
