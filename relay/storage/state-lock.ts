import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { giveToOwnerOf } from './file-owner.ts';

/** Name of the file in the state directory that is locked; it is never removed, for a lock on a removed file locks nobody out. */
export const LOCK_FILE = 'lock';
const OWNER_ONLY_FILE = 0o600;
/** Where the child finds the file. */
const CHILD_DESCRIPTOR = 3;
/** `flock --nonblock` says so of a file that somebody else has locked (flock(1)). */
const HELD_BY_ANOTHER = 1;

/** What came of an attempt to have a state directory to oneself. */
export type LockAttempt =
  | { readonly type: 'locked'; readonly lock: StateLock }
  | { readonly type: 'held' }
  /** This machine has no flock(1), or it failed: nothing is known of others. */
  | { readonly type: 'unavailable' };

/** Keeps others out of a state directory until it is released, or this process ends in whatever way. */
export class StateLock implements Disposable {
  #descriptor: number | null;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  release(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = null;
    if (descriptor !== null) closeSync(descriptor);
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

/**
 * Tries to lock a state directory that is there. The lock belongs to the open file, which the child shares with us
 * (flock(2)): it takes the lock and ends, we keep it, and the kernel lets go of it with our last descriptor.
 * @throws Error of Node when the file can be neither opened nor made.
 */
export async function lockState(directory: string, { program = 'flock' } = {}): Promise<LockAttempt> {
  const descriptor = openLock(directory);
  const code = await runFlock(program, descriptor);
  if (code === 0) return { type: 'locked', lock: new StateLock(descriptor) };
  closeSync(descriptor);
  return { type: code === HELD_BY_ANOTHER ? 'held' : 'unavailable' };
}

/** A number and not a FileHandle: the garbage collector closes those that nobody refers to. */
function openLock(directory: string): number {
  const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const path = join(directory, LOCK_FILE);
  try {
    const descriptor = openSync(path, O_RDWR | O_CREAT | O_EXCL, OWNER_ONLY_FILE);
    giveToOwnerOf(directory, descriptor);
    return descriptor;
  } catch (error) {
    if (!isExisting(error)) throw error;
    // Not made here, so not given away: by a link it may be any file of root's.
    return openSync(path, O_RDWR | O_NOFOLLOW);
  }
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}

/** Its exit code; null where it cannot be started, or was killed. */
async function runFlock(program: string, descriptor: number): Promise<number | null> {
  const child = spawn(program, ['-n', String(CHILD_DESCRIPTOR)], {
    stdio: ['ignore', 'ignore', 'ignore', descriptor],
  });
  try {
    await once(child, 'exit');
    return child.exitCode;
  } catch {
    return null; // `error` instead of `exit`: there is no such program.
  }
}
