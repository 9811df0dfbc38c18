import { describe, expect, it } from 'vitest';
import type { Withdrawn } from '../access/access-state.ts';
import { testGrant, testInvite, testOwner, testState, token } from '../testing/access-entries.ts';
import { channelSpecs } from './channel-specs.ts';

const NOW = 1_000;
const owner = testOwner('owner');
const lender = testGrant('lender', { scope: ['watch', 'lend'], exp: 2 * NOW, by: owner.gid });
const guest = testGrant('guest', { exp: 3 * NOW, by: lender.gid });
const state = testState(owner, lender, guest);
const server = { urls: ['stun:stun.example:3478'] };

const specsOf = (of = state, now = NOW, { claims = [testInvite('claim')], isTrusted = true } = {}) =>
  channelSpecs(of, claims, {
    moment: { now, isTrusted },
    ...{ cameraName: 'Kitchen', revision: 7, watching: 0 },
    iceServersFor: ({ gid }) => (gid === guest.gid ? [] : [server]),
  });
const named = (entryId: string, specs = specsOf()) => specs.filter((spec) => spec.entryId === token(entryId));

describe('a grant', () => {
  it('has a channel of its own secret, for its own key, that says what it allows', () => {
    expect(named('guest')).toEqual([
      {
        ...{ kind: 'grant', entryId: guest.gid, secret: guest.psk, holder: guest.jkt },
        sender: { type: 'known', jwk: guest.jwk },
        standing: {
          type: 'live',
          presence: {
            ...{ name: 'Kitchen', ice_servers: [] },
            terms: { scope: ['watch'], nbf: null, exp: 2 * NOW, hours: null },
          },
        },
      },
    ]);
  });

  it('says how often the list has changed to those who may lend, and to no other', () => {
    const revisions = specsOf(state, NOW, { claims: [] }).map(({ entryId, standing }) => [
      entryId,
      standing.type === 'live' && standing.presence.revision,
    ]);
    expect(revisions).toEqual([
      [owner.gid, 7],
      [lender.gid, 7],
      [guest.gid, undefined],
    ]);
  });

  it.each([
    ['before its end', NOW, true, 'live'],
    ['at the end of the one who lent', 2 * NOW, true, 'expired'],
    ['at that end by a clock that may be wrong', 2 * NOW, false, 'live'],
    ['before its beginning', 0, true, 'live'],
  ])('is %s %s', (_, now, isTrusted, expected) => {
    const [spec] = named('guest', specsOf(state, now, { isTrusted }));
    expect(spec?.standing).toMatchObject(
      expected === 'live' ? { type: expected } : { type: 'ended', reason: expected },
    );
  });

  it('of an owner has no end', () => {
    expect(named('owner', specsOf(state, 2 ** 33))).toMatchObject([{ standing: { type: 'live' } }]);
  });

  it('whose lender may not lend any more is told that it was revoked', () => {
    const deprived = testState(owner, { ...lender, scope: ['watch'] }, guest);
    expect(named('guest', specsOf(deprived))).toMatchObject([
      { standing: { type: 'ended', reason: 'revoked' } },
    ]);
  });

  it('keeps the channel of its invite for as long as its answer may be lost', () => {
    const fresh = testState({ ...guest, by: null, invite: { secret: token('used'), openUntil: NOW } });
    const kinds = (now: number) =>
      named('guest', specsOf(fresh, now)).map(({ kind, secret }) => [kind, secret]);
    expect(kinds(NOW)).toEqual([
      ['invite', token('used')],
      ['grant', guest.psk],
    ]);
    expect(kinds(NOW + 1)).toEqual([['grant', guest.psk]]);
  });
});

describe('an invite', () => {
  it('has a channel that tells a stranger nothing, whether lent or shown by the camera', () => {
    const specs = specsOf(testState(owner, testInvite('lent', { by: owner.gid })));
    for (const id of ['claim', 'lent']) {
      expect(named(id, specs)).toEqual([
        {
          ...{ kind: 'invite', entryId: token(id), secret: token(`secret-${id}`), holder: null },
          sender: { type: 'introduced' },
          standing: { type: 'live', presence: { name: 'Latchkey', ice_servers: [] } },
        },
      ]);
    }
  });
});

describe('what was taken back', () => {
  const taken = (entry: Withdrawn['entry']): Withdrawn => ({ entry, at: NOW, by: owner.gid });

  it('is told to its phone, or to whoever comes with the link', () => {
    const gone = testState(
      owner,
      taken({
        kind: 'grant',
        grant: { ...guest, by: owner.gid, invite: { secret: token('used'), openUntil: 2 * NOW } },
      }),
      taken({ kind: 'invite', invite: testInvite('unused') }),
    );
    const specs = specsOf(gone, NOW, { claims: [] });
    expect(specs.map(({ kind, entryId, standing }) => [kind, entryId, standing.type])).toEqual([
      ['grant', owner.gid, 'live'],
      ['grant', guest.gid, 'ended'],
      ['invite', token('unused'), 'live'],
    ]);
    expect(named('guest', specs)).toMatchObject([{ secret: guest.psk, standing: { reason: 'revoked' } }]);
  });
});
