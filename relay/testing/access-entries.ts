import type { AccessState, Withdrawn } from '../access/access-state.ts';
import { NO_ACCESS } from '../access/access-state.ts';
import type { Grant } from '../access/grant.ts';
import type { Invite } from '../access/invite.ts';

/** An id, secret or digest that a person can read: the text, as many dashes as it takes, and what makes it canonical. */
export function token(text: string, chars = 22): string {
  return `${text
    .replace(/[^\w-]/g, '_')
    .padEnd(chars, '-')
    .slice(0, chars - 1)}A`;
}

/** A guest's grant that lets watch, for ever; `gid` may be short. */
export function testGrant(gid: string, change: Partial<Grant> = {}): Grant {
  return {
    ...{ gid: token(gid), jkt: token(gid, 43), name: gid, device: `${gid}’s phone` },
    jwk: { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) },
    ...{ scope: ['watch'], nbf: null, exp: null, hours: null, by: null },
    ...{ psk: token(`psk-${gid}`, 43), grantedAt: 0, invite: null },
    ...change,
  };
}

/** An owner's grant. */
export function testOwner(gid: string, change: Partial<Grant> = {}): Grant {
  return testGrant(gid, { scope: ['owner'], ...change });
}

/** An invite for a guest that lets watch for an hour from its redemption; `id` may be short. */
export function testInvite(id: string, change: Partial<Invite> = {}): Invite {
  return {
    ...{ id: token(id), secret: token(`secret-${id}`), name: id, scope: ['watch'] },
    ...{ nbf: null, exp: null, duration: 3600, hours: null, by: null },
    ...{ openUntil: 2 ** 32, madeAt: 0, isTransfer: false },
    ...change,
  };
}

/** An access list. */
export function testState(...entries: (Grant | Invite | Withdrawn)[]): AccessState {
  return {
    ...NO_ACCESS,
    grants: entries.filter((entry): entry is Grant => 'gid' in entry),
    invites: entries.filter((entry): entry is Invite => 'id' in entry),
    withdrawn: entries.filter((entry): entry is Withdrawn => 'entry' in entry),
  };
}
