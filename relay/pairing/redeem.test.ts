import { describe, expect, it } from 'vitest';
import type { AccessState } from '../access/access-state.ts';
import { admit } from '../access/admission.ts';
import { testGrant, testInvite, testOwner, testState, token } from '../testing/access-entries.ts';
import { RETRY_S, type Redeemer, redeemClaim, redeemLent } from './redeem.ts';

const NOW = 10_000;
const owner = testOwner('owner');
const lender = testGrant('lender', { scope: ['watch', 'lend'], exp: NOW + 5_000, by: owner.gid });
const phone: Redeemer = { thumbprint: token('phone', 43), jwk: owner.jwk, device: 'Pixel' };
const thief: Redeemer = { ...phone, thumbprint: token('thief', 43) };
const forOwner = { scope: ['owner'], duration: null } as const;
const at = (now: number, isTrusted = true) => ({ now, isTrusted });

const lent = (change: Parameters<typeof testInvite>[1] = {}) =>
  testInvite('link', { by: owner.gid, openUntil: NOW + 100, ...change });

/** Code of the refusal, or `granted`, and the list afterwards. */
function redeem(state: AccessState, who = phone, moment = at(NOW)) {
  const { state: after = state, result } = redeemLent(state, token('link'), who, moment);
  return { said: result.type === 'granted' ? 'granted' : result.code, after, result };
}

describe('a link', () => {
  it('becomes the grant that it promises, with the key of the phone', () => {
    const link = lent({ name: 'Ben', nbf: NOW - 5, duration: null, exp: NOW + 50 });
    const { after, result } = redeem(testState(owner, link));
    expect(result).toEqual({ type: 'granted', grant: after.grants[1] });
    expect(after).toEqual({ ...testState(owner), grants: [owner, after.grants[1]] });
    expect(after.grants[1]).toMatchObject({
      ...{ gid: link.id, jkt: phone.thumbprint, jwk: phone.jwk, name: 'Ben', device: 'Pixel' },
      ...{ scope: ['watch'], nbf: NOW - 5, exp: NOW + 50, by: owner.gid, grantedAt: NOW },
    });
  });

  it('makes a secret that nobody knew', () => {
    const state = testState(owner, lent());
    const [first, second] = [redeem(state).after.grants[1], redeem(state).after.grants[1]];
    expect(first?.psk).toMatch(/^[\w-]{43}$/);
    expect(first?.psk).not.toBe(second?.psk);
  });

  it.each([
    ['begins', null, NOW + 3600],
    ['has begun to hold', NOW - 10, NOW + 3600],
    ['begins to hold later', NOW + 10, NOW + 3610],
  ])('for so long counts from when it %s', (_, nbf, exp) => {
    expect(redeem(testState(owner, lent({ nbf }))).after.grants[1]?.exp).toBe(exp);
  });

  it.each([
    ['is redeemed in its last second', 'granted', lent(), at(NOW + 100)],
    ['is redeemed a second later', 'expired', lent(), at(NOW + 101)],
    ['gives what is over', 'expired', lent({ duration: null, exp: NOW }), at(NOW)],
    [
      'a lender made whose time is over',
      'expired',
      lent({ by: lender.gid, openUntil: 2 ** 32 }),
      at(NOW + 5_000),
    ],
    ['a lender made who is gone', 'expired', lent({ by: token('gone') }), at(NOW)],
    ['is for a guest, while the time is not known', 'clock_unsynced', lent(), at(NOW, false)],
    ['is for a guest, while it seems to be too late', 'clock_unsynced', lent(), at(NOW * 2, false)],
    ['is for an owner, while it seems to be too late', 'granted', lent(forOwner), at(NOW * 2, false)],
    ['is for an owner, too late', 'expired', lent(forOwner), at(NOW * 2)],
    [
      'the camera made, too late by its clock',
      'expired',
      lent({ ...forOwner, by: null }),
      at(NOW * 2, false),
    ],
  ])('that %s is %s', (_, expected, link, moment) => {
    const state = testState(owner, lender, link);
    const { said, after } = redeem(state, phone, moment);
    expect(said).toBe(expected);
    if (expected !== 'granted') expect(after).toBe(state);
  });

  it('that nobody made is refused', () => {
    expect(redeem(testState(owner)).said).toBe('invalid_grant');
  });

  it('gives what it is when it is redeemed, not what it was', () => {
    const amended = testState(owner, lent({ scope: ['listen'], name: 'Benjamin' }));
    expect(redeem(amended).after.grants[1]).toMatchObject({ scope: ['listen'], name: 'Benjamin' });
  });
});

