import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { giveToOwnerOf } from './file-owner.ts';
import { StorageError } from './storage-error.ts';

const OWNER_ONLY_FILE = 0o600;
const OWNER_ONLY_DIRECTORY = 0o700;
/** No file of the relay comes near; a larger one is not ours. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;

/**
 * Replaces a file so that after a power cut it holds the old or the new text, whole, and never something between:
 * write beside it, sync, rename, sync the directory. Readable by its owner only.
 */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const directory = dirname(path);
  await mkdir(directory, { recursive: true, mode: OWNER_ONLY_DIRECTORY });
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeSynced(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(directory);
}

/**
 * The file's text, or null where there is none; also tightens permissions that somebody loosened.
 * @throws StorageError `damaged` when it is too large | Error of Node, `ELOOP` for a symbolic link
 */
export async function readPrivateFile(path: string): Promise<string | null> {
  await using file = await openToRead(path);
  await file?.chmod(OWNER_ONLY_FILE);
  return file && (await readText(file, path));
}

/**
 * The file's text, or null where there is none; changes nothing about it.
 * @throws StorageError `damaged` when it is too large | Error of Node, `ELOOP` for a symbolic link
 */
export async function readFileAsIs(path: string): Promise<string | null> {
  await using file = await openToRead(path);
  return file && (await readText(file, path));
}

/** Moves a damaged file out of the way, keeping it for its owner; returns where it is now. */
export async function setAside(path: string, nowMs: number): Promise<string> {
  const aside = asideOf(path, nowMs);
  await rename(path, aside);
  await syncDirectory(dirname(path));
  return aside;
}

/**
 * Keeps a damaged file for its owner under a second name, until `writeAtomically` replaces it under the first: so it is
 * missing at no moment, and takes no room on a full disk. Moves what cannot have two names. Returns where it is kept.
 */
export async function keepAside(path: string, nowMs: number): Promise<string> {
  const aside = asideOf(path, nowMs);
  try {
    await link(path, aside);
    await syncDirectory(dirname(path));
    return aside;
  } catch {
    return setAside(path, nowMs);
  }
}

/** Unlike any before: a camera without a clock of its own may come to the same time at each start. */
function asideOf(path: string, nowMs: number): string {
  const time = new Date(nowMs).toISOString().replaceAll(':', '-');
  return `${path}.damaged-${time}-${randomBytes(3).toString('hex')}`;
}

/** Not by a link: whoever the directory belongs to could have root read, and shut, any file. Null where there is none. */
async function openToRead(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function readText(file: FileHandle, path: string): Promise<string> {
  const { size } = await file.stat();
  if (size > MAX_FILE_BYTES) throw new StorageError('damaged', `${path} is larger than any file of ours`);
  return file.readFile('utf8');
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', OWNER_ONLY_FILE);
  try {
    giveToOwnerOf(dirname(path), file.fd);
    await file.writeFile(text, 'utf8');
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Without this the rename itself may be lost in a power cut. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Whether a call of `node:fs` failed because there is no such file or directory. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
