import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testGrant, testInvite, testOwner, testState, token } from '../testing/access-entries.ts';
import { encodeAccessState, NO_ACCESS, parseAccessState, withdrawnId } from './access-state.ts';

const hours = { tz: 'Europe/Zurich', spans: [{ days: [1, 3], from: 540, until: 720 }] } as const;
const owner = testOwner('owner');
const guest = testGrant('guest', {
  ...{ by: owner.gid, nbf: 1, exp: 2, hours },
  invite: { secret: token('secret'), openUntil: 3 },
});
const invite = testInvite('invite', { by: owner.gid, hours });
const gone = testGrant('gone', { by: owner.gid });
const state = testState(
  owner,
  guest,
  invite,
  { entry: { kind: 'grant', grant: gone }, at: 4, by: owner.gid },
  { entry: { kind: 'invite', invite: testInvite('unused') }, at: 5, by: null },
);

const withGrant = (change: object) =>
  JSON.stringify({ version: 2, ...testState(), grants: [{ ...owner, ...change }] });

describe('the stored access list', () => {
  it('is read as it was written', () => {
    expect(parseAccessState(encodeAccessState(state))).toEqual(state);
    expect(parseAccessState(encodeAccessState(NO_ACCESS))).toEqual(NO_ACCESS);
  });

  it('of before there was lending is read with what is new left open', () => {
    const { device: _, hours: __, ...first } = owner;
    const text = JSON.stringify({ version: 1, grants: [{ ...first, name: 'Anna’s phone' }] });
    expect(parseAccessState(text)).toEqual(
      testState({ ...owner, name: 'Anna’s phone', device: 'Anna’s phone', hours: null }),
    );
  });

  it.each([
    ['an unknown version', '{"version":3,"grants":[],"invites":[],"withdrawn":[]}'],
    ['a part missing', '{"version":2,"grants":[],"invites":[]}'],
    ['a part too many', '{"version":2,"grants":[],"invites":[],"withdrawn":[],"admins":[]}'],
    ['an unknown right', withGrant({ scope: ['root'] })],
    ['no right', withGrant({ scope: [] })],
    ['an end beyond all calendars', withGrant({ exp: 1e15 })],
    ['an end in text', withGrant({ exp: 'tomorrow' })],
    ['a secret of another length', withGrant({ psk: 'short' })],
    ['a private key', withGrant({ jwk: { ...owner.jwk, d: 'A'.repeat(43) } })],
    ['a name of two lines', withGrant({ name: 'a\nb' })],
    ['hours nobody knows', withGrant({ hours: { tz: 'Mars/Olympus', spans: [] } })],
    ['more than there is', withGrant({ isAdmin: true })],
    [
      'something taken back that is neither',
      '{"version":2,"grants":[],"invites":[],"withdrawn":[{"entry":{"kind":"key"},"at":1,"by":null}]}',
    ],
    ['no JSON', '{"version":2'],
  ])('is not read with %s', (_, text) => {
    expect(() => parseAccessState(text)).toThrow();
  });

  it('is not read, whatever else it is', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(() => parseAccessState(text)).toThrow();
      }),
    );
  });

  it('says what was taken back by its id', () => {
    expect(state.withdrawn.map(withdrawnId)).toEqual([gone.gid, token('unused')]);
  });
});