describe('a link that was used', () => {
  const used = redeem(testState(owner, lent())).after;

  it.each([
    ['the same phone again', 'granted', phone, NOW + 100],
    ['the same phone after its end', 'invalid_grant', phone, NOW + 101],
    ['another phone', 'invalid_grant', thief, NOW],
  ])('is to %s %s', (_, expected, who, now) => {
    const { said, after } = redeem(used, who, at(now));
    expect(said).toBe(expected);
    expect(after).toBe(used);
  });

  it('gives the same phone the same grant', () => {
    expect(redeem(used).result).toEqual({ type: 'granted', grant: used.grants[1] });
  });

  it('can be asked for a lost answer for an hour, however long it was good', () => {
    const { after } = redeem(testState(owner, lent({ openUntil: NOW * 10 })));
    expect(after.grants[1]?.invite?.openUntil).toBe(NOW + RETRY_S);
    expect(redeem(after, phone, at(NOW + RETRY_S + 1)).said).toBe('invalid_grant');
  });
});

describe('a link that hands the camera over', () => {
  const link = lent({ scope: ['owner'], duration: null, isTransfer: true });
  const partner = testOwner('partner', { by: owner.gid });
  const guest = testGrant('guest', { scope: ['watch', 'lend'], by: owner.gid });
  const friend = testGrant('friend', { by: guest.gid });
  const open = testInvite('open', { by: owner.gid });
  const rival = testInvite('rival', { scope: ['owner'], duration: null, isTransfer: true, by: owner.gid });
  const { after } = redeem(testState(owner, partner, guest, friend, link, open, rival));
  const heir = token('link');

  it('takes from the old owner all it had, and leaves the other owners alone', () => {
    expect(after.grants.map(({ gid }) => gid)).toEqual([partner.gid, guest.gid, friend.gid, heir]);
    expect(after.withdrawn).toContainEqual({ entry: { kind: 'grant', grant: owner }, at: NOW, by: heir });
  });

  it('gives the new owner what the old one lent to guests, so that they stay', () => {
    expect(after.grants.find(({ gid }) => gid === guest.gid)?.by).toBe(heir);
    expect(after.invites).toEqual([{ ...open, by: heir }]);
    expect(admit(after, friend.gid, 'watch', at(NOW)).type).toBe('holds');
  });

  it('leaves no other link by which the old owner could have it taken from the new one', () => {
    expect(after.withdrawn).toContainEqual({ entry: { kind: 'invite', invite: rival }, at: NOW, by: heir });
  });

  it('works for the last owner too', () => {
    const alone = redeem(testState(owner, link)).after;
    expect(alone.grants.map(({ gid, scope }) => [gid, ...scope])).toEqual([[heir, 'owner']]);
  });
});

describe('a further owner', () => {
  it('takes nothing from the one who let it in', () => {
    const { after } = redeem(testState(owner, lent({ scope: ['owner'], duration: null })));
    expect(after.grants.map(({ scope }) => scope)).toEqual([['owner'], ['owner']]);
    expect(after.withdrawn).toEqual([]);
  });
});

describe('the code that an unclaimed camera shows', () => {
  const code = testInvite('code', { scope: ['owner'], duration: null, openUntil: NOW });
  const claim = (state: AccessState, who = phone, now = NOW) => redeemClaim(state, code, who, at(now, false));
  const claimed = claim(testState()).state ?? testState();

  it('makes an owner, called as its phone calls itself', () => {
    expect(claimed.grants).toMatchObject([
      { gid: code.id, scope: ['owner'], name: 'Pixel', by: null, exp: null },
    ]);
  });

  it('makes one owner, and none where there is one', () => {
    for (const state of [claimed, testState(owner)])
      expect(claim(state, thief)).toEqual({ result: { type: 'refused', code: 'invalid_grant' } });
  });

  it('gives the same phone the same grant again, for an hour', () => {
    const again = { result: { type: 'granted', grant: claimed.grants[0] } };
    expect(claim(claimed, phone, NOW + RETRY_S)).toEqual(again);
    expect(claim(claimed, phone, NOW + RETRY_S + 1)).toMatchObject({ result: { code: 'invalid_grant' } });
  });

  it('works also where the clock was set forward after it was shown, as at the first start of a camera', () => {
    expect(claim(testState(), phone, NOW * 1_000).result.type).toBe('granted');
  });
});
