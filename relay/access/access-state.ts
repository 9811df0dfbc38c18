import * as v from 'valibot';
import { id, numericDate } from '#shared/message-fields.ts';
import { type Grant, grant } from './grant.ts';
import { type Invite, invite } from './invite.ts';

/** A grant or an invite that was taken back, kept for a while so that its phone can be told. */
export interface Withdrawn {
  readonly entry:
    | { readonly kind: 'grant'; readonly grant: Grant }
    | { readonly kind: 'invite'; readonly invite: Invite };
  /** NumericDate seconds. */
  readonly at: number;
  /** Grant of the one who did it; null: the camera itself, by its command line or for wrong digits. */
  readonly by: string | null;
}

/** Everything the camera knows of who may see it. */
export interface AccessState {
  readonly grants: readonly Grant[];
  /** Lent and not yet redeemed. */
  readonly invites: readonly Invite[];
  readonly withdrawn: readonly Withdrawn[];
}

/** The id of something that was taken back. */
export function withdrawnId({ entry }: Withdrawn): string {
  return entry.kind === 'grant' ? entry.grant.gid : entry.invite.id;
}

/** What was taken back, grant or invite. */
export function lentOf({ entry }: Withdrawn): Grant | Invite {
  return entry.kind === 'grant' ? entry.grant : entry.invite;
}

/** A camera that nobody has claimed. */
export const NO_ACCESS: AccessState = { grants: [], invites: [], withdrawn: [] };

const withdrawn = v.strictObject({
  entry: v.variant('kind', [
    v.strictObject({ kind: v.literal('grant'), grant }),
    v.strictObject({ kind: v.literal('invite'), invite }),
  ]),
  at: numericDate,
  by: v.nullable(id),
});

/** The form before there was lending. */
const firstForm = v.strictObject({
  version: v.literal(1),
  grants: v.array(
    v.pipe(
      v.omit(grant, ['device', 'hours']),
      v.transform((old) => ({ ...old, device: old.name, hours: null })),
    ),
  ),
});

const secondForm = v.strictObject({
  version: v.literal(2),
  grants: v.array(grant),
  invites: v.array(invite),
  withdrawn: v.array(withdrawn),
});

const accessState = v.variant('version', [firstForm, secondForm]);

/**
 * Reads the access list as it is stored.
 * @throws when the text is not exactly such a list; the caller sets the file aside.
 */
export function parseAccessState(text: string): AccessState {
  const { version: _, ...state } = v.parse(accessState, JSON.parse(text));
  return { ...NO_ACCESS, ...state };
}

/** The access list as it is stored. */
export function encodeAccessState(state: AccessState): string {
  return `${JSON.stringify({ version: 2, ...state }, null, 2)}\n`;
}
