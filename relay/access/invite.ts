import * as v from 'valibot';
import { randomBase64url } from '#shared/crypto.ts';
import { deriveInviteId } from '#shared/invite-id.ts';
import { duration, hours, id, name, numericDate, scope } from '#shared/message-fields.ts';
import type { Scope } from '#shared/scope.ts';
import type { WeeklyHours } from '#shared/weekly-hours.ts';

/** A single-use secret: whoever redeems it first gets the grant it promises. */
export interface Invite {
  /** Derived from the secret; the grant it becomes has the same. */
  readonly id: string;
  /** 128 random bits, base64url. */
  readonly secret: string;
  /** Whom it is for, as the one who lends calls them. */
  readonly name: string;
  readonly scope: readonly Scope[];
  /** Beginning of the grant it gives, NumericDate seconds; null: at once. */
  readonly nbf: number | null;
  /** End of the grant it gives, NumericDate seconds; null: none, or after `duration`. */
  readonly exp: number | null;
  /** Seconds that the grant lasts from the moment it is redeemed; null: until `exp`. */
  readonly duration: number | null;
  readonly hours: WeeklyHours | null;
  /** Grant of the one who made it; null for one made at the camera itself. */
  readonly by: string | null;
  /** Until when it can be redeemed, NumericDate seconds. */
  readonly openUntil: number;
  /** NumericDate seconds. */
  readonly madeAt: number;
  /** For a new owner: the one who made it gives its own grant up. */
  readonly isTransfer: boolean;
}

/** Schema of a stored invite. */
export const invite = v.strictObject({
  id,
  secret: id,
  name,
  scope,
  nbf: v.nullable(numericDate),
  exp: v.nullable(numericDate),
  duration: v.nullable(duration),
  hours,
  by: v.nullable(id),
  openUntil: numericDate,
  madeAt: numericDate,
  isTransfer: v.boolean(),
});

const SECRET_BYTES = 16;

/** An invite that makes an owner, for the camera's own display: whoever reads it stands before it. */
export async function createOwnerInvite(camera: string, times: { madeAt: number; openUntil: number }) {
  const secret = randomBase64url(SECRET_BYTES);
  return {
    ...{ id: await deriveInviteId(secret, camera), secret, name: 'Owner', scope: ['owner'], ...times },
    ...{ nbf: null, exp: null, duration: null, hours: null, by: null, isTransfer: false },
  } as const satisfies Invite;
}

/** Whether only somebody in front of the camera may redeem it: an owner may be made from afar by nobody. */
export function needsConfirmation({ scope: rights, by }: Invite): boolean {
  return rights.includes('owner') && by !== null;
}
