import * as v from 'valibot';
import { count, numericDate, parseFields, toldHours } from './message-fields.ts';

/** Why a camera is switched off: by hand, by its schedule, or because it cannot tell what its schedule says. */
export const OFF_REASONS = ['hand', 'schedule', 'clock'] as const;

export type OffReason = (typeof OFF_REASONS)[number];

const privacyTold = v.strictObject({
  off: v.boolean(),
  /** When that changes by itself; null: it does not, or it is not known. */
  until: v.nullable(numericDate),
  /** Why it is off; null while it is not. */
  why: v.nullable(v.picklist(OFF_REASONS)),
  /** When it is off each week. */
  hours: toldHours,
  /** What a change must carry. */
  revision: count,
});

/** How a camera's switch stands, as it tells. */
export type PrivacyTold = Readonly<v.InferOutput<typeof privacyTold>>;

/**
 * Reads what `switched` tells.
 * @throws ProtocolError `malformed`
 */
export function parsePrivacyTold(told: unknown): PrivacyTold {
  return parseFields(privacyTold, told);
}
