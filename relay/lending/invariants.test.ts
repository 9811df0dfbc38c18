import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeUtf8 } from '#shared/bytes.ts';
import {
  type AccessState,
  encodeAccessState,
  lentOf,
  parseAccessState,
  withdrawnId,
} from '../access/access-state.ts';
import { admit } from '../access/admission.ts';
import { type Grant, isOwner } from '../access/grant.ts';
import type { Invite } from '../access/invite.ts';
import { effectiveTerms, MAX_DEPTH } from '../access/lineage.ts';
import { channelSpecs } from '../channels/channel-specs.ts';
import { AccessWorld, accessStep, claimStep } from '../testing/access-world.ts';
import { MAX_ENTRIES } from './lend.ts';
import { list } from './list.ts';

const FOR_EVER = Number.POSITIVE_INFINITY;
const idOf = (entry: Grant | Invite): string => ('gid' in entry ? entry.gid : entry.id);

/** All who come before an entry, up to its first owner, as a plain walk. */
function chainOf(state: AccessState, entry: Grant | Invite): readonly Grant[] {
  if (isOwner(entry)) return [];
  const parent = state.grants.find(({ gid }) => gid === entry.by);
  return parent ? [parent, ...chainOf(state, parent)] : [];
}

const isOf = (state: AccessState, entry: Grant | Invite, { gid }: Grant): boolean =>
  idOf(entry) === gid || chainOf(state, entry).some((ancestor) => ancestor.gid === gid);

const CHECKS: Readonly<Record<string, (world: AccessWorld, before: AccessState) => void>> = {
  'a camera that was claimed keeps an owner'({ state, wasClaimed }) {
    if (wasClaimed) expect(state.grants.some(isOwner)).toBe(true);
  },

  'names are given once'({ state: { grants, invites, withdrawn } }) {
    const names = [...[...grants, ...invites].map(idOf), ...withdrawn.map(withdrawnId)];
    expect(new Set(names).size).toBe(names.length);
    expect(grants.length + invites.length).toBeLessThanOrEqual(MAX_ENTRIES);
  },

  'what is stored can be read'({ state }) {
    expect(parseAccessState(encodeAccessState(state))).toEqual(state);
  },

  'what has gone does not come back, and is not let in'({ state, gone, moment }) {
    for (const { psk } of state.grants) expect(gone).not.toContain(psk);
    for (const each of state.withdrawn)
      expect(admit(state, withdrawnId(each), 'watch', moment)).toMatchObject({ code: 'invalid_grant' });
  },

  'with whoever is taken back goes what they lent'({ state }) {
    const gone = new Set(state.withdrawn.map(withdrawnId));
    for (const entry of state.grants) if (!isOwner(entry)) expect(gone).not.toContain(entry.by);
    for (const { by } of state.invites) expect(gone).not.toContain(by);
  },

  'an owner has no limits, a guest has an end and none of an owner’s rights'({ state }) {
    for (const grant of state.grants) {
      const { scope, nbf, exp, hours } = grant;
      if (isOwner(grant)) expect([scope, nbf, exp, hours]).toEqual([['owner'], null, null, null]);
      else expect(exp).not.toBeNull();
    }
  },

  'nobody has more, earlier or longer than those they descend from'({ state }) {
    for (const grant of state.grants) {
      const terms = effectiveTerms(state, grant);
      if (terms === null || isOwner(grant)) continue;
      const chain = chainOf(state, grant);
      expect(chain.length).toBeLessThanOrEqual(MAX_DEPTH);
      for (const { scope, nbf, exp } of [grant, ...chain].filter((each) => !isOwner(each))) {
        for (const right of terms.scope) expect(scope).toContain(right);
        expect(terms.exp ?? FOR_EVER).toBeLessThanOrEqual(exp ?? FOR_EVER);
        expect(terms.nbf ?? 0).toBeGreaterThanOrEqual(nbf ?? 0);
      }
      for (const ancestor of chain) expect(isOwner(ancestor) || ancestor.scope.includes('lend')).toBe(true);
    }
  },

  'whoever is let in is so by all before them, in their time'({ state, moment: { now, isTrusted } }) {
    for (const grant of state.grants) {
      const { type } = admit(state, grant.gid, 'watch', { now, isTrusted });
      if (isOwner(grant)) expect(type).toBe('holds');
      if (isOwner(grant) || type === 'refused') continue;
      expect(isTrusted).toBe(true);
      for (const { nbf, exp } of [grant, ...chainOf(state, grant)]) {
        expect(nbf ?? 0).toBeLessThanOrEqual(now);
        expect(exp ?? FOR_EVER).toBeGreaterThan(now);
      }
    }
  },

  'a guest has a hand in nothing but its own'({ state, actor }, before) {
    if (actor === null || isOwner(actor)) return;
    const [was, is] = [before, state].map(({ grants, invites }) => [...grants, ...invites]);
    for (const entry of was ?? []) if (!isOf(before, entry, actor)) expect(is).toContain(entry);
    for (const entry of is ?? []) if (!was?.includes(entry)) expect(isOf(state, entry, actor)).toBe(true);
  },

  'every grant has one channel, and no two channels have one secret'({ state, moment }) {
    const specs = channelSpecs(state, [], {
      moment,
      cameraName: 'Kitchen',
      revision: 0,
      iceServersFor: () => [],
    });
    expect(new Set(specs.map(({ secret }) => secret)).size).toBe(specs.length);
    const own = specs.filter(({ kind, standing }) => kind === 'grant' && standing.type);
    const known = [
      ...state.grants,
      ...state.withdrawn.flatMap(({ entry }) => (entry.kind === 'grant' ? [entry.grant] : [])),
    ];
    expect(own.map(({ entryId, secret }) => [entryId, secret])).toEqual(
      known.map(({ gid, psk }) => [gid, psk]),
    );
  },

  'the pages of the list are what the reader may see'({ state }) {
    for (const reader of state.grants) {
      const sees = (entry: Grant | Invite) => isOwner(reader) || isOf(state, entry, reader);
      const lost = state.withdrawn.filter((gone) => isOwner(reader) || lentOf(gone).by === reader.gid);
      const visible = [
        ...[...state.grants, ...state.invites].filter(sees).map(idOf),
        ...lost.map(withdrawnId),
      ];
      expect(idsOnPages(state, reader)).toEqual(visible);
    }
  },
};

