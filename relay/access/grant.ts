import * as v from 'valibot';
import type { PublicJwk } from '#shared/crypto.ts';
import { digest, hours, id, name, numericDate, publicJwk, scope } from '#shared/message-fields.ts';
import type { Scope } from '#shared/scope.ts';
import type { WeeklyHours } from '#shared/weekly-hours.ts';

/** An entry of the access list: which key may do what, from when until when (RFC 7800 §3.1 `cnf`). */
export interface Grant {
  /** That of the invite it came from. */
  readonly gid: string;
  /** The phone that holds it. */
  readonly jkt: string;
  readonly jwk: PublicJwk;
  /** Whom it is for, as the one who lent calls them. */
  readonly name: string;
  /** What the phone calls itself. */
  readonly device: string;
  readonly scope: readonly Scope[];
  /** NumericDate seconds; null: from the beginning. */
  readonly nbf: number | null;
  /** NumericDate seconds; null: without end, for owners only. */
  readonly exp: number | null;
  /** The hours of the week; null: all. */
  readonly hours: WeeklyHours | null;
  /** Grant of the one who let this phone in; null for whoever was let in at the camera itself. */
  readonly by: string | null;
  /** 256 random bits, base64url: the secret of its channel. */
  readonly psk: string;
  /** NumericDate seconds. */
  readonly grantedAt: number;
  /** The invite it came from, for as long as the same phone may ask again for a lost answer. */
  readonly invite: { readonly secret: string; readonly openUntil: number } | null;
}

/** Schema of a stored grant. */
export const grant = v.strictObject({
  gid: id,
  jkt: digest,
  jwk: publicJwk,
  name,
  device: name,
  scope,
  nbf: v.nullable(numericDate),
  exp: v.nullable(numericDate),
  hours,
  by: v.nullable(id),
  psk: digest,
  grantedAt: numericDate,
  invite: v.nullable(v.strictObject({ secret: id, openUntil: numericDate })),
});

/** Whether a grant or an invite makes an owner. */
export function isOwner({ scope: rights }: { readonly scope: readonly Scope[] }): boolean {
  return rights.includes('owner');
}
