import { describe, expect, it } from 'vitest';
import type { AccessState } from '../access/access-state.ts';
import type { Grant } from '../access/grant.ts';
import type { Invite } from '../access/invite.ts';
import { testGrant, testInvite, testOwner, testState, token } from '../testing/access-entries.ts';
import { inviteOf, lend, MAX_AHEAD_S, MAX_ENTRIES, MAX_LENT, MAX_OPEN_S, OWNERS_ENTRIES } from './lend.ts';
import { revoke } from './revoke.ts';

const NOW = 2_000_000_000;
const DAY_S = 24 * 3600;
const LAST_SECOND = 253_402_300_799;
const owner = testOwner('owner');
const lender = testGrant('lender', { scope: ['watch', 'talk', 'lend'], exp: NOW + DAY_S, by: owner.gid });
const guest = testGrant('guest', { by: owner.gid });
const at = (now = NOW, isTrusted = true) => ({ now, isTrusted });

const link = (by: Grant, change: Partial<Invite> = {}) =>
  testInvite('link', { by: by.gid, openUntil: NOW + DAY_S, madeAt: NOW, ...change });
const said = (
  change: Partial<Invite> = {},
  by = owner,
  moment = at(),
  state = testState(owner, lender, guest),
) => lend(state, by, link(by, change), moment).result;

describe('lending', () => {
  it('takes the invite up as it is', () => {
    const state = testState(owner, lender, guest);
    expect(lend(state, owner, link(owner), at())).toEqual({
      state: { ...state, invites: [link(owner)] },
      result: 'done',
    });
  });

  it('is done already where the same one asks again, also when it was redeemed meanwhile', () => {
    const waiting = testState(owner, link(owner));
    expect(lend(waiting, owner, link(owner, { name: 'Other' }), at())).toEqual({ result: 'done' });
    const taken = testState(owner, testGrant('link', { by: owner.gid }));
    expect(lend(taken, owner, link(owner), at())).toEqual({ result: 'done' });
  });

  it.each([
    ['an invite of another', testState(owner, lender, link(lender)), 'bad_terms'],
    ['an invite of another secret', testState(owner, link(owner, { secret: token('other') })), 'bad_terms'],
    ['a grant of another', testState(owner, lender, testGrant('link', { by: lender.gid })), 'bad_terms'],
    ['an owner', testState(owner, testOwner('link')), 'bad_terms'],
    ['what it took back itself', testState(owner, gone(link(owner))), 'withdrawn'],
    ['what was taken back from another', testState(owner, lender, gone(link(lender))), 'bad_terms'],
  ])('does not give the name of %s a second time', (_, state, expected) => {
    expect(lend(state, owner, link(owner), at())).toEqual({ result: expected });
  });
});

function gone(invite: Invite): AccessState['withdrawn'][number] {
  return { entry: { kind: 'invite', invite }, at: NOW, by: owner.gid };
}

describe('the terms of a guest', () => {
  const until = (exp: number | null, nbf: number | null = null) => ({ exp, nbf, duration: null });

  it.each([
    ['have an end or a duration', { exp: null, duration: null }, 'bad_terms'],
    ['have not both', { exp: NOW + 10, duration: 60 }, 'bad_terms'],
    ['end in the future', until(NOW + 1), 'done'],
    ['have not ended yet', until(NOW), 'bad_terms'],
    ['end after they begin', until(NOW + 10, NOW + 9), 'done'],
    ['do not end as they begin', until(NOW + 10, NOW + 10), 'bad_terms'],
    ['may have begun', until(NOW + 10, 0), 'done'],
    ['end within two years', until(NOW + MAX_AHEAD_S), 'done'],
    ['do not end later', until(NOW + MAX_AHEAD_S + 1), 'bad_terms'],
    ['end within two years, counted from their beginning', { nbf: NOW + MAX_AHEAD_S - 3600 }, 'done'],
    ['do not begin so late that they end later', { nbf: NOW + MAX_AHEAD_S - 3599 }, 'bad_terms'],
    ['give the camera to nobody in exchange', { isTransfer: true }, 'bad_terms'],
    ['have a link that is good', { openUntil: NOW + 1 }, 'done'],
    ['have no link that has run out', { openUntil: NOW }, 'bad_terms'],
    ['have a link that is good for a month', { openUntil: NOW + MAX_OPEN_S }, 'done'],
    ['have no link that is good for longer', { openUntil: NOW + MAX_OPEN_S + 1 }, 'bad_terms'],
  ] as const)('%s: %j is %s', (_, change, expected) => {
    expect(said(change)).toBe(expected);
  });

  it.each([
    ['may have any end', until(LAST_SECOND), 'done'],
    ['may have any link', { openUntil: 1 }, 'done'],
    ['may be over, as far as that is known', until(1), 'done'],
    ['end after they begin', until(10, 10), 'bad_terms'],
    ['end before all calendars do', { nbf: LAST_SECOND }, 'bad_terms'],
  ] as const)('while the time is not known %s: %j is %s', (_, change, expected) => {
    expect(said(change, owner, at(NOW, false))).toBe(expected);
  });
});

