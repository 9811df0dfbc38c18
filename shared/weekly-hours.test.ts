import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  isWithin,
  isWithinHours,
  nextChange,
  parseWeeklyHours,
  WEEKDAYS,
  type Weekday,
  type WeeklyHours,
  type WeeklySpan,
} from './weekly-hours.ts';

const EVERY_DAY = WEEKDAYS;
const at = (iso: string) => Date.parse(iso) / 1000;
const clock = (time: string) => {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
};
const span = (days: readonly Weekday[], from: string, until: string): WeeklySpan => ({
  days,
  from: clock(from),
  until: clock(until),
});
const hours = (tz: string, ...spans: WeeklySpan[]): WeeklyHours => parseWeeklyHours({ tz, spans });

/** The moments at which the hours begin or end between two, as somebody who asks every minute finds them. */
function changes(of: WeeklyHours, fromIso: string, untilIso: string): string[] {
  const found: string[] = [];
  let isOpen = isWithinHours(of, at(fromIso));
  for (let nowS = at(fromIso); nowS < at(untilIso); nowS += 60) {
    if (isWithinHours(of, nowS) === isOpen) continue;
    isOpen = !isOpen;
    found.push(`${isOpen ? 'opens' : 'closes'} ${new Date(nowS * 1000).toISOString().slice(0, 16)}`);
  }
  return found;
}

/** The same, found by going from one change to the next. */
function nextChanges(of: WeeklyHours, fromIso: string, untilIso: string): string[] {
  const found: string[] = [];
  for (let nowS = nextChange(of, at(fromIso)); nowS && nowS < at(untilIso); nowS = nextChange(of, nowS)) {
    const isOpen = isWithinHours(of, nowS);
    found.push(`${isOpen ? 'opens' : 'closes'} ${new Date(nowS * 1000).toISOString().slice(0, 16)}`);
  }
  return found;
}

describe('weekly hours', () => {
  const monday = hours('Europe/Zurich', span([1], '9:00', '12:00'));

  it.each([
    ['2026-11-23T07:59:59Z', false],
    ['2026-11-23T08:00:00Z', true],
    ['2026-11-23T10:59:59Z', true],
    ['2026-11-23T11:00:00Z', false],
    ['2026-11-24T08:00:00Z', false],
    ['2026-11-22T08:00:00Z', false],
  ])('of Mondays 9 to 12 in Zurich hold at %s: %s', (iso, holds) => {
    expect(isWithinHours(monday, at(iso))).toBe(holds);
  });

  it('that end at or before they begin end on the next day', () => {
    const night = hours('UTC', span([7], '22:00', '6:00'));
    expect(changes(night, '2026-11-21T00:00Z', '2026-11-25T00:00Z')).toEqual([
      'opens 2026-11-22T22:00',
      'closes 2026-11-23T06:00',
    ]);
    const dayLong = hours('UTC', span([3], '9:00', '9:00'));
    expect(changes(dayLong, '2026-11-21T00:00Z', '2026-11-28T00:00Z')).toEqual([
      'opens 2026-11-25T09:00',
      'closes 2026-11-26T09:00',
    ]);
  });

  it('that meet at midnight are one stretch', () => {
    const weekend = hours('UTC', span([6, 7], '0:00', '24:00'));
    expect(changes(weekend, '2026-11-20T00:00Z', '2026-11-27T00:00Z')).toEqual([
      'opens 2026-11-21T00:00',
      'closes 2026-11-23T00:00',
    ]);
  });

  it('that hold all week never change', () => {
    expect(nextChange(hours('Europe/Zurich', span(EVERY_DAY, '0:00', '24:00')), at('2026-03-01'))).toBeNull();
    expect(nextChange(hours('Europe/Zurich', span(EVERY_DAY, '7:00', '7:00')), at('2026-03-01'))).toBeNull();
  });

  it('that summer time swallows come back the week after', () => {
    const swallowed = hours('Europe/Zurich', span([7], '2:00', '3:00'));
    expect(nextChange(swallowed, at('2026-03-22T02:00Z'))).toBe(at('2026-04-05T00:00Z'));
  });

  it('know neither the start of time nor 2038 as a limit', () => {
    const daily = hours('UTC', span(EVERY_DAY, '3:00', '4:00'));
    expect(nextChange(daily, 0)).toBe(3 * 3600);
    expect(isWithinHours(daily, 0)).toBe(false);
    expect(nextChange(daily, at('2038-01-19T03:14:08Z'))).toBe(at('2038-01-19T04:00Z'));
    expect(nextChange(daily, at('9999-12-31T00:00Z'))).toBe(at('9999-12-31T03:00Z'));
  });
});

