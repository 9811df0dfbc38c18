import { describe, expect, it } from 'vitest';
import type { WeeklyHours } from '#shared/weekly-hours.ts';
import { NEVER_OFF, type PrivacyState, privacyAt, wishPrivacy } from './privacy-state.ts';

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;
/** A Monday, 0:00 UTC. */
const MONDAY = Date.UTC(2030, 0, 7) / 1000;
const nights: WeeklyHours = {
  tz: 'UTC',
  spans: [{ days: [1, 2, 3, 4, 5, 6, 7], from: 20 * 60, until: 8 * 60 }],
};
const always: WeeklyHours = { tz: 'UTC', spans: [{ days: [1, 2, 3, 4, 5, 6, 7], from: 0, until: 1440 }] };

const at = (now: number, isTrusted = true) => ({ now, isTrusted });
/** The state after a wish that is granted. */
function wished(
  state: PrivacyState,
  ...[wish, moment]: [Parameters<typeof wishPrivacy>[1], ReturnType<typeof at>]
) {
  const next = wishPrivacy(state, wish, moment);
  if (typeof next === 'string') throw new TypeError(next);
  return next;
}

describe('a camera that nobody has switched off', () => {
  it('is on, whatever its clock is worth', () => {
    for (const isTrusted of [true, false])
      expect(privacyAt(NEVER_OFF, at(MONDAY, isTrusted))).toEqual({ isOff: false, until: null, why: null });
  });
});

describe('switching off by hand', () => {
  it('holds until somebody switches it on', () => {
    const state = wished(NEVER_OFF, { off: true }, at(MONDAY));
    expect(privacyAt(state, at(MONDAY + 400 * DAY_S))).toEqual({ isOff: true, until: null, why: 'hand' });
    expect(privacyAt(wished(state, { off: false }, at(MONDAY)), at(MONDAY)).isOff).toBe(false);
  });

  it('ends when it was to end, in that second', () => {
    const state = wished(NEVER_OFF, { off: true, until: MONDAY + HOUR_S }, at(MONDAY));
    expect(privacyAt(state, at(MONDAY))).toEqual({ isOff: true, until: MONDAY + HOUR_S, why: 'hand' });
    expect(privacyAt(state, at(MONDAY + HOUR_S - 1)).isOff).toBe(true);
    expect(privacyAt(state, at(MONDAY + HOUR_S)).isOff).toBe(false);
  });

  it('does not end by a clock that is not trusted', () => {
    const state = wished(NEVER_OFF, { off: true, until: MONDAY + HOUR_S }, at(MONDAY));
    expect(privacyAt(state, at(MONDAY + DAY_S, false)).isOff).toBe(true);
  });

  it('goes over into the schedule, and says when that ends', () => {
    const evening = MONDAY + 19 * HOUR_S;
    const state = wished(
      { ...NEVER_OFF, hours: nights },
      { off: true, until: evening + 2 * HOUR_S },
      at(evening),
    );
    expect(privacyAt(state, at(evening)).until).toBe(MONDAY + 32 * HOUR_S);
    expect(privacyAt(state, at(evening + 3 * HOUR_S)).why).toBe('schedule');
  });

  it.each([
    ['an end that has passed', at(MONDAY), 'bad_terms'],
    ['an end by a clock that is not trusted', at(MONDAY - DAY_S, false), 'clock_unsynced'],
  ])('is refused with %s', (_, moment, code) => {
    expect(wishPrivacy(NEVER_OFF, { off: true, until: MONDAY }, moment)).toBe(code);
  });
});

describe('a schedule', () => {
  const state = wished(NEVER_OFF, { hours: nights }, at(MONDAY));

  it('switches off and on by itself, and says until when', () => {
    const morning = MONDAY + 8 * HOUR_S;
    expect(privacyAt(state, at(MONDAY))).toEqual({ isOff: true, until: morning, why: 'schedule' });
    expect(privacyAt(state, at(morning))).toEqual({ isOff: false, until: MONDAY + 20 * HOUR_S, why: null });
  });

  it('keeps the camera off while the time is not known', () => {
    expect(privacyAt(state, at(MONDAY + 12 * HOUR_S, false))).toEqual({
      isOff: true,
      until: null,
      why: 'clock',
    });
    expect(wishPrivacy(state, { off: false }, at(MONDAY + 12 * HOUR_S, false))).toBe('clock_unsynced');
  });

  it('of the whole week never ends', () => {
    const whole = wished(NEVER_OFF, { hours: always }, at(MONDAY));
    expect(privacyAt(whole, at(MONDAY))).toEqual({ isOff: true, until: null, why: 'schedule' });
  });

  it('can be gone against until its hours end, and holds again the next time', () => {
    const on = wished(state, { off: false }, at(MONDAY));
    expect(privacyAt(on, at(MONDAY + HOUR_S))).toEqual({
      isOff: false,
      until: MONDAY + 8 * HOUR_S,
      why: null,
    });
    expect(privacyAt(on, at(MONDAY + 21 * HOUR_S)).why).toBe('schedule');
  });

  it('holds again when the clock is set back to before somebody went against it', () => {
    const on = wished(state, { off: false }, at(MONDAY));
    expect(privacyAt(on, at(MONDAY - HOUR_S)).isOff).toBe(true);
  });

  it('that is new says what is so, whatever was chosen against the old one', () => {
    const on = wished(state, { off: false }, at(MONDAY));
    expect(privacyAt(wished(on, { hours: always }, at(MONDAY)), at(MONDAY)).isOff).toBe(true);
  });

  it('that goes leaves off what was switched off by hand', () => {
    const off = wished(state, { off: true }, at(MONDAY));
    expect(privacyAt(wished(off, { hours: null }, at(MONDAY)), at(MONDAY)).isOff).toBe(true);
  });
});
