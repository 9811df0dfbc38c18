import { describe, expect, it } from 'vitest';
import type { WeeklyHours } from '#shared/weekly-hours.ts';
import { testGrant, testInvite, testOwner, testState, token } from '../testing/access-entries.ts';
import { admit, isOver, standingOf } from './admission.ts';

const guest = testGrant('guest', { nbf: 100, exp: 200 });
const moment = (now: number, isTrusted = true) => ({ now, isTrusted });
/** Mondays nine to twelve; the epoch was a Thursday. */
const MONDAYS: WeeklyHours = { tz: 'UTC', spans: [{ days: [1], from: 540, until: 720 }] };
const MONDAY_NOON = 4 * 24 * 3600 + 12 * 3600;

const verdict = (standing: ReturnType<typeof admit>) =>
  standing.type === 'refused' ? standing.code : standing.type;

describe('admission', () => {
  it.each([
    [99, 'not_yet'],
    [100, 'holds'],
    [199, 'holds'],
    [200, 'expired'],
  ])('at %i of a grant from 100 to 200 is %s', (now, expected) => {
    expect(verdict(admit(testState(guest), guest.gid, 'watch', moment(now)))).toBe(expected);
  });

  it('has no end where the grant has none', () => {
    const endless = testGrant('endless');
    expect(admit(testState(endless), endless.gid, 'watch', moment(2 ** 33)).type).toBe('holds');
  });

  it('gives the rights that were granted and no other, and all of them to an owner', () => {
    const [one, owner] = [testGrant('one'), testOwner('owner')];
    const state = testState(one, owner);
    expect(verdict(admit(state, one.gid, 'listen', moment(150)))).toBe('not_allowed');
    expect(admit(state, owner.gid, 'listen', moment(150)).type).toBe('holds');
  });

  it('is refused to whom the list does not know', () => {
    expect(verdict(admit(testState(guest), token('nobody'), 'watch', moment(150)))).toBe('invalid_grant');
  });

  it('is refused to guests while the time is not known, whatever it says, and never to owners', () => {
    const owner = testOwner('owner');
    const state = testState(guest, owner);
    for (const now of [0, 150, 300]) {
      expect(verdict(admit(state, guest.gid, 'watch', moment(now, false)))).toBe('clock_unsynced');
      expect(admit(state, owner.gid, 'watch', moment(now, false)).type).toBe('holds');
    }
  });

  it.each([
    [MONDAY_NOON - 1, 'holds'],
    [MONDAY_NOON, 'outside_hours'],
    [MONDAY_NOON - 1 + 24 * 3600, 'outside_hours'],
    [MONDAY_NOON - 1 + 7 * 24 * 3600, 'holds'],
  ])('on Mondays until noon at %i is %s', (now, expected) => {
    const cleaner = testGrant('cleaner', { hours: MONDAYS });
    expect(verdict(admit(testState(cleaner), cleaner.gid, 'watch', moment(now)))).toBe(expected);
  });

  it('keeps to the hours of everybody it descends from', () => {
    const owner = testOwner('owner');
    const cleaner = testGrant('cleaner', { scope: ['watch', 'lend'], hours: MONDAYS, by: owner.gid });
    const helper = testGrant('helper', { scope: ['watch', 'lend'], by: cleaner.gid });
    const friend = testGrant('friend', {
      by: helper.gid,
      hours: { tz: 'UTC', spans: [{ days: [1, 2], from: 0, until: 1440 }] },
    });
    const state = testState(owner, cleaner, helper, friend);
    const at = (now: number) => verdict(admit(state, friend.gid, 'watch', moment(now)));
    expect(at(MONDAY_NOON - 1)).toBe('holds');
    expect(at(MONDAY_NOON)).toBe('outside_hours');
  });

  it('ends with the time of those it descends from', () => {
    const parent = testGrant('parent', { scope: ['watch', 'lend'], nbf: 100, exp: 200 });
    const child = testGrant('child', { exp: 300, by: parent.gid });
    const at = (now: number) => verdict(admit(testState(parent, child), child.gid, 'watch', moment(now)));
    expect([at(99), at(100), at(199), at(200)]).toEqual(['not_yet', 'holds', 'holds', 'expired']);
  });

  it('is refused where an ancestor is gone', () => {
    const orphan = testGrant('orphan', { by: token('gone') });
    expect(verdict(admit(testState(orphan), orphan.gid, 'watch', moment(1)))).toBe('invalid_grant');
  });

  it('says what holds, as narrow as the ancestors', () => {
    const parent = testGrant('parent', { scope: ['watch', 'lend'], nbf: 10, exp: 90 });
    const child = testGrant('child', { scope: ['watch', 'talk'], nbf: 5, exp: 100, by: parent.gid });
    expect(standingOf(testState(parent, child), child, moment(50))).toEqual({
      type: 'holds',
      terms: { scope: ['watch'], nbf: 10, exp: 90, hours: null },
    });
  });
});

describe('the end of an entry', () => {
  it.each([
    ['one second before', 199, true, false],
    ['at it', 200, true, true],
    ['at it by a clock that may be wrong', 200, false, false],
  ])('has come: %s', (_, now, isTrusted, expected) => {
    expect(isOver(testState(guest), guest, moment(now, isTrusted))).toBe(expected);
  });

  it('comes with that of an ancestor', () => {
    const parent = testGrant('parent', { scope: ['watch', 'lend'], exp: 90 });
    const child = testInvite('child', { by: parent.gid });
    expect(isOver(testState(parent, child), child, moment(89))).toBe(false);
    expect(isOver(testState(parent, child), child, moment(90))).toBe(true);
  });

  it('has come for what holds nothing', () => {
    const orphan = testGrant('orphan', { by: token('gone') });
    expect(isOver(testState(orphan), orphan, moment(0, false))).toBe(true);
  });
});