function idsOnPages(state: AccessState, reader: Grant): readonly string[] {
  const presences = { seen: () => null, watching: () => 0, isConfirming: () => false };
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const { entries, next } = list(state, reader, { after, presences });
    expect(encodeUtf8(JSON.stringify(entries)).byteLength).toBeLessThan(2_100);
    ids.push(...entries.map(({ id }) => id));
    after = next;
  } while (after !== null);
  return ids;
}

test('whoever does whatever to the list, it stays sound', () => {
  const reached = { owners: 0, depth: 0, gone: 0, ended: 0 };
  const note = ({ state, moment, gone }: AccessWorld) => {
    reached.owners = Math.max(reached.owners, state.grants.filter(isOwner).length);
    reached.depth = Math.max(reached.depth, ...state.grants.map((grant) => chainOf(state, grant).length));
    reached.gone = Math.max(reached.gone, gone.size);
    reached.ended += state.grants.filter(
      ({ gid }) => admit(state, gid, 'watch', moment).type === 'refused',
    ).length;
  };
  fc.assert(
    fc.property(
      fc.tuple(claimStep),
      fc.array(accessStep, { minLength: 20, maxLength: 60, size: 'max' }),
      (claim, steps) => {
        const world = new AccessWorld();
        for (const step of [...claim, ...steps]) {
          const before = world.state;
          world.take(step);
          for (const [name, check] of Object.entries(CHECKS)) named(name, () => check(world, before));
          note(world);
        }
      },
    ),
    { numRuns: 250 },
  );
  // The steps did come to where it matters.
  expect(reached.owners).toBeGreaterThan(1);
  expect(reached.depth).toBeGreaterThan(1);
  expect(reached.gone).toBeGreaterThan(2);
  expect(reached.ended).toBeGreaterThan(10);
});

/** A failure says which of the checks it is. */
function named(name: string, check: () => void): void {
  try {
    check();
  } catch (cause) {
    throw new Error(`no longer true: ${name}`, { cause });
  }
}
