import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearest } from './nearest.ts';
import { formatTable } from './text-table.ts';
import { agoWords, durationWords, hoursWords, isoOf, timeWords } from './time-words.ts';

describe('what was meant', () => {
  it.each([
    ['rnu', 'run'],
    ['resett', 'reset'],
    ['docter', 'doctor'],
    ['acess list', 'access list'],
    ['dance', null],
    ['', null],
    ['xx', null],
  ])('by %j was %s', (word, meant) => {
    expect(nearest(word, ['run', 'qr', 'access list', 'doctor', 'reset'])).toBe(meant);
  });

  it('was the word itself where it is one', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (word) => {
        expect(nearest(word, ['run', word])).toBe(word);
      }),
    );
  });
});

describe('a table', () => {
  it('stands in columns, and leaves out those that are empty', () => {
    const rows = [
      ['a', '', 'long text'],
      ['bb', '', 'x'],
    ];
    expect(formatTable(['A', 'B', 'C'], rows)).toBe('A   C\na   long text\nbb  x');
  });

  it('counts what terminals draw twice as wide', () => {
    expect(
      formatTable(
        ['A', 'B'],
        [
          ['安娜', '1'],
          ['é👩‍👧', '2'],
          ['ab', '3'],
        ],
      ),
    ).toBe('A     B\n安娜  1\né👩‍👧   2\nab    3');
  });
});

describe('a time', () => {
  it('is said as the wall shows it', () => {
    const time = new Date(2030, 0, 31, 9, 5).getTime() / 1000;
    expect(timeWords(time)).toBe('2030-01-31 09:05');
    expect(isoOf(null)).toBeNull();
  });

  it.each([
    [0, '0 s', 'now'],
    [59, '59 s', 'now'],
    [60, '1 min', '1 min ago'],
    [3_599, '59 min', '59 min ago'],
    [3_600, '1 h', '1 h ago'],
    [86_399, '23 h', '23 h ago'],
    [200_000, '2 d', '2 d ago'],
  ])('of %i seconds is %s, or %s', (seconds, duration, ago) => {
    expect(durationWords(seconds)).toBe(duration);
    expect(agoWords(1_000_000, 1_000_000 + seconds)).toBe(ago);
  });

  it('to come is now, for clocks are set back', () => {
    expect(agoWords(10, 5)).toBe('now');
  });

  it('of the week is said by its days', () => {
    const spans = [
      { days: [1, 2, 3, 5], from: 540, until: 720 },
      { days: [6, 7], from: 1320, until: 1440 },
    ] as const;
    expect(hoursWords({ tz: 'Europe/Zurich', spans })).toBe(
      'Mon-Wed,Fri 09:00-12:00, Sat,Sun 22:00-24:00 Europe/Zurich',
    );
  });
});
