import { describe, expect, it } from 'vitest';
import {
  reduceTrust,
  startTrust,
  TOLERANCE_S,
  type TrustEvent,
  type TrustState,
  trustReason,
} from './trust-state.ts';

const DAY_S = 86_400;
const BUILT_S = Date.UTC(2026, 10, 26) / 1000;
const NOW_S = Date.UTC(2027, 0, 1) / 1000;

/** Something that happens, by the wall's seconds since `NOW_S` and the seconds that really passed. */
interface Moment {
  readonly wall: number;
  readonly passed: number;
  readonly event?: TrustEvent;
}

const reading = ({ wall, passed }: Moment) => ({
  wallMs: (NOW_S + wall) * 1000,
  monotonicMs: passed * 1000,
});
const start = startTrust(reading({ wall: 0, passed: 0 }), BUILT_S);
const stateAfter = (moments: readonly Moment[]): TrustState =>
  moments.reduce(
    (state, moment) => reduceTrust(state, moment.event ?? { type: 'time-passed' }, reading(moment)),
    start,
  );
const reasonAfter = (...moments: Moment[]) => {
  const last = moments.at(-1) ?? { wall: 0, passed: 0 };
  return trustReason(stateAfter(moments), reading(last));
};

const yes = (steps = 0): TrustEvent => ({ type: 'answered', answer: 'synchronised', steps });
const no = (steps = 0): TrustEvent => ({ type: 'answered', answer: 'not_synchronised', steps });
const unknown = (steps = 0): TrustEvent => ({ type: 'answered', answer: 'unknown', steps });
const mark = (text: string | null): TrustEvent => ({ type: 'looked', mark: text });
const at = (wall: number, passed = wall, event?: TrustEvent): Moment =>
  event ? { wall, passed, event } : { wall, passed };

describe('trust in the clock', () => {
  it.each<[string, string, Moment[]]>([
    ['is not there before the machine has answered', 'not_synchronised', [at(1)]],
    ['comes with the machine saying so', 'synchronised', [at(1, 1, yes())]],
    ['comes with the mark of a time service', 'synchronised', [at(1, 1, mark('1'))]],
    ['does not come with no mark', 'not_synchronised', [at(1, 1, mark(null))]],
    ['does not come while the machine says no', 'not_synchronised', [at(1, 1, no())]],
    ['is assumed where nothing can tell', 'assumed', [at(1, 1, unknown())]],
    [
      'is no longer assumed when something says no',
      'not_synchronised',
      [at(1, 1, unknown()), at(2, 2, no())],
    ],
    ['outlasts a time service out of reach', 'synchronised', [at(1, 1, yes()), at(DAY_S, DAY_S, no())]],
    ['outlasts a time service that was stopped', 'synchronised', [at(1, 1, mark('1')), at(2, 2, mark(null))]],
    ['does not come of a clock slewed', 'not_synchronised', [at(1), at(60, 58.5), at(120, 118)]],
  ])('%s', (_, expected, moments) => {
    expect(reasonAfter(...moments)).toBe(expected);
  });
});

