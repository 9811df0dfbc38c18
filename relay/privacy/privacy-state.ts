import * as v from 'valibot';
import type { OffReason } from '#shared/camera-privacy.ts';
import { count, hours, numericDate } from '#shared/message-fields.ts';
import type { Refusal } from '#shared/verdicts.ts';
import { isWithinHours, nextChange, type WeeklyHours } from '#shared/weekly-hours.ts';
import type { Moment } from '../access/admission.ts';

const privacyState = v.strictObject({
  version: v.literal(1),
  /** Higher with each change. */
  revision: count,
  /** What somebody chose by hand, from `since` to `until` (null: until the next choice); null: the schedule alone decides. */
  hand: v.nullable(
    v.strictObject({ isOff: v.boolean(), since: numericDate, until: v.nullable(numericDate) }),
  ),
  /** When the camera is off each week; null: never by itself. */
  hours,
});

/** Whether the camera is switched off, by hand and by its schedule. */
export type PrivacyState = Readonly<Omit<v.InferOutput<typeof privacyState>, 'version'>>;

/** What is asked of the switch; what is absent stays. */
export interface PrivacyWish {
  readonly off?: boolean | undefined;
  /** With `off`: NumericDate; null: until somebody switches it on. Default null. */
  readonly until?: number | null | undefined;
  readonly hours?: WeeklyHours | null | undefined;
}

/** How the switch stands at a moment. */
export interface PrivacyStanding {
  readonly isOff: boolean;
  /** When that changes by itself, NumericDate; null: it does not, or it is not known. */
  readonly until: number | null;
  /** Null while it is on. */
  readonly why: OffReason | null;
}

/** A camera that nobody has ever switched off. */
export const NEVER_OFF: PrivacyState = { revision: 0, hand: null, hours: null };
/** A camera whose switch cannot be read: off until somebody switches it on. */
export const OFF_UNTIL_TOLD: PrivacyState = {
  revision: 0,
  hand: { isOff: true, since: 0, until: null },
  hours: null,
};

/** How the switch stands; a camera that does not know the time takes it for the hours in which it is off. */
export function privacyAt({ hand, hours }: PrivacyState, { now, isTrusted }: Moment): PrivacyStanding {
  const isOver = hand?.until != null && isTrusted && hand.until <= now;
  if (hand?.isOff && !isOver) {
    return { isOff: true, until: hand.until === null ? null : onFrom(hours, hand.until), why: 'hand' };
  }
  if (hours === null) return { isOff: false, until: null, why: null };
  if (!isTrusted) return { isOff: true, until: null, why: 'clock' };
  // A clock that was set back must not keep it on for longer than was chosen.
  const isOnByHand = hand !== null && !hand.isOff && hand.since <= now && !isOver;
  if (isOnByHand) return { isOff: false, until: hand.until, why: null };
  const isOff = isWithinHours(hours, now);
  return { isOff, until: nextChange(hours, now), why: isOff ? 'schedule' : null };
}

/** The switch after a wish, or why not. The wish to be on ends with the hours in which it would be off. */
export function wishPrivacy(state: PrivacyState, wish: PrivacyWish, moment: Moment): PrivacyState | Refusal {
  const hours = wish.hours === undefined ? state.hours : wish.hours;
  const hand = handAfter(state, { ...wish, hours }, moment);
  return typeof hand === 'string' ? hand : { revision: state.revision + 1, hand, hours };
}

/** Whether two states come to the same, but for when and how often they were chosen: a request may arrive twice. */
export function isSamePrivacy(a: PrivacyState, b: PrivacyState): boolean {
  const essence = ({ hand, hours }: PrivacyState) => JSON.stringify([hand?.isOff, hand?.until, hours]);
  return essence(a) === essence(b);
}

/** The text that is stored. */
export function encodePrivacyState(state: PrivacyState): string {
  return `${JSON.stringify({ version: 1, ...state })}\n`;
}

/**
 * Reads what was stored.
 * @throws SyntaxError | ValiError
 */
export function parsePrivacyState(text: string): PrivacyState {
  const { version: _, ...state } = v.parse(privacyState, JSON.parse(text));
  return state;
}

function handAfter(
  { hand }: PrivacyState,
  { off, until = null, hours }: PrivacyWish & { readonly hours: WeeklyHours | null },
  { now, isTrusted }: Moment,
): PrivacyState['hand'] | Refusal {
  // What was chosen against a schedule says nothing of another one.
  if (off === undefined) return hand?.isOff ? hand : null;
  if (off) {
    if (until !== null && !isTrusted) return 'clock_unsynced';
    if (until !== null && until <= now) return 'bad_terms';
    return { isOff: true, since: now, until };
  }
  if (hours === null) return null;
  if (!isTrusted) return 'clock_unsynced';
  return isWithinHours(hours, now) ? { isOff: false, since: now, until: nextChange(hours, now) } : null;
}

/** When the camera is on again whose hand lets go at `from`: the schedule may hold on. */
function onFrom(hours: WeeklyHours | null, from: number): number | null {
  return hours !== null && isWithinHours(hours, from) ? nextChange(hours, from) : from;
}
