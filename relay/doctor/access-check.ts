import { isOwner } from '../access/grant.ts';
import { ancestorsOf } from '../access/lineage.ts';
import { counted } from '../commands/words.ts';
import type { StateDirectory } from '../storage/state-directory.ts';
import { StorageError } from '../storage/storage-error.ts';
import { type Finding, findingsOn } from './finding.ts';

const { ok, warn, fail } = findingsOn('key and access');
const START_OVER = 'Restore it from a backup, or start over with: latchkey reset';

/** Whether the camera's key and its access list can be read, and belong together; changes nothing. */
export async function checkAccess(state: StateDirectory): Promise<readonly Finding[]> {
  try {
    return await judge(state);
  } catch (error) {
    if (error instanceof StorageError) return [fail('A file is damaged.', error.message)];
    throw error;
  }
}

async function judge(state: StateDirectory): Promise<readonly Finding[]> {
  const [access, identity] = await Promise.all([state.readAccess(), state.readIdentity()]);
  if (access === null && identity === null) return [ok('There are none yet; the first start makes them.')];
  if (access === null) return [fail('The access list is missing.', START_OVER)];
  const { grants, invites } = access;
  if (identity === null && grants.length > 0) return [fail('The key is missing.', START_OVER)];
  const orphans = [...grants, ...invites].filter((entry) => ancestorsOf(access, entry) === null).length;
  if (orphans > 0) {
    const text = `${counted(orphans, 'entry', 'entries')} hold nothing: whoever lent them may not lend any more.`;
    return [warn(text, 'See them with: latchkey access list')];
  }
  const owners = grants.filter(isOwner).length;
  const guests = counted(grants.length - owners, 'guest');
  return [ok(`${counted(owners, 'owner')}, ${guests}, ${counted(invites.length, 'unused link')}.`)];
}
