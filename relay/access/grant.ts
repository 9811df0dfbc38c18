import * as v from 'valibot';
import type { PublicJwk } from '#shared/crypto.ts';
import { parsePublicJwk } from '#shared/crypto.ts';
import { SCOPES, type Scope } from '#shared/scope.ts';

/** An entry of the access list: which key may do what, from when until when (RFC 7800 §3.1 `cnf`). */
export interface Grant {
  /** 128 random bits, base64url. */
  readonly gid: string;
  /** The phone that holds it. */
  readonly jkt: string;
  readonly jwk: PublicJwk;
  /** What its holder calls it. */
  readonly name: string;
  readonly scope: readonly Scope[];
  /** NumericDate seconds; null: from the beginning. */
  readonly nbf: number | null;
  /** NumericDate seconds; null: without end, for owners only. */
  readonly exp: number | null;
  /** Grant of the one who let this phone in; null for the first owner. */
  readonly by: string | null;
  /** 256 random bits, base64url: the secret of its channel. */
  readonly psk: string;
  /** NumericDate seconds. */
  readonly grantedAt: number;
  /** The invite it came from, for as long as the same phone may ask again for a lost answer. */
  readonly invite: { readonly secret: string; readonly openUntil: number } | null;
}

const id = v.pipe(v.string(), v.regex(/^[\w-]{22}$/));
const digest = v.pipe(v.string(), v.regex(/^[\w-]{43}$/));
const date = v.pipe(v.number(), v.integer(), v.minValue(0));

const grant = v.strictObject({
  gid: id,
  jkt: digest,
  jwk: v.pipe(v.unknown(), v.transform(parsePublicJwk)),
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  scope: v.pipe(v.array(v.picklist(SCOPES)), v.minLength(1)),
  nbf: v.nullable(date),
  exp: v.nullable(date),
  by: v.nullable(id),
  psk: digest,
  grantedAt: date,
  invite: v.nullable(v.strictObject({ secret: id, openUntil: date })),
});

const accessList = v.strictObject({ version: v.literal(1), grants: v.array(grant) });

/**
 * Reads the access list as it is stored.
 * @throws when the text is not exactly such a list; the caller sets the file aside.
 */
export function parseAccessList(text: string): readonly Grant[] {
  return v.parse(accessList, JSON.parse(text)).grants;
}

/** The access list as it is stored. */
export function encodeAccessList(grants: readonly Grant[]): string {
  return `${JSON.stringify({ version: 1, grants }, null, 2)}\n`;
}
