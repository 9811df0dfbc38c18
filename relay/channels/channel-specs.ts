import type { IceServer } from '#shared/message-fields.ts';
import type { Terms } from '#shared/terms.ts';
import type { AccessState } from '../access/access-state.ts';
import { isOver, type Moment } from '../access/admission.ts';
import { type Grant, isOwner } from '../access/grant.ts';
import type { Invite } from '../access/invite.ts';
import { effectiveTerms } from '../access/lineage.ts';
import type { ChannelSpec, ChannelStanding } from './channel-spec.ts';

/** What the camera calls itself to whoever holds an invite: the rest is for those let in. */
const INVITE_NAME = 'Latchkey';

/** What announcements say besides what each grant allows. */
export interface Surroundings {
  readonly cameraName: string;
  /** By what the grant allows now; the same again and again, or each sync announces another. */
  readonly iceServersFor: (grant: Grant, terms: Terms) => readonly IceServer[];
  /** Another number whenever the access list has changed. */
  readonly revision: number;
  /** Present while the camera is switched off. */
  readonly off?: { readonly until: number | null };
  /** Pictures that are open. */
  readonly watching: number;
}

/** The channels that the camera should have at a moment: of each grant, of each invite, and of what is over but still told. */
export function channelSpecs(
  state: AccessState,
  claims: readonly Invite[],
  { moment, ...surroundings }: Surroundings & { readonly moment: Moment },
): readonly ChannelSpec[] {
  const retried = state.grants.filter(({ invite }) => invite !== null && invite.openUntil >= moment.now);
  return [
    ...claims.map(({ id, secret }) => inviteChannel(id, secret)),
    ...state.invites.map(({ id, secret }) => inviteChannel(id, secret)),
    ...retried.map(({ gid, invite }) => inviteChannel(gid, invite?.secret ?? '')),
    ...state.grants.map((grant) => grantChannel(grant, standingOf(state, grant, moment, surroundings))),
    ...state.withdrawn.map(({ entry }) =>
      entry.kind === 'invite'
        ? inviteChannel(entry.invite.id, entry.invite.secret)
        : grantChannel(entry.grant, { type: 'ended', reason: 'revoked' }),
    ),
  ];
}

function standingOf(
  state: AccessState,
  grant: Grant,
  moment: Moment,
  { cameraName, iceServersFor, revision, off, watching }: Surroundings,
): ChannelStanding {
  const terms = effectiveTerms(state, grant);
  if (terms === null) return { type: 'ended', reason: 'revoked' };
  if (!isOwner(grant) && isOver(state, grant, moment)) return { type: 'ended', reason: 'expired' };
  const mayLend = terms.scope.some((right) => right === 'lend' || right === 'owner');
  return {
    type: 'live',
    presence: {
      name: cameraName,
      ice_servers: [...iceServersFor(grant, terms)],
      terms,
      ...(mayLend ? { revision } : {}),
      ...(off === undefined ? {} : { off }),
      ...(isOwner(grant) ? { watching } : {}),
    },
  };
}

function grantChannel({ gid, psk, jwk, jkt }: Grant, standing: ChannelStanding): ChannelSpec {
  return { kind: 'grant', entryId: gid, secret: psk, sender: { type: 'known', jwk }, holder: jkt, standing };
}

function inviteChannel(id: string, secret: string): ChannelSpec {
  return {
    ...{ kind: 'invite', entryId: id, secret, sender: { type: 'introduced' }, holder: null },
    standing: { type: 'live', presence: { name: INVITE_NAME, ice_servers: [] } },
  };
}
