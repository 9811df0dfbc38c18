import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numericDateOf } from '#shared/clock.ts';
import type { Scope } from '#shared/scope.ts';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { admit } from '../access/admission.ts';
import { createLog } from '../log.ts';
import { testGrant, testState } from '../testing/access-entries.ts';
import { FakeDataChannel, FakePeer } from '../testing/fake-peer.ts';
import { buildSound, FakeDevices, SOUND } from '../testing/fake-sound.ts';
import { FakeSource, KEYFRAME } from '../testing/fake-source.ts';
import type { AudioPacket } from '../webrtc/audio-writer.ts';
import type { PacketizedUnit } from '../webrtc/packetizer.ts';
import { createPacketizer } from '../webrtc/packetizer.ts';
import { Broadcast } from './broadcast.ts';
import { type Admission, Viewing, type ViewingRequest } from './viewing.ts';

const GIDS = ['anna', 'ben', 'owner'] as const;
type Gid = (typeof GIDS)[number];

/** One phone's connection: what leaves the camera by it is asked about at that moment. */
class WatchedPeer extends FakePeer {
  readonly control = new FakeDataChannel('control');
  readonly snapshot = new FakeDataChannel('snapshot');
  readonly #onLeave: (right: Scope) => void;

  constructor(onLeave: (right: Scope) => void) {
    super();
    this.#onLeave = onLeave;
    const send = this.snapshot.send.bind(this.snapshot);
    this.snapshot.send = (message) => {
      if (typeof message !== 'string') onLeave('watch');
      send(message);
    };
  }

  override sendAccessUnit(unit: PacketizedUnit): void {
    if (this.state === 'connected') this.#onLeave('watch');
    super.sendAccessUnit(unit);
  }

  override sendAudio(packet: AudioPacket): void {
    if (this.state === 'connected') this.#onLeave('listen');
    super.sendAudio(packet);
  }
}

/** A camera, three phones, and whatever comes between them. */
class World {
  readonly clock = new FakeClock();
  readonly source = new FakeSource();
  readonly devices = new FakeDevices();
  readonly peers: WatchedPeer[] = [];
  /** Viewings that were written down and have not ended, by grant. */
  readonly watched = new Map<string, number>();
  readonly faults: string[] = [];
  readonly scopes = new Map<Gid, readonly Scope[]>([
    ['anna', ['watch', 'listen', 'snapshot']],
    ['ben', ['watch']],
    ['owner', ['owner']],
  ]);
  isOff = false;
  #offering: Gid = 'anna';
  readonly viewing = new Viewing({
    admit: (gid, right) => this.admit(gid, right),
    rootOf: (gid) => gid,
    takeSnapshot: async () => this.source.snapshot(),
    witness: (gid) => {
      this.watched.set(gid, this.openOf(gid) + 1);
      let isOver = false;
      return () => {
        if (isOver) this.faults.push('ended twice');
        isOver = true;
        this.watched.set(gid, this.openOf(gid) - 1);
      };
    },
    onEnvelope: () => undefined,
    onChange: () => undefined,
    onSilence: () => undefined,
    isStandbyAllowed: true,
    sound: buildSound(this.devices),
    broadcast: new Broadcast({
      ...{ source: this.source, packetizer: createPacketizer(), clock: this.clock },
      maxBitrateBps: 2_500_000,
    }),
    createPeer: () => this.#createPeer(),
    clock: this.clock,
    log: createLog(() => undefined),
  });

  openOf(gid: string): number {
    return this.watched.get(gid) ?? 0;
  }

  admit(gid: string, right: Scope): Admission {
    const grants = [...this.scopes].map(([each, scope]) => testGrant(each, { gid: each, scope }));
    const standing = admit(testState(...grants), gid, right, {
      now: numericDateOf(this.clock),
      isTrusted: true,
    });
    return standing.type === 'holds' && this.isOff ? { type: 'refused', code: 'private' } : standing;
  }

  async request(gid: Gid, request: ViewingRequest): Promise<void> {
    this.#offering = gid;
    const channel = { kind: 'grant', entryId: gid } as const;
    const sender = { thumbprint: gid, jwk: testGrant(gid).jwk };
    await this.viewing.handle({ request, channel, sender, hash: 'h', reply: async () => undefined }, request);
  }

  setScope(gid: Gid, scope: readonly Scope[] | null): void {
    if (scope === null) this.scopes.delete(gid);
    else this.scopes.set(gid, scope);
    this.viewing.review();
  }

  #createPeer(): FakePeer {
    const gid = this.#offering;
    const peer: WatchedPeer = new WatchedPeer((right) => {
      if (peer.closedFor !== null) this.faults.push('sent after the end');
      if (this.openOf(gid) === 0) this.faults.push(`${gid} has something that nobody wrote down`);
      if (this.admit(gid, right).type === 'refused') this.faults.push(`${gid} may not ${right}`);
    });
    this.peers.push(peer);
    return peer;
  }
}

