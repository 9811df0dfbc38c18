import * as v from 'valibot';
import { ProtocolError } from './protocol-error.ts';

/** ISO 8601 day of the week: Monday is 1. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** Weekly windows in a time zone. */
export interface WeeklyHours {
  readonly tz: string;
  readonly spans: readonly {
    readonly days: readonly Weekday[];
    readonly from: number;
    readonly until: number;
  }[];
}

const minutes = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1440));
const schema = v.strictObject({
  tz: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  spans: v.pipe(
    v.array(
      v.strictObject({
        days: v.pipe(v.array(v.picklist([1, 2, 3, 4, 5, 6, 7])), v.minLength(1), v.maxLength(7)),
        from: minutes,
        until: minutes,
      }),
    ),
    v.minLength(1),
    v.maxLength(7),
  ),
});

/** @throws ProtocolError `malformed` */
export function parseWeeklyHours(value: unknown): WeeklyHours {
  try {
    return v.parse(schema, value);
  } catch (cause) {
    throw new ProtocolError('malformed', 'not weekly hours', { cause });
  }
}

export function isWithinHours(_hours: WeeklyHours, _nowS: number): boolean {
  return true;
}

export function isWithin(inner: WeeklyHours, outer: WeeklyHours): boolean {
  return JSON.stringify(inner) === JSON.stringify(outer);
}