describe('weekly hours when the clocks change', () => {
  test.each<[string, string, WeeklySpan, string, string, string[]]>([
    [
      'leave out what summer time skips',
      'Europe/Zurich',
      span([7], '1:00', '2:30'),
      '2026-03-28T12:00Z',
      '2026-03-29T12:00Z',
      ['opens 2026-03-29T00:00', 'closes 2026-03-29T01:00'],
    ],
    [
      'begin after the skipped hour when they would begin in it',
      'Europe/Zurich',
      span([7], '2:30', '4:00'),
      '2026-03-28T12:00Z',
      '2026-03-29T12:00Z',
      ['opens 2026-03-29T01:00', 'closes 2026-03-29T02:00'],
    ],
    [
      'do not hold at all on a day that skips all of them',
      'Europe/Zurich',
      span([7], '2:00', '3:00'),
      '2026-03-28T12:00Z',
      '2026-03-29T12:00Z',
      [],
    ],
    [
      'count an hour shown twice both times',
      'Europe/Zurich',
      span([7], '2:30', '3:00'),
      '2026-10-24T12:00Z',
      '2026-10-25T12:00Z',
      [
        'opens 2026-10-25T00:30',
        'closes 2026-10-25T01:00',
        'opens 2026-10-25T01:30',
        'closes 2026-10-25T02:00',
      ],
    ],
    [
      'last an hour longer over a night that has one more',
      'Europe/Zurich',
      span([6], '22:00', '6:00'),
      '2026-10-24T12:00Z',
      '2026-10-25T12:00Z',
      ['opens 2026-10-24T20:00', 'closes 2026-10-25T05:00'],
    ],
    [
      'follow the wall in New York in spring',
      'America/New_York',
      span([7], '1:30', '3:30'),
      '2026-03-07T12:00Z',
      '2026-03-08T12:00Z',
      ['opens 2026-03-08T06:30', 'closes 2026-03-08T07:30'],
    ],
    [
      'follow the wall in New York in autumn',
      'America/New_York',
      span([7], '1:30', '3:30'),
      '2026-10-31T12:00Z',
      '2026-11-01T12:00Z',
      [
        'opens 2026-11-01T05:30',
        'closes 2026-11-01T06:00',
        'opens 2026-11-01T06:30',
        'closes 2026-11-01T08:30',
      ],
    ],
    [
      'do not hold on a day that Apia crossed out',
      'Pacific/Apia',
      span([4, 5, 6], '9:00', '10:00'),
      '2011-12-29T10:00Z',
      '2012-01-01T09:00Z',
      [
        'opens 2011-12-29T19:00',
        'closes 2011-12-29T20:00',
        'opens 2011-12-30T19:00',
        'closes 2011-12-30T20:00',
      ],
    ],
    [
      'know zones that are off by quarters of an hour',
      'Asia/Kathmandu',
      span([4], '9:00', '12:00'),
      '2026-11-25T12:00Z',
      '2026-11-26T12:00Z',
      ['opens 2026-11-26T03:15', 'closes 2026-11-26T06:15'],
    ],
    [
      'know zones whose clocks change by half an hour',
      'Australia/Lord_Howe',
      span([7], '1:45', '2:15'),
      '2026-04-04T00:00Z',
      '2026-04-05T12:00Z',
      [
        'opens 2026-04-04T14:45',
        'closes 2026-04-04T15:00',
        'opens 2026-04-04T15:15',
        'closes 2026-04-04T15:45',
      ],
    ],
  ])('%s', (_, tz, one, from, until, expected) => {
    expect(changes(hours(tz, one), from, until)).toEqual(expected);
    expect(nextChanges(hours(tz, one), from, until)).toEqual(expected);
  });
});