const gids = fc.constantFrom(...GIDS);
const sids = fc.constantFrom('s', 't', 'u');
const nonce = 'n'.repeat(22);
const media = fc
  .record({ picture: fc.boolean(), listen: fc.boolean(), talk: fc.boolean(), show: fc.boolean() })
  .map((ways) => JSON.stringify({ type: 'media', ...ways }));
const texts = fc.oneof(
  { weight: 4, arbitrary: fc.constant('{"type":"play"}') },
  { weight: 4, arbitrary: media },
  fc.constantFrom('{"type":"ping","id":1}', '{"type":"bye","reason":"left"}', 'nonsense'),
);
/** Something that happens, and how a failed run tells of it. */
interface Step {
  readonly what: string;
  readonly happen: (world: World) => unknown;
}
const step = (what: string, happen: Step['happen']): Step => ({ what, happen });
/** Something that happens to one of the newest connections. */
const ofPeer = (what: string, act: (peer: WatchedPeer) => void) =>
  fc.nat({ max: 3 }).map((back) =>
    step(`${what} ${back}`, ({ peers }) => {
      const peer = peers.at(-1 - back);
      if (peer) act(peer);
    }),
  );
const offers = fc.tuple(gids, sids, fc.boolean()).map(([gid, sid, isStandby]) =>
  step(`offer ${gid} ${sid} ${isStandby}`, async (world) => {
    const before = world.peers.length;
    const standby = isStandby ? { standby: true as const } : {};
    await world.request(gid, { type: 'offer', body: { nonce, sid, sdp: 'offer', ...standby } });
    // Phones open it at once.
    for (const { channel, control } of world.peers.slice(before)) channel.emit(control);
  }),
);
const leaves = fc
  .tuple(gids, sids)
  .map(([gid, sid]) =>
    step(`leave ${gid} ${sid}`, (world) => world.request(gid, { type: 'leave', body: { nonce, sid } })),
  );
const says = fc
  .tuple(texts, fc.nat({ max: 3 }))
  .map(([text, back]) =>
    step(`say ${back} ${text}`, ({ peers }) => peers.at(-1 - back)?.control.receive(text)),
  );
const scopes: fc.Arbitrary<readonly Scope[] | null> = fc.constantFrom(
  null,
  ['watch'] as const,
  ['listen'] as const,
  ['watch', 'listen'] as const,
  ['owner'] as const,
);
const grants = fc
  .tuple(gids, scopes)
  .map(([gid, scope]) => step(`grant ${gid} ${scope}`, (world) => world.setScope(gid, scope)));
const switches = fc.boolean().map((isOff) =>
  step(`off ${isOff}`, (world) => {
    world.isOff = isOff;
    world.viewing.review();
  }),
);
const waits = fc
  .constantFrom(100, 5_000, 31_000, 61_000, 181_000)
  .map((ms) => step(`wait ${ms}`, ({ clock }) => clock.advance(ms)));
const steps: fc.Arbitrary<Step> = fc.oneof(
  ...[leaves, grants, grants, switches, waits],
  { weight: 4, arbitrary: offers },
  { weight: 5, arbitrary: says },
  { weight: 4, arbitrary: ofPeer('connected', (peer) => peer.closedFor ?? peer.become('connected')) },
  ofPeer('disconnected', (peer) => peer.closedFor ?? peer.become('disconnected')),
  ofPeer('die', (peer) => peer.die()),
  ofPeer('snapshot', (peer) => peer.channel.emit(peer.snapshot)),
  ofPeer('take', (peer) => peer.snapshot.receive('{"type":"take"}')),
  {
    weight: 4,
    arbitrary: fc.constant(step('picture', ({ source }) => source.listener?.onAccessUnit(KEYFRAME))),
  },
  { weight: 2, arbitrary: fc.constant(step('sound', ({ devices }) => devices.audio.emit(SOUND))) },
);
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('whatever phones, paths and owners do, and in whichever order', () => {
  it('nothing leaves the camera but to who may have it and is written down, and nothing is left of it in the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 60 }), async (happenings) => {
        const world = new World();
        for (const { happen } of happenings) {
          await happen(world);
          await settle();
        }
        world.viewing.close('shutdown');
        await settle();
        const { viewing, clock, source, devices } = world;
        expect(world.faults).toEqual([]);
        expect([...world.watched.values()].filter((open) => open !== 0)).toEqual([]);
        expect(world.peers.filter(({ closedFor }) => closedFor === null)).toEqual([]);
        expect([viewing.size, viewing.standbys, source.listener, devices.on.size]).toEqual([0, 0, null, 0]);
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 2_000 },
    );
  });
});
