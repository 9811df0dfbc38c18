import type { Stats } from 'node:fs';
import { access, constants, lstat, readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../storage/atomic-file.ts';
import { type Finding, findingsOn } from './finding.ts';

/** Rights of others in a file's mode. */
const OTHERS = 0o077;
/** Below this the next change of the access list is in danger. */
const LEAST_FREE_BYTES = 1024 * 1024;
/** Below this somebody should look after the disk. */
const FEW_FREE_BYTES = 50 * 1024 * 1024;
const ROOT = 0;

const { ok, warn, fail } = findingsOn('state directory');

/** Whether the state directory is the camera's own, shut to others, and can be written to; changes nothing in it. */
export async function checkStateDirectory(path: string, userId: number | null): Promise<readonly Finding[]> {
  const stats = await statsOf(path);
  if (stats === null) {
    const remedy = 'The first start makes it. Is LATCHKEY_STATE_DIR that of the camera?';
    return [warn(`${path} is not there.`, remedy)];
  }
  if (!stats.isDirectory()) return [fail(`${path} is no directory.`, 'Name another LATCHKEY_STATE_DIR.')];
  if (userId !== null && userId !== ROOT && stats.uid !== userId) {
    return [fail(`${path} belongs to user ${stats.uid}, not to you.`, 'Say this as that user, or as root.')];
  }
  const access = await accessFault(path);
  if (access.length > 0) return access;
  const faults = [...modeFault(path, stats, '700'), ...(await fileFaults(path)), ...(await roomFault(path))];
  return faults.length > 0 ? faults : [ok(`${path} is the camera’s own.`)];
}

/** Null for a file that is gone, as it may be while it is looked at. */
async function statsOf(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function accessFault(path: string): Promise<readonly Finding[]> {
  try {
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return [];
  } catch {
    return [fail(`Nothing can be written to ${path}.`, 'Is its disk mounted read-only, or damaged?')];
  }
}

async function fileFaults(path: string): Promise<readonly Finding[]> {
  const names = await readdir(path);
  const modes = names.map(async (name) => {
    const stats = await statsOf(join(path, name));
    return stats === null ? [] : modeFault(join(path, name), stats, stats.isDirectory() ? '700' : '600');
  });
  const kept = names
    .filter((name) => name.includes('.damaged-'))
    .map((name) =>
      warn(`${join(path, name)} was damaged and is kept.`, 'Remove it when it is of no more use.'),
    );
  return [...(await Promise.all(modes)).flat(), ...kept];
}

function modeFault(path: string, { mode }: Stats, wanted: string): readonly Finding[] {
  if ((mode & OTHERS) === 0) return [];
  return [fail(`${path} is open to other users (${(mode & 0o777).toString(8)}).`, `chmod ${wanted} ${path}`)];
}

async function roomFault(path: string): Promise<readonly Finding[]> {
  const { bavail, bsize } = await statfs(path);
  const free = bavail * bsize;
  const text = `The disk of ${path} has ${Math.floor(free / 1024)} KB left.`;
  if (free < LEAST_FREE_BYTES) return [fail(text, 'Make room: the access list cannot be changed any more.')];
  return free < FEW_FREE_BYTES ? [warn(text, 'Make room before it is full.')] : [];
}