describe('a clock that was set', () => {
  const trusted = at(1, 1, yes());

  it.each<[string, string, Moment[]]>([
    ['forward by 60 days has to be confirmed', 'not_synchronised', [trusted, at(60 * DAY_S, 2)]],
    [
      'forward by 60 days and confirmed is right',
      'synchronised',
      [trusted, at(60 * DAY_S, 2), at(60 * DAY_S, 2, yes(1))],
    ],
    [
      'is not confirmed by an answer from before',
      'not_synchronised',
      [trusted, at(60 * DAY_S, 2), at(60 * DAY_S, 2, yes(0))],
    ],
    ['while the machine was being asked is not confirmed', 'not_synchronised', [at(1), at(DAY_S, 2, yes(0))]],
    [
      'by a time service that left its mark is right',
      'synchronised',
      [at(1, 1, mark('1')), at(60 * DAY_S, 2, mark('2'))],
    ],
    [
      'by somebody else, with the old mark there, has to be confirmed',
      'not_synchronised',
      [at(1, 1, mark('1')), at(60 * DAY_S, 2, mark('1'))],
    ],
    [
      'while the time service stops has to be confirmed',
      'not_synchronised',
      [at(1, 1, mark('1')), at(60 * DAY_S, 2), at(60 * DAY_S, 2, mark(null))],
    ],
    ['back by 60 days is below the floor', 'below_floor', [trusted, at(-60 * DAY_S, 2)]],
    [
      'back by 60 days stays below the floor, whatever the machine says',
      'below_floor',
      [
        trusted,
        at(-60 * DAY_S, 2),
        at(-60 * DAY_S, 2, yes(1)),
        at(-60 * DAY_S, 2, mark('1')),
        at(-60 * DAY_S, 2, unknown(1)),
      ],
    ],
    ['back and forth has to be confirmed', 'not_synchronised', [trusted, at(-DAY_S, 2), at(3, 3)]],
    ['by what a crystal strays in a month needs no word', 'synchronised', [trusted, at(1 - TOLERANCE_S, 1)]],
    ['forward by as much neither', 'synchronised', [trusted, at(1 + TOLERANCE_S, 1)]],
    ['by more does', 'not_synchronised', [trusted, at(2 + TOLERANCE_S, 1)]],
    ['back by more is below the floor', 'below_floor', [trusted, at(-TOLERANCE_S, 1)]],
    ['back by little again and again ends at the floor', 'below_floor', [trusted, at(-200, 1), at(-400, 1)]],
    ['is taken as it is where nothing can tell', 'assumed', [at(1, 1, unknown()), at(60 * DAY_S, 2)]],
    ['back where nothing can tell is below the floor', 'below_floor', [at(1, 1, unknown()), at(-DAY_S, 2)]],
  ])('%s', (_, expected, moments) => {
    expect(reasonAfter(...moments)).toBe(expected);
  });

  it('is noticed at once by who asks, before anything else has happened', () => {
    const state = stateAfter([trusted]);
    expect(trustReason(state, reading(at(60 * DAY_S, 2)))).toBe('not_synchronised');
    expect(trustReason(state, reading(at(-60 * DAY_S, 2)))).toBe('below_floor');
  });

  it.each([
    [2, 0],
    [-2, 0],
    [2.001, 1],
    [-2.001, 1],
  ])('by %d s counts as %d steps', (seconds, steps) => {
    expect(stateAfter([at(1), at(2 + seconds, 2)]).steps).toBe(steps);
  });

  it('by less than that, again and again, counts as none', () => {
    expect(stateAfter([at(1), at(2.9, 2), at(4.8, 3), at(6.7, 4)]).steps).toBe(0);
  });

  it('is the same whether a second or a day passes meanwhile', () => {
    expect(stateAfter([at(1), at(DAY_S + 3, DAY_S)]).steps).toBe(1);
    expect(stateAfter([at(1), at(DAY_S, DAY_S)]).steps).toBe(0);
  });
});

describe('the floor', () => {
  const from = (wallS: number, floorS = BUILT_S) => {
    const there = { wallMs: wallS * 1000, monotonicMs: 0 };
    const state = reduceTrust(startTrust(there, floorS), yes(), there);
    return { reason: trustReason(state, there), state };
  };

  it.each([
    ['at the epoch of 1970', 0, 'below_floor'],
    ['before it', -1, 'below_floor'],
    ['a second before this program was made', BUILT_S - 1, 'below_floor'],
    ['when this program was made', BUILT_S, 'synchronised'],
    ['on the day 32 bits run out', 2 ** 31, 'synchronised'],
    ['in 2106, when 32 bits without a sign run out', 2 ** 32, 'synchronised'],
  ])('judges a clock %s', (_, wallS, expected) => {
    expect(from(wallS).reason).toBe(expected);
  });

  it('follows a trusted clock, and keeps a little below it', () => {
    expect(stateAfter([at(1, 1, yes()), at(7_200)]).floorS).toBe(NOW_S + 7_200 - TOLERANCE_S);
  });

  it('is not moved by a clock that is not trusted', () => {
    expect(stateAfter([at(1), at(7_200), at(60 * DAY_S, 7_201), at(60 * DAY_S, 7_202, no(1))]).floorS).toBe(
      BUILT_S,
    );
    expect(from(0).state.floorS).toBe(BUILT_S);
  });

  it('never falls', () => {
    const high = stateAfter([
      at(1, 1, yes()),
      at(60 * DAY_S),
      at(0, 60 * DAY_S + 1),
      at(1, 60 * DAY_S + 2, yes(1)),
    ]);
    expect(high.floorS).toBe(NOW_S + 60 * DAY_S - TOLERANCE_S);
  });

  it('is passed again when the clock is right again', () => {
    const fallen = [at(DAY_S, DAY_S, yes()), at(0, DAY_S + 1), at(1, DAY_S + 2, yes(1))];
    expect(reasonAfter(...fallen)).toBe('below_floor');
    expect(reasonAfter(...fallen, at(DAY_S + 3), at(DAY_S + 4, DAY_S + 4, yes(2)))).toBe('synchronised');
  });
});
