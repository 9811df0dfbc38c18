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
const allOf = ({ grants, invites }: AccessState): readonly (Grant | Invite)[] => [...grants, ...invites];
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const areUnique = (values: readonly string[]): boolean => new Set(values).size === values.length;

/** All who come before an entry, up to its first owner, as a plain walk. */
function chainOf(state: AccessState, entry: Grant | Invite): readonly Grant[] {
  if (isOwner(entry)) return [];
  const parent = state.grants.find(({ gid }) => gid === entry.by);
  return parent ? [parent, ...chainOf(state, parent)] : [];
}

const isOf = (state: AccessState, entry: Grant | Invite, { gid }: Grant): boolean =>
  idOf(entry) === gid || chainOf(state, entry).some((ancestor) => ancestor.gid === gid);

/** What must be true after each step. */
const RULES: Readonly<Record<string, (world: AccessWorld, before: AccessState) => boolean>> = {
  'a camera that was claimed keeps an owner': ({ state, wasClaimed }) =>
    !wasClaimed || state.grants.some(isOwner),

  'names are given once': ({ state }) =>
    areUnique([...allOf(state).map(idOf), ...state.withdrawn.map(withdrawnId)]),

  'the list has its bounds': ({ state }) => allOf(state).length <= MAX_ENTRIES,

  'what is stored can be read': ({ state }) =>
    isSame(sorted(parseAccessState(encodeAccessState(state))), sorted(state)),

  'what has gone does not come back, and is not let in': ({ state, gone, moment }) =>
    state.grants.every(({ psk }) => !gone.has(psk)) &&
    state.withdrawn.every((each) => admit(state, withdrawnId(each), 'watch', moment).type === 'refused'),

  'with whoever is taken back goes what they lent': ({ state }) => {
    const gone = new Set<string | null>(state.withdrawn.map(withdrawnId));
    return (
      state.grants.every((grant) => isOwner(grant) || !gone.has(grant.by)) &&
      state.invites.every(({ by }) => !gone.has(by))
    );
  },

  'an owner has no limits, a guest has an end and none of an owner’s rights': ({ state }) =>
    state.grants.every(({ scope, nbf, exp, hours }) =>
      scope.includes('owner')
        ? isSame([scope, nbf, exp, hours], [['owner'], null, null, null])
        : exp !== null,
    ),

  'nobody has more, earlier or longer than those they descend from': ({ state }) =>
    state.grants.every((grant) => {
      const terms = effectiveTerms(state, grant);
      const chain = chainOf(state, grant);
      if (terms === null || isOwner(grant)) return true;
      const isNarrow = ({ scope, nbf, exp }: Grant) =>
        terms.scope.every((right) => scope.includes(right)) &&
        (terms.exp ?? FOR_EVER) <= (exp ?? FOR_EVER) &&
        (terms.nbf ?? 0) >= (nbf ?? 0);
      const mayLend = (ancestor: Grant) => isOwner(ancestor) || ancestor.scope.includes('lend');
      return (
        chain.length <= MAX_DEPTH &&
        chain.every(mayLend) &&
        [grant, ...chain].every((each) => isOwner(each) || isNarrow(each))
      );
    }),

  'whoever is let in is so by all before them, in their time': ({ state, moment }) =>
    state.grants.every((grant) => {
      const isLetIn = admit(state, grant.gid, 'watch', moment).type === 'holds';
      if (isOwner(grant) || !isLetIn) return isLetIn === isOwner(grant);
      const isNow = ({ nbf, exp }: Grant) => (nbf ?? 0) <= moment.now && moment.now < (exp ?? FOR_EVER);
      return moment.isTrusted && [grant, ...chainOf(state, grant)].every(isNow);
    }),

  'a guest has a hand in nothing but its own': ({ state, actor }, before) => {
    if (actor === null || isOwner(actor)) return true;
    const [was, is] = [new Set(allOf(before)), new Set(allOf(state))];
    return (
      [...was].every((entry) => is.has(entry) || isOf(before, entry, actor)) &&
      [...is].every((entry) => was.has(entry) || isOf(state, entry, actor))
    );
  },

  'every grant has one channel, and no two channels have one secret': ({ state, moment }) => {
    const around = { moment, cameraName: 'Kitchen', revision: 0, watching: 0, iceServersFor: () => [] };
    const specs = channelSpecs(state, [], around);
    const own = specs.filter(({ kind }) => kind === 'grant').map(({ secret }) => secret);
    const lost = state.withdrawn.map(lentOf).filter((entry) => 'gid' in entry);
    return (
      areUnique(specs.map(({ secret }) => secret)) &&
      isSame(
        own,
        [...state.grants, ...lost].map(({ psk }) => psk),
      )
    );
  },

  'the pages of the list are what the reader may see': ({ state }) =>
    state.grants.every((reader) => {
      const sees = (entry: Grant | Invite) => isOwner(reader) || isOf(state, entry, reader);
      const lost = state.withdrawn.filter((gone) => isOwner(reader) || lentOf(gone).by === reader.gid);
      return isSame(idsOnPages(state, reader), [
        ...allOf(state).filter(sees).map(idOf),
        ...lost.map(withdrawnId),
      ]);
    }),
};

/** Members in one order: what was read may have another. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted()
      .map(([key, member]) => [key, sorted(member)]),
  );
}

function idsOnPages(state: AccessState, reader: Grant): readonly string[] {
  const presences = { seen: () => null, watching: () => 0, isConfirming: () => false };
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const { entries, next } = list(state, reader, { after, presences });
    if (encodeUtf8(JSON.stringify(entries)).byteLength > 2_100) throw new RangeError('a page too large');
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
      claimStep,
      fc.array(accessStep, { minLength: 20, maxLength: 60, size: 'max' }),
      (claim, steps) => {
        const world = new AccessWorld();
        for (const step of [claim, ...steps]) {
          const before = world.state;
          world.take(step);
          for (const [rule, holds] of Object.entries(RULES))
            if (!holds(world, before)) throw new Error(`no longer true: ${rule}`);
          note(world);
        }
      },
    ),
    { numRuns: 120 },
  );
  // The steps did come to where it matters.
  expect(reached.owners).toBeGreaterThan(1);
  expect(reached.depth).toBeGreaterThan(1);
  expect(reached.gone).toBeGreaterThan(2);
  expect(reached.ended).toBeGreaterThan(10);
});
