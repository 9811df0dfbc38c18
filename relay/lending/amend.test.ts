import { describe, expect, it } from 'vitest';
import { admit } from '../access/admission.ts';
import { testGrant, testInvite, testOwner, testState, token } from '../testing/access-entries.ts';
import { type Amendment, amend } from './amend.ts';
import { MAX_AHEAD_S } from './lend.ts';

const NOW = 2_000_000_000;
const DAY_S = 24 * 3600;
const owner = testOwner('owner');
const partner = testOwner('partner', { by: owner.gid });
const lender = testGrant('lender', { scope: ['watch', 'talk', 'lend'], exp: NOW + DAY_S, by: owner.gid });
const guest = testGrant('guest', { exp: NOW + 60, nbf: NOW, by: lender.gid });
const sibling = testGrant('sibling', { exp: NOW + 60, by: owner.gid });
const link = testInvite('link', { by: lender.gid, openUntil: NOW + 100 });
const crown = testInvite('crown', { scope: ['owner'], duration: null, by: owner.gid });
const state = testState(owner, partner, lender, guest, sibling, link, crown);
const hours = { tz: 'UTC', spans: [{ days: [1], from: 0, until: 60 }] } as const;
const at = (now = NOW, isTrusted = true) => ({ now, isTrusted });

const change = (actor: typeof owner, id: string, by: Amendment, { of = state, moment = at() } = {}) =>
  amend(of, actor, { id, change: by, moment });

describe('a change', () => {
  it('touches what it names, and nothing else', () => {
    const { state: after, result } = change(owner, guest.gid, { name: 'Ben', exp: NOW + 120 });
    expect(result).toBe('done');
    expect(after).toEqual({
      ...state,
      grants: state.grants.map((each) => (each === guest ? { ...guest, name: 'Ben', exp: NOW + 120 } : each)),
    });
  });

  it.each([
    ['a name', { name: 'Ben' }],
    ['rights', { scope: ['listen'] }],
    ['an end', { exp: NOW + 1 }],
    ['hours', { hours }],
    ['no hours any more', { hours: null }],
  ] as const)('gives %s, and is not written again where it is so already', (_, by) => {
    const before = testState(owner, {
      ...guest,
      hours: 'hours' in by && by.hours === null ? hours : null,
      by: owner.gid,
    });
    const { state: after = before } = change(owner, guest.gid, by, { of: before });
    expect(after.grants[1]).toEqual({ ...before.grants[1], ...by });
    expect(after).not.toBe(before);
    expect(change(owner, guest.gid, by, { of: after })).toEqual({ result: 'done' });
  });

  it('of nothing is done', () => {
    expect(change(owner, guest.gid, {})).toEqual({ result: 'done' });
  });

  it('of a link that gives it an end takes its duration, and lets it be good no longer', () => {
    const { state: after } = change(lender, link.id, { exp: NOW + 50 });
    expect(after?.invites[0]).toEqual({ ...link, exp: NOW + 50, duration: null, openUntil: NOW + 50 });
    const later = change(lender, link.id, { exp: NOW + 500 }).state;
    expect(later?.invites[0]).toMatchObject({ exp: NOW + 500, openUntil: NOW + 100 });
    expect(change(lender, link.id, { name: 'Ben' }).state?.invites[0]).toEqual({ ...link, name: 'Ben' });
  });

  it('of the end of a grant whose time is over brings it back to life', () => {
    const later = at(NOW + 3600);
    expect(admit(state, guest.gid, 'watch', later)).toMatchObject({ code: 'expired' });
    const after = change(owner, guest.gid, { exp: NOW + 7200 }, { moment: later }).state ?? state;
    expect(admit(after, guest.gid, 'watch', later).type).toBe('holds');
  });

  it('that takes the right to lend ends what was lent, and brings it back with that right', () => {
    const deprived = change(owner, lender.gid, { scope: ['watch'] }).state ?? state;
    expect(admit(deprived, guest.gid, 'watch', at())).toMatchObject({ code: 'invalid_grant' });
    expect(admit(deprived, lender.gid, 'watch', at()).type).toBe('holds');
    const restored = change(owner, lender.gid, { scope: ['watch', 'lend'] }, { of: deprived }).state ?? state;
    expect(admit(restored, guest.gid, 'watch', at()).type).toBe('holds');
  });

  it('that narrows a lender narrows what it lent', () => {
    const shorter = change(owner, lender.gid, { exp: NOW + 30, scope: ['talk', 'lend'] }).state ?? state;
    expect(admit(shorter, guest.gid, 'talk', at())).toMatchObject({ code: 'invalid_grant' });
    const sooner = change(owner, lender.gid, { exp: NOW + 30 }).state ?? state;
    expect(admit(sooner, guest.gid, 'watch', at(NOW + 30))).toMatchObject({ code: 'expired' });
  });
});

