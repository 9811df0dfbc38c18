import { describe, expect, test } from 'vitest';
import type { Weekday } from '#shared/weekly-hours.ts';
import { buildCamera, buildLentCamera } from '../app/testing/fake-use-cases.ts';
import { hoursWords, localTimeZone } from './hours-text.ts';
import { termsNote, timeLeft } from './terms-text.ts';

const tz = localTimeZone();
const nine = { from: 9 * 60, until: 12 * 60 };
const nowS = 1_800_000_000;

describe('what is left', () => {
  test.each([
    [-1, 'Time is up'],
    [0, 'Time is up'],
    [1, '0:01 left'],
    [65, '1:05 left'],
    [600, '10:00 left'],
    [601, '11 min left'],
    [3_600, '1 h left'],
    [3_601, '1 h 1 min left'],
    [86_400, '24 h left'],
  ])('of %i seconds is said as %s', (leftS, words) => {
    expect(timeLeft(leftS)).toBe(words);
  });
});

describe('weekly hours', () => {
  test.each<[Weekday[], string]>([
    [[1], 'Mondays 9–12'],
    [[1, 3], 'Mon, Wed 9–12'],
    [[1, 2, 3, 4, 5], 'Weekdays 9–12'],
    [[6, 7], 'Weekends 9–12'],
    [[1, 2, 3, 4, 5, 6, 7], 'Every day 9–12'],
  ])('on the days %o are said as %s', (days, words) => {
    expect(hoursWords({ tz, spans: [{ days, ...nine }] })).toBe(words);
  });

  test('have their minutes where there are any, and each of their times', () => {
    const spans = [
      { days: [2] as const, from: 9 * 60 + 5, until: 24 * 60 },
      { days: [7] as const, from: 22 * 60, until: 6 * 60 },
    ];
    expect(hoursWords({ tz, spans })).toBe('Tuesdays 9:05–24, Sundays 22–6');
  });

  test('say where they are meant, when that is elsewhere', () => {
    const elsewhere = tz === 'America/New_York' ? 'Asia/Tokyo' : 'America/New_York';
    const place = elsewhere === 'Asia/Tokyo' ? 'Tokyo' : 'New York';
    expect(hoursWords({ tz: elsewhere, spans: [{ days: [1], ...nine }] })).toBe(
      `Mondays 9–12 (${place} time)`,
    );
  });
});

describe('the note on a camera', () => {
  const hours = { tz, spans: [{ days: [1] as const, ...nine }] };

  test.each([
    [buildCamera(), ''],
    [buildLentCamera(), 'Lent to you'],
    [buildLentCamera({ exp: nowS + 720 }), '12 min left'],
    [buildLentCamera({ exp: nowS + 90_000 }), /^Lent until \d+ \w+, \d\d:\d\d$/],
    [buildLentCamera({ hours }), 'Mondays 9–12'],
    [buildLentCamera({ hours, exp: nowS + 720 }), 'Mondays 9–12, 12 min left'],
    [buildLentCamera({ hours, exp: nowS + 90_000 }), /^Mondays 9–12, until \d+ \w+, \d\d:\d\d$/],
    [buildLentCamera({ nbf: nowS + 60 }), /^Begins \d+ \w+, \d\d:\d\d$/],
    [buildLentCamera({}, { ending: 'expired' }), 'Your time is up'],
    [buildLentCamera({}, { ending: 'revoked' }), 'Your access was withdrawn'],
  ])('%# says what its terms are', (camera, words) => {
    const note = termsNote(camera, nowS);
    if (typeof words === 'string') expect(note).toBe(words);
    else expect(note).toMatch(words);
  });
});
