// `npm run mutations [part of a file's name ...]`: takes each protective check out of a copy of the tree, one at a time,
// and has the tests that guard it run there. One of them must fail.
import { availableParallelism } from 'node:os';
import { ACCESS_MUTATIONS } from './mutations/access-mutations.ts';
import { CAPTURE_MUTATIONS } from './mutations/capture-mutations.ts';
import { CHANNEL_MUTATIONS } from './mutations/channel-mutations.ts';
import { DTLS_MUTATIONS } from './mutations/dtls-mutations.ts';
import { ENVELOPE_MUTATIONS } from './mutations/envelope-mutations.ts';
import { LENDING_MUTATIONS } from './mutations/lending-mutations.ts';
import type { Mutation, MutationGroup } from './mutations/mutation.ts';
import { PAIRING_MUTATIONS } from './mutations/pairing-mutations.ts';
import { PRIVACY_MUTATIONS } from './mutations/privacy-mutations.ts';
import { SETTINGS_MUTATIONS } from './mutations/settings-mutations.ts';
import { SNAPSHOT_MUTATIONS } from './mutations/snapshot-mutations.ts';
import { TIME_MUTATIONS } from './mutations/time-mutations.ts';
import { TreeCopy } from './mutations/tree-copy.ts';
import { VIEWING_MUTATIONS } from './mutations/viewing-mutations.ts';

/** All there are, by the part of the camera that they weaken. */
export const MUTATIONS: readonly MutationGroup[] = [
  ...ACCESS_MUTATIONS,
  ...LENDING_MUTATIONS,
  ...PAIRING_MUTATIONS,
  ...CHANNEL_MUTATIONS,
  ...PRIVACY_MUTATIONS,
  ...SETTINGS_MUTATIONS,
  ...SNAPSHOT_MUTATIONS,
  ...VIEWING_MUTATIONS,
  ...CAPTURE_MUTATIONS,
  ...DTLS_MUTATIONS,
  ...TIME_MUTATIONS,
  ...ENVELOPE_MUTATIONS,
];

interface Job {
  readonly group: MutationGroup;
  readonly mutation: Mutation;
}

/** Names of the mutations that no test noticed. */
async function survivorsOf(groups: readonly MutationGroup[], copies: readonly TreeCopy[]): Promise<string[]> {
  const jobs: Job[] = groups.flatMap((group) => group.mutations.map((mutation) => ({ group, mutation })));
  const survivors: string[] = [];
  const work = async (copy: TreeCopy): Promise<void> => {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      const { group, mutation } = job;
      const verdict = await copy.tryOut(group, mutation);
      console.log(`${verdict.padEnd(8)} ${group.file}: ${mutation[0]}`);
      if (verdict !== 'caught') survivors.push(`${group.file}: ${mutation[0]} (${verdict})`);
    }
  };
  await Promise.all(copies.map(work));
  return survivors;
}

async function main(wanted: readonly string[]): Promise<boolean> {
  const groups = MUTATIONS.filter(
    ({ file }) => wanted.length === 0 || wanted.some((part) => file.includes(part)),
  );
  const total = groups.reduce((sum, { mutations }) => sum + mutations.length, 0);
  await using first = await TreeCopy.create();
  // A test that fails anyway would catch everything.
  await first.expectSound([...new Set(groups.flatMap(({ tests }) => tests))]);
  await using second = availableParallelism() > 1 ? await TreeCopy.create() : null;
  const survivors = await survivorsOf(groups, second ? [first, second] : [first]);
  for (const survivor of survivors) console.log(`survived: ${survivor}`);
  console.log(`${total - survivors.length} caught, ${survivors.length} survived`);
  return survivors.length === 0;
}

if (import.meta.main) {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
}