describe('the terms', () => {
  it.each([
    ['end in the future', { exp: NOW + 1 }, 'done'],
    ['have not ended', { exp: NOW }, 'bad_terms'],
    ['end within two years', { exp: NOW + MAX_AHEAD_S }, 'done'],
    ['do not end later', { exp: NOW + MAX_AHEAD_S + 1 }, 'bad_terms'],
    ['make no owner', { scope: ['owner'] }, 'bad_terms'],
    ['make no owner, among others', { scope: ['watch', 'owner'] }, 'bad_terms'],
  ] as const)('%s: %j is %s', (_, by, expected) => {
    expect(change(owner, sibling.gid, by).result).toBe(expected);
  });

  it('end after they begin', () => {
    const later = testState(owner, testGrant('later', { nbf: NOW + 100, exp: NOW + 200, by: owner.gid }));
    const said = (exp: number) => change(owner, token('later'), { exp }, { of: later }).result;
    expect([said(NOW + 101), said(NOW + 100)]).toEqual(['done', 'bad_terms']);
  });

  it('may end at any time while that is not known', () => {
    expect(change(owner, sibling.gid, { exp: 1 }, { moment: at(NOW, false) }).result).toBe('done');
  });
});

describe('a change by', () => {
  it.each([
    ['an owner, of any guest', 'done', owner, guest.gid, { exp: NOW + 9 * DAY_S, scope: ['listen'] }],
    ['an owner, of the name of another', 'done', owner, partner.gid, { name: 'Ben' }],
    ['an owner, of its own name', 'done', owner, owner.gid, { name: 'Ben' }],
    ['an owner, of the rights of another', 'bad_terms', owner, partner.gid, { scope: ['watch'] }],
    ['an owner, of the end of another', 'bad_terms', owner, partner.gid, { exp: NOW + 10 }],
    ['an owner, of the hours of another', 'bad_terms', owner, partner.gid, { hours }],
    ['an owner, of its own end', 'not_allowed', owner, owner.gid, { exp: NOW + 10 }],
    ['an owner, of the name of a link for an owner', 'done', owner, crown.id, { name: 'Ben' }],
    ['an owner, of the rights of a link for an owner', 'bad_terms', owner, crown.id, { scope: ['watch'] }],
    ['an owner, of the end of a link for an owner', 'bad_terms', owner, crown.id, { exp: NOW + 10 }],
    ['an owner, of what nobody knows', 'not_found', owner, token('nothing'), { name: 'Ben' }],
    ['a guest, of what it lent', 'done', lender, guest.gid, { exp: NOW + DAY_S, scope: ['watch', 'talk'] }],
    ['a guest, of a link of its own', 'done', lender, link.id, { exp: NOW + DAY_S }],
    ['a guest, of its own name', 'done', lender, lender.gid, { name: 'Ben' }],
    ['a guest, of its own end', 'not_allowed', lender, lender.gid, { exp: NOW + 9 * DAY_S }],
    ['a guest, of its own rights', 'not_allowed', lender, lender.gid, { scope: ['owner'] }],
    ['a guest, of its own hours', 'not_allowed', lender, lender.gid, { hours: null }],
    ['a guest, of an end beyond its own', 'beyond_own', lender, guest.gid, { exp: NOW + DAY_S + 1 }],
    ['a guest, of rights beyond its own', 'beyond_own', lender, guest.gid, { scope: ['listen'] }],
    ['a guest, of a guest into an owner', 'beyond_own', lender, guest.gid, { scope: ['owner'] }],
    ['a guest, of a sibling', 'not_found', lender, sibling.gid, { name: 'Ben' }],
    ['a guest, of an owner', 'not_found', lender, owner.gid, { name: 'Ben' }],
    ['a guest, of a link for an owner', 'not_found', lender, crown.id, { name: 'Ben' }],
    ['a guest, of the one who lent to it', 'not_found', guest, lender.gid, { name: 'Ben' }],
  ] as const)('%s is %s', (_, expected, actor, id, by) => {
    const { state: after, result } = change(actor, id, by);
    expect(result).toBe(expected);
    if (expected !== 'done') expect(after).toBeUndefined();
  });

  it('a guest goes no further than those it descends from', () => {
    const second = testGrant('second', {
      scope: ['watch', 'talk', 'lend'],
      exp: NOW + 9 * DAY_S,
      by: lender.gid,
    });
    const third = testGrant('third', { exp: NOW + 60, by: second.gid });
    const of = testState(owner, { ...lender, scope: ['watch', 'lend'] }, second, third);
    expect(change(second, third.gid, { exp: NOW + DAY_S + 1 }, { of }).result).toBe('beyond_own');
    expect(change(second, third.gid, { scope: ['talk'] }, { of }).result).toBe('beyond_own');
    expect(change(second, third.gid, { exp: NOW + DAY_S, scope: ['watch'] }, { of }).result).toBe('done');
  });

  it.each([
    ['whose time is over', at(NOW + DAY_S), 'expired'],
    ['while the time is not known', at(NOW, false), 'clock_unsynced'],
  ])('a guest %s is refused', (_, moment, expected) => {
    expect(change(lender, guest.gid, { name: 'Ben' }, { moment }).result).toBe(expected);
  });
});
