import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Clock } from '#shared/clock.ts';
import { isMissing, keepAside, writeAtomically } from '../storage/atomic-file.ts';
import { StorageError } from '../storage/storage-error.ts';
import { bytesOf, textOf, type WatchChain } from './watch-chain.ts';

/** The log's name in the state directory. */
export const WATCH_LOG_FILE = 'watched.log';
const OWNER_ONLY_FILE = 0o600;
/** Not by a link: whoever the directory belongs to could have root write to any file. */
const READ_AND_WRITE = constants.O_RDWR | constants.O_NOFOLLOW;
/** Several times what a log of ours comes to: a larger file is not read. */
const MAX_READ_BYTES = 4 * 1024 * 1024;

/** Which entries a file holds, in its first bytes. */
export interface HeldEntries {
  readonly first: number;
  /** The number after the last of them. */
  readonly next: number;
  readonly bytes: number;
}

/** The log on disk. Entries are added at its end and synced; whatever else it takes is a new file in place of the old. */
export class WatchLogFile {
  readonly #path: string;
  readonly #clock: Clock;
  #handle: FileHandle | null = null;
  #held: HeldEntries | null = null;
  /** How far the file may reach by what was written here, whole or in part. */
  #reach = 0;
  /** Whether something is there that nobody has made sense of. */
  #isUnread = false;

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
  }

  /**
   * The file's text, byte by byte, or null where there is none. Until it is adopted it counts as damaged.
   * @throws StorageError `damaged` when it is too large | Error of Node when it cannot be read
   */
  async read(): Promise<string | null> {
    try {
      this.#handle = await open(this.#path, READ_AND_WRITE);
    } catch (error) {
      this.#isUnread = !isMissing(error);
      if (this.#isUnread) throw error;
      return null;
    }
    this.#isUnread = true;
    await this.#handle.chmod(OWNER_ONLY_FILE);
    const { size } = await this.#handle.stat();
    this.#reach = size;
    if (size > MAX_READ_BYTES)
      throw new StorageError('damaged', `${this.#path} is larger than any log of ours`);
    return this.#handle.readFile('latin1');
  }

  /** Goes on from the entries that the file holds; what comes after them is cut off by the next `save`. */
  adopt(held: HeldEntries): void {
    this.#held = held;
    this.#isUnread = false;
  }

  /**
   * Makes the file hold what the chain holds; resolves when that is safely on disk. A damaged file is kept aside. After a
   * failure the file is as it was, or has a part of a line at its end, and the next call does what this one could not.
   * @throws StorageError `changed` when somebody else has written or removed it | Error of Node
   */
  async save(chain: WatchChain): Promise<void> {
    if (this.#held?.first === chain.first) await this.#append(this.#held, chain);
    else await this.#replace(chain);
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close();
  }

  /** One write and one sync: at a few entries a day an SD card does not feel them, and no viewing is lost with the power. */
  async #append(held: HeldEntries, chain: WatchChain): Promise<void> {
    const bytes = Buffer.from(textOf(chain.lines(held.next)), 'latin1');
    const { handle, size } = await this.#open();
    if (size > held.bytes) await handle.truncate(held.bytes);
    else if (bytes.byteLength === 0) return;
    const end = held.bytes + bytes.byteLength;
    this.#reach = Math.max(this.#reach, end);
    await writeAt(handle, bytes, held.bytes);
    await handle.datasync();
    this.#held = { first: held.first, next: chain.next, bytes: end };
    this.#reach = end;
  }

  async #replace(chain: WatchChain): Promise<void> {
    if (this.#handle) await this.#open();
    if (this.#isUnread) await keepAside(this.#path, this.#clock.nowMs());
    this.#isUnread = false;
    const lines = chain.lines();
    const held = { first: chain.first, next: chain.next, bytes: bytesOf(lines) };
    this.#held = null;
    this.#reach = Math.max(this.#reach, held.bytes);
    try {
      await writeAtomically(this.#path, textOf(lines));
    } finally {
      // Also after a failure: it may have come when the new file was in its place already.
      await this.close();
      this.#handle = await open(this.#path, READ_AND_WRITE).catch(() => null);
    }
    // Out of reach just now: the next call writes it once more.
    if (!this.#handle) return;
    this.#held = held;
    this.#reach = held.bytes;
  }

  /** The file, if it is still the one we know: a reset or a second process of this camera would else be written over. */
  async #open(): Promise<{ handle: FileHandle; size: number }> {
    if (!this.#handle) throw new StorageError('changed', `${this.#path} is closed`);
    const { size, nlink } = await this.#handle.stat();
    if (nlink === 0 || size < (this.#held?.bytes ?? 0) || size > this.#reach) {
      throw new StorageError('changed', `${this.#path} was changed by somebody else; restart the camera`);
    }
    return { handle: this.#handle, size };
  }
}

async function writeAt(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.byteLength) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.byteLength - done, position + done);
    done += bytesWritten;
  }
}
