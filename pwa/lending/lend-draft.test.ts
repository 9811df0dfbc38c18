import { describe, expect, test } from 'vitest';
import type { Terms } from '#shared/terms.ts';
import {
  choicesOf,
  type DraftProblem,
  firstDraft,
  type LendDraft,
  type Lender,
  problemSentence,
  readDraft,
} from './lend-draft.ts';

const nowS = Math.floor(new Date(2026, 10, 24, 14, 30).getTime() / 1000);
const at = (day: number, hour = 0) => Math.floor(new Date(2026, 10, day, hour).getTime() / 1000);
const owner: Terms = { scope: ['owner'], nbf: null, exp: null, hours: null };
const guest: Terms = { scope: ['watch', 'lend'], nbf: null, exp: nowS + 2 * 3600, hours: null };
const lenderOf = (own: Terms): Lender => ({ own, nowS, tz: 'Europe/Berlin' });
const read = (change: Partial<LendDraft>, own = owner) =>
  readDraft({ ...firstDraft(lenderOf(own)), ...change }, lenderOf(own));

describe('what may be chosen', () => {
  test('is everything for an owner, making another owner included', () => {
    expect(choicesOf(lenderOf(owner))).toEqual([
      900,
      3600,
      'today',
      86_400,
      604_800,
      'until',
      'hours',
      'owner',
    ]);
  });

  test('is never an owner, nor longer than one’s own time, for a guest', () => {
    expect(choicesOf(lenderOf(guest))).toEqual([900, 3600, 'until', 'hours', 'own']);
  });
});

describe('what is chosen at first', () => {
  test('is an hour to watch, listen and keep pictures', () => {
    expect(read({})).toEqual({
      name: 'Guest',
      scope: ['watch', 'listen', 'snapshot'],
      period: { type: 'duration', seconds: 3600 },
      hours: null,
      isTransfer: false,
    });
  });

  test('is no more than the lender has', () => {
    const short = { ...guest, exp: nowS + 600 };
    expect(read({}, short)).toMatchObject({
      scope: ['watch'],
      period: { type: 'until', nbf: null, exp: nowS + 600 },
    });
  });
});

describe('a draft', () => {
  test('lends until midnight here', () => {
    expect(read({ choice: 'today' })).toMatchObject({ period: { type: 'until', nbf: null, exp: at(25) } });
  });

  test('lends from a moment to another', () => {
    expect(read({ choice: 'until', from: '2026-11-25T09:00', until: '2026-11-25T12:00' })).toMatchObject({
      period: { type: 'until', nbf: at(25, 9), exp: at(25, 12) },
    });
  });

  test('begins at once when the beginning is past', () => {
    expect(read({ choice: 'until', from: '2026-11-01T09:00', until: '2026-11-25T12:00' })).toMatchObject({
      period: { nbf: null },
    });
  });

  test('lends weekly hours for three months, to the end of the last day', () => {
    const spans = [{ days: [1] as const, from: 540, until: 720 }];
    expect(read({ choice: 'hours', spans })).toMatchObject({
      hours: { tz: 'Europe/Berlin', spans },
      period: { type: 'until', exp: Math.floor(new Date(2027, 1, 25).getTime() / 1000) },
    });
  });

  test('makes an owner for good, with no rights picked one by one', () => {
    expect(read({ choice: 'owner', isTransfer: true })).toEqual({
      ...{ name: 'Owner', scope: ['owner'], period: { type: 'endless' }, hours: null, isTransfer: true },
    });
  });

  test('hands nothing over but with an owner’s key', () => {
    expect(read({ choice: 3600, isTransfer: true })).toMatchObject({ isTransfer: false });
  });

  test('tidies the name', () => {
    expect(read({ name: '  Anna   B ' })).toMatchObject({ name: 'Anna B' });
  });

  test('ends a guest’s last day of weekly hours with their own time', () => {
    const spans = [{ days: [2] as const, from: 540, until: 720 }];
    expect(read({ choice: 'hours', spans }, guest)).toMatchObject({ period: { exp: guest.exp } });
  });

  test.each<[DraftProblem, Partial<LendDraft>, Terms?]>([
    ['bad_name', { name: 'a\u202eb' }],
    ['no_end', { choice: 'until' }],
    ['no_end', { choice: 'hours', lastDay: '', spans: [{ days: [1], from: 0, until: 60 }] }],
    ['end_past', { choice: 'until', until: '2026-11-24T14:00' }],
    ['end_before_start', { choice: 'until', from: '2026-11-26T09:00', until: '2026-11-25T09:00' }],
    ['beyond_own', { choice: 'until', until: '2026-11-25T09:00' }, guest],
    ['beyond_own', { choice: 86_400 }, guest],
    ['no_days', { choice: 'hours' }],
    [
      'beyond_own_hours',
      { choice: 'hours', spans: [{ days: [1], from: 540, until: 720 }] },
      { ...guest, hours: { tz: 'Europe/Berlin', spans: [{ days: [2], from: 540, until: 720 }] } },
    ],
  ])('waits for %s to be put right, and says so', (problem, change, own) => {
    expect(read(change, own)).toBe(problem);
    expect(problemSentence(problem)).toMatch(/^[A-Z].*\.$/);
  });
});