describe('the terms of an owner', () => {
  const forOwner = { scope: ['owner'], duration: null } as const;
  const hours = { tz: 'UTC', spans: [{ days: [1], from: 0, until: 60 }] } as const;

  it.each([
    ['are none', {}, 'done'],
    ['may be in exchange for those of the lender', { isTransfer: true }, 'done'],
    ['have no end', { exp: NOW + 10 }, 'bad_terms'],
    ['have no duration', { duration: 60 }, 'bad_terms'],
    ['have no beginning', { nbf: NOW }, 'bad_terms'],
    ['have no hours', { hours }, 'bad_terms'],
    ['have no other right beside it', { scope: ['owner', 'watch'] }, 'bad_terms'],
    ['have it once', { scope: ['owner', 'owner'] }, 'bad_terms'],
  ] as const)('%s: %j is %s', (_, change, expected) => {
    expect(said({ ...forOwner, ...change })).toBe(expected);
  });
});

describe('a guest that lends on', () => {
  const until = (exp: number) => ({ exp, duration: null });

  it.each([
    ['its own rights', { scope: ['watch', 'talk', 'lend'] }, 'done'],
    ['a right it has not', { scope: ['watch', 'listen'] }, 'beyond_own'],
    ['the camera itself', { scope: ['owner'], duration: null }, 'beyond_own'],
    ['the camera itself, in exchange', { scope: ['owner'], duration: null, isTransfer: true }, 'beyond_own'],
    ['until its own end', until(NOW + DAY_S), 'done'],
    ['a second longer', until(NOW + DAY_S + 1), 'beyond_own'],
    ['for a duration, which ends with its own end', { duration: 30 * DAY_S }, 'done'],
  ] as const)('gives %s: %j is %s', (_, change, expected) => {
    expect(said(change, lender)).toBe(expected);
  });

  it('gives no more than those it descends from leave it', () => {
    const second = testGrant('second', {
      ...lender,
      gid: token('second'),
      exp: NOW + 9 * DAY_S,
      by: lender.gid,
    });
    const state = testState(owner, { ...lender, scope: ['watch', 'lend'] }, second);
    expect(said(until(NOW + DAY_S + 1), second, at(), state)).toBe('beyond_own');
    expect(said({ scope: ['talk'] }, second, at(), state)).toBe('beyond_own');
    expect(said({ ...until(NOW + DAY_S), scope: ['watch'] }, second, at(), state)).toBe('done');
  });

  it('reaches the third hand, and not the fourth', () => {
    const hands = ['first', 'second', 'third'].map((name, index, all) =>
      testGrant(name, {
        scope: ['watch', 'lend'],
        by: index === 0 ? owner.gid : token(all[index - 1] ?? ''),
      }),
    );
    const results = hands.map((hand) => said({}, hand, at(), testState(owner, ...hands)));
    expect(results).toEqual(['done', 'done', 'beyond_own']);
  });

  it.each([
    ['may not lend', guest, at(), 'not_allowed'],
    ['has no time left', lender, at(NOW + DAY_S), 'expired'],
    ['cannot be told the time', lender, at(NOW, false), 'clock_unsynced'],
    ['is gone', testGrant('stranger', { scope: ['lend'] }), at(), 'invalid_grant'],
    ['may lend later', { ...lender, nbf: NOW + 1 }, at(), 'not_yet'],
  ] as const)('is refused when it %s', (_, by, moment, expected) => {
    const state = testState(owner, guest, by === guest || by.name === 'stranger' ? lender : by);
    expect(said({}, by, moment, state)).toBe(expected);
  });
});

