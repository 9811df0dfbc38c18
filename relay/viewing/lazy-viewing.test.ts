import { describe, expect, it } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import type { Incoming } from '../channels/channel-server.ts';
import { createLog } from '../log.ts';
import { testOwner } from '../testing/access-entries.ts';
import { FakePeer } from '../testing/fake-peer.ts';
import { buildSound } from '../testing/fake-sound.ts';
import { createPacketizer } from '../webrtc/packetizer.ts';
import { Broadcast } from './broadcast.ts';
import { LazyViewing } from './lazy-viewing.ts';
import { Viewing, type ViewingRequest } from './viewing.ts';

const owner = testOwner('owner');
const hash = 'h'.repeat(43);
const offer: ViewingRequest = { type: 'offer', body: { nonce: 'n'.repeat(22), sid: 's', sdp: 'offer' } };
const source = {
  acquire: () => () => undefined,
  setBitrate: () => undefined,
  requestKeyframe: () => undefined,
};

function setUp() {
  const clock = new FakeClock();
  const peer = new FakePeer();
  const replies: string[] = [];
  let mayWatch = true;
  const viewing = new Viewing({
    admit: () =>
      mayWatch
        ? { type: 'holds', terms: { ...owner, scope: ['watch'] } }
        : { type: 'refused', code: 'invalid_grant' },
    rootOf: (gid) => gid,
    takeSnapshot: async () => 'not_allowed',
    witness: () => () => undefined,
    onEnvelope: () => undefined,
    onChange: () => undefined,
    onSilence: () => undefined,
    isStandbyAllowed: true,
    sound: buildSound(),
    broadcast: new Broadcast({ source, packetizer: createPacketizer(), maxBitrateBps: 1_000_000 }),
    createPeer: () => peer,
    clock,
    log: createLog(() => undefined),
  });
  const loading = Promise.withResolvers<Viewing>();
  const incoming: Incoming = {
    request: offer,
    channel: { kind: 'grant', entryId: owner.gid },
    sender: { thumbprint: owner.jkt, jwk: owner.jwk },
    hash,
    reply: async ({ type }) => {
      replies.push(type);
    },
  };
  const forbid = () => {
    mayWatch = false;
  };
  return { lazy: new LazyViewing(loading.promise), loading, viewing, peer, replies, incoming, forbid };
}

describe('the viewing that is being loaded', () => {
  it('has nobody watch, and lets who asks wait', async () => {
    const { lazy, loading, viewing, peer, replies, incoming } = setUp();
    expect(lazy.countOf(owner.gid)).toBe(0);
    lazy.review();
    const answered = lazy.handle(incoming, offer);
    expect(replies).toEqual([]);
    loading.resolve(viewing);
    await answered;
    expect(replies).toEqual(['answer']);
    await lazy.loaded();
    peer.become('connected');
    expect(lazy.countOf(owner.gid)).toBe(1);
  });

  it('admits by what holds when it is there, not by what held when it was asked', async () => {
    const { lazy, loading, viewing, replies, incoming, forbid } = setUp();
    const answered = lazy.handle(incoming, offer);
    forbid();
    loading.resolve(viewing);
    await answered;
    expect(replies).toEqual(['refused']);
  });

  it('reviews and closes what it has loaded, also what waited', async () => {
    const { lazy, loading, viewing, peer, incoming } = setUp();
    const answered = lazy.handle(incoming, offer);
    const closed = lazy.close('shutdown');
    loading.resolve(viewing);
    await Promise.all([answered, closed]);
    await peer.closed;
    expect([peer.closedFor, viewing.size]).toEqual(['shutdown', 0]);
  });

  it('ends what is not allowed any more', async () => {
    const { lazy, loading, viewing, peer, incoming, forbid } = setUp();
    loading.resolve(viewing);
    await lazy.handle(incoming, offer);
    forbid();
    lazy.review();
    expect(peer.closedFor).toBe('revoked');
  });

  it('says when it cannot be loaded', async () => {
    const { lazy, loading } = setUp();
    loading.reject(new Error('no module'));
    await expect(lazy.loaded()).rejects.toThrow('no module');
  });
});