/** When clocks change, and once when none do. */
const OCCASIONS: readonly [tz: string, iso: string][] = [
  ['Europe/Zurich', '2026-03-29T01:00Z'],
  ['Europe/Zurich', '2026-10-25T01:00Z'],
  ['America/New_York', '2026-03-08T07:00Z'],
  ['America/New_York', '2026-11-01T06:00Z'],
  ['America/Havana', '2026-03-08T05:00Z'],
  ['Pacific/Apia', '2011-12-30T10:00Z'],
  ['Asia/Kathmandu', '1985-12-31T18:30Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00Z'],
  ['Africa/Casablanca', '2026-02-15T02:00Z'],
  ['UTC', '2026-07-05T00:00Z'],
];

/** Hours and moments in general, and such as have to do with a change of the clocks close by. */
const days = fc.subarray([...WEEKDAYS], { minLength: 1 });
const edge = (least: number, most: number) =>
  fc.oneof(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: 240 }));
const spans = fc.array(fc.record({ days, from: edge(0, 1439), until: edge(1, 1440) }), {
  minLength: 1,
  maxLength: 3,
});
const occasion = fc
  .record({
    occasion: fc.constantFrom(...OCCASIONS),
    spans,
    ahead: fc.oneof(fc.integer({ min: -7_200, max: 12_000 }), fc.integer({ min: 0, max: 4 * 86_400 })),
  })
  .map(({ occasion: [tz, iso], spans, ahead }) => ({
    some: parseWeeklyHours({ tz, spans }),
    nowS: at(iso) - ahead,
  }));

interface WallReading {
  readonly day: number;
  readonly minute: number;
}

/** The wall's reading, by another way than the code under test takes. */
function onTheWall(tz: string, nowS: number): WallReading {
  const text = new Date(nowS * 1000).toLocaleString('sv-SE', { timeZone: tz });
  const [date = '', time = ''] = text.split(' ');
  return { day: new Date(`${date}T00:00Z`).getUTCDay() || 7, minute: clock(time) };
}

/** Whether hours hold at a reading, span by span, today's and yesterday's. */
function holds({ spans }: WeeklyHours, { day, minute }: WallReading): boolean {
  const yesterday = day === 1 ? 7 : day - 1;
  return spans.some(({ days, from, until }) => {
    const isOn = (wanted: number) => days.some((one) => one === wanted);
    if (from < until) return isOn(day) && minute >= from && minute < until;
    return (isOn(day) && minute >= from) || (isOn(yesterday) && minute < until);
  });
}

