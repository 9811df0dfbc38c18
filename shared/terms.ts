import * as v from 'valibot';
import { digest, id, name, numericDate, parseFields, scope, toldHours } from './message-fields.ts';
import type { Scope } from './scope.ts';
import type { WeeklyHours } from './weekly-hours.ts';

/** What a grant allows, and when; as narrow as all those it descends from. */
export interface Terms {
  readonly scope: readonly Scope[];
  /** NumericDate from which it holds; null: from the beginning. */
  readonly nbf: number | null;
  /** NumericDate at which it ends; null: without end. */
  readonly exp: number | null;
  /** The hours of the week in which it holds; null: all of them. */
  readonly hours: WeeklyHours | null;
}

/** Schema of `Terms`. */
export const terms = v.strictObject({
  scope,
  nbf: v.nullable(numericDate),
  exp: v.nullable(numericDate),
  hours: toldHours,
});

/** What the camera tells a phone that it lets in; travels sealed to the phone's ephemeral key. */
const grantTerms = v.strictObject({ gid: id, psk: digest, camera_name: name, terms });

export type GrantTerms = v.InferOutput<typeof grantTerms>;

/**
 * Reads the terms that a camera sealed for this phone.
 * @throws ProtocolError `malformed`
 */
export function parseGrantTerms(value: unknown): GrantTerms {
  return parseFields(grantTerms, value);
}
