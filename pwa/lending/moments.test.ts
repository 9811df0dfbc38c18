import { describe, expect, test } from 'vitest';
import { agoWords, count, dayHeading, dayWords, durationWords, momentWords, startOfDay } from './moments.ts';

const at = (...parts: [number, number, number, number?, number?]) =>
  Math.floor(new Date(parts[0], parts[1] - 1, parts[2], parts[3] ?? 0, parts[4] ?? 0).getTime() / 1000);
const nowS = at(2026, 11, 24, 14, 30);

describe('a moment', () => {
  test.each([
    [at(2026, 11, 24, 9, 5), '9:05'],
    [at(2026, 11, 25), 'midnight'],
    [at(2026, 11, 25, 9), 'tomorrow 9:00'],
    [at(2026, 11, 23, 23, 59), 'yesterday 23:59'],
    [at(2026, 11, 26, 8), '26 Nov, 8:00'],
    [at(2027, 2, 1, 8), '1 Feb 2027, 8:00'],
  ])('%i is said as %s', (moment, words) => {
    expect(momentWords(moment, nowS)).toBe(words);
  });

  test.each([
    [nowS + 5, 'just now'],
    [nowS - 59, 'just now'],
    [nowS - 60, '1 min ago'],
    [at(2026, 11, 24, 9), '5 h ago'],
    [at(2026, 11, 23, 23), 'yesterday'],
    [at(2026, 11, 2), '2 Nov'],
    [at(2025, 11, 2), '2 Nov 2025'],
  ])('%i is said as %s ago', (moment, words) => {
    expect(agoWords(moment, nowS)).toBe(words);
  });

  test('has its day alone, and as a heading', () => {
    expect(dayWords(at(2026, 11, 25, 3), nowS)).toBe('tomorrow');
    expect(dayHeading(at(2026, 11, 24, 3), nowS)).toBe('Today');
    expect(dayHeading(at(2026, 11, 23, 3), nowS)).toBe('Yesterday');
    expect(dayHeading(at(2026, 11, 20, 3), nowS)).toBe('Friday 20 November');
  });

  test('lies in a day that begins at midnight here, also where the clocks change', () => {
    expect(startOfDay(nowS)).toBe(at(2026, 11, 24));
    expect(startOfDay(at(2026, 3, 28, 12), 2)).toBe(at(2026, 3, 30));
  });
});

test.each([
  [40, '40 s'],
  [15 * 60, '15 min'],
  [3600, '1 hour'],
  [2 * 3600, '2 hours'],
  [2 * 3600 + 300, '2 h 5 min'],
  [86_400, '1 day'],
  [3 * 86_400, '3 days'],
  [7 * 86_400, '1 week'],
  [14 * 86_400, '2 weeks'],
])('%i seconds are %s', (seconds, words) => {
  expect(durationWords(seconds)).toBe(words);
});

test('one is one, and more are more', () => {
  expect([count(1, 'guest'), count(0, 'guest')]).toEqual(['1 guest', '0 guests']);
});