describe('a full list', () => {
  const lent = (count: number, by: Grant) =>
    Array.from({ length: count }, (_, index) =>
      index % 2 ? testGrant(`guest ${index}`, { by: by.gid }) : testInvite(`link ${index}`, { by: by.gid }),
    );

  it('takes so many of one lender, and still those of another', () => {
    const state = testState(owner, lender, ...lent(MAX_LENT - 1, lender));
    expect(said({}, lender, at(), state)).toBe('done');
    const full = testState(owner, lender, ...lent(MAX_LENT, lender));
    expect(said({}, lender, at(), full)).toBe('too_many');
    expect(said({}, owner, at(), full)).toBe('done');
  });

  it('takes so many in all', () => {
    const almost = testState(owner, ...lent(MAX_ENTRIES - 2, lender));
    expect(said({}, owner, at(), almost)).toBe('done');
    expect(said({}, owner, at(), testState(owner, ...lent(MAX_ENTRIES - 1, lender)))).toBe('too_many');
  });

  it('takes so many of one owner, and still those of another', () => {
    const partner = testOwner('partner');
    const room = (count: number) => testState(owner, partner, ...lent(count, owner));
    expect(said({}, owner, at(), room(MAX_LENT - 1))).toBe('done');
    expect(said({}, owner, at(), room(MAX_LENT))).toBe('too_many');
    expect(said({}, partner, at(), room(MAX_LENT))).toBe('done');
  });

  it('has room for what owners lend when guests have filled theirs', () => {
    const room = MAX_ENTRIES - OWNERS_ENTRIES;
    const others = lent(room - 3, testGrant('another'));
    expect(said({}, lender, at(), testState(owner, lender, ...others))).toBe('done');
    const full = testState(owner, lender, ...others, testGrant('last', { by: owner.gid }));
    expect(said({}, lender, at(), full)).toBe('too_many');
    expect(said({}, owner, at(), full)).toBe('done');
  });

  it('takes so many of all hands through which one look is lent on', () => {
    const second = { ...lender, gid: token('second'), by: lender.gid };
    const state = testState(owner, lender, second, ...lent(MAX_LENT - 2, second));
    expect(said({}, lender, at(), state)).toBe('done');
    const full = testState(owner, lender, second, ...lent(MAX_LENT - 1, second));
    expect([said({}, second, at(), full), said({}, lender, at(), full)]).toEqual(['too_many', 'too_many']);
  });

  it('counts what a guest has taken back, so that it cannot push out what others are to be told', () => {
    let state = testState(owner, lender, guest);
    state = revoke(state, owner, guest.gid, NOW).state ?? state;
    let outcome = 'done';
    for (let times = 0; times < 500 && outcome === 'done'; times += 1) {
      const again = link(lender, { id: token(`link ${times}`), secret: token(`secret ${times}`) });
      const change = lend(state, lender, again, at());
      outcome = change.result;
      state = change.state ?? state;
      state = revoke(state, lender, again.id, NOW).state ?? state;
    }
    expect(outcome).toBe('too_many');
    expect(state.withdrawn).toHaveLength(MAX_LENT + 1);
    expect(state.withdrawn[0]?.entry).toMatchObject({ grant: guest });
  });
});

describe('an invite', () => {
  const body = {
    ...{
      nonce: token('nonce'),
      secret: token('secret'),
      name: 'Ben',
      scope: ['watch'] as const,
      nbf: 1,
      hours: null,
    },
    ...{ exp: NOW + 5, duration: null, open_until: NOW + 10, transfer: false },
  };
  const own = { id: token('id'), by: owner.gid, madeAt: NOW };

  it('is what a phone asked for, by whoever asked', () => {
    const { nonce: _, open_until: __, transfer: ___, ...same } = body;
    expect(inviteOf(body, own)).toEqual({ ...same, ...own, openUntil: NOW + 5, isTransfer: false });
  });

  it.each([
    ['that of the link', NOW + 5, NOW + 4, NOW + 4],
    ['that of what it gives', NOW + 5, NOW + 10, NOW + 5],
    ['that of the link, where what it gives has none', null, NOW + 10, NOW + 10],
  ])('can be redeemed until the earlier end: %s', (_, exp, open_until, expected) => {
    expect(inviteOf({ ...body, exp, open_until }, own).openUntil).toBe(expected);
  });
});