describe('weekly hours, whatever they are,', () => {
  it('hold exactly when the clock on the wall says so', () => {
    fc.assert(
      fc.property(occasion, ({ some, nowS }) => {
        expect(isWithinHours(some, nowS)).toBe(holds(some, onTheWall(some.tz, nowS)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('change next where somebody who asks every minute sees them change first', () => {
    const firstSeen = (some: WeeklyHours, nowS: number) => {
      const isOpen = isWithinHours(some, nowS);
      const start = Math.floor(nowS / 60) * 60;
      for (let ahead = 60; ahead <= 21 * 86_400; ahead += 60) {
        if (isWithinHours(some, start + ahead) !== isOpen) return start + ahead;
      }
      return null;
    };
    fc.assert(
      fc.property(occasion, ({ some, nowS }) => {
        expect(nextChange(some, nowS)).toBe(firstSeen(some, nowS));
      }),
      { numRuns: 600 },
    );
  });

  it('lie within others exactly when no minute of the week lies in the one and not in the other', () => {
    const week = WEEKDAYS.flatMap((day) => Array.from({ length: 1440 }, (_, minute) => ({ day, minute })));
    const utc = fc.record({ tz: fc.constant('UTC'), spans }).map(parseWeeklyHours);
    fc.assert(
      fc.property(utc, utc, (inner, outer) => {
        const isInside = week.every((wall) => !holds(inner, wall) || holds(outer, wall));
        expect(isWithin(inner, outer)).toBe(isInside);
      }),
      { numRuns: 200 },
    );
  });
});

describe('hours within hours', () => {
  const morning = hours('UTC', span([1, 2], '9:00', '12:00'));

  it.each<[string, boolean, WeeklyHours]>([
    ['the same', true, morning],
    ['longer ones', true, hours('UTC', span([1, 2, 3], '8:00', '13:00'))],
    ['two that meet', true, hours('UTC', span([1, 2], '8:00', '10:00'), span([1, 2], '10:00', '12:00'))],
    [
      'two that leave a minute',
      false,
      hours('UTC', span([1, 2], '8:00', '10:00'), span([1, 2], '10:01', '12:00')),
    ],
    ['those of fewer days', false, hours('UTC', span([1], '8:00', '13:00'))],
    ['those that end sooner', false, hours('UTC', span([1, 2], '9:00', '11:59'))],
    ['nights around them', false, hours('UTC', span([1, 2], '12:00', '9:00'))],
    ['those of another zone', false, hours('Europe/London', span(EVERY_DAY, '0:00', '24:00'))],
  ])('lie in %s: %s', (_, expected, outer) => {
    expect(isWithin(morning, outer)).toBe(expected);
  });

  it('lie in those of the week before when they run over Sunday night', () => {
    const late = hours('UTC', span([1], '0:00', '5:00'));
    expect(isWithin(late, hours('UTC', span([7], '22:00', '6:00')))).toBe(true);
  });
});

describe('weekly hours from outside', () => {
  const good = { tz: 'Europe/Zurich', spans: [{ days: [1, 5], from: 0, until: 1440 }] };
  const withSpan = (change: object) => ({ ...good, spans: [{ ...good.spans[0], ...change }] });

  it('are read as they are', () => {
    expect(parseWeeklyHours(structuredClone(good))).toEqual(good);
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['a list', []],
    ['an unknown member', { ...good, until: 5 }],
    ['an unknown member of a span', withSpan({ note: 'x' })],
    ['no span', { ...good, spans: [] }],
    ['eight spans', { ...good, spans: Array.from({ length: 8 }, () => good.spans[0]) }],
    ['no day', withSpan({ days: [] })],
    ['a day twice', withSpan({ days: [1, 1] })],
    ['days out of order', withSpan({ days: [5, 1] })],
    ['day 0', withSpan({ days: [0] })],
    ['day 8', withSpan({ days: [8] })],
    ['half a day', withSpan({ days: [1.5] })],
    ['a start before midnight', withSpan({ from: -1 })],
    ['a start at the end of the day', withSpan({ from: 1440 })],
    ['an end at midnight, which is 1440', withSpan({ until: 0 })],
    ['an end beyond the day', withSpan({ until: 1441 })],
    ['half a minute', withSpan({ from: 1.5 })],
    ['a number in text', withSpan({ from: '1' })],
    ['not a number', withSpan({ from: Number.NaN })],
    ['no zone', { ...good, tz: '' }],
    ['an unknown zone', { ...good, tz: 'Europe/Atlantis' }],
    ['an offset in place of a zone', { ...good, tz: '+05:45' }],
    ['a zone of many characters', { ...good, tz: `Europe/${'x'.repeat(100_000)}` }],
    ['a zone with a line end', { ...good, tz: 'UTC\n' }],
    ['a zone that is no text', { ...good, tz: 1 }],
  ])('are refused with %s', (_, value) => {
    expect(() => parseWeeklyHours(value)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  it('may come in more zones than are kept', () => {
    const zones = Intl.supportedValuesOf('timeZone').slice(0, 200);
    const all = zones.map((tz) => hours(tz, span(EVERY_DAY, '0:00', '12:00')));
    for (const some of [...all, ...all]) {
      expect(isWithinHours(some, at('2026-07-07'))).toBe(holds(some, onTheWall(some.tz, at('2026-07-07'))));
    }
  });
});
