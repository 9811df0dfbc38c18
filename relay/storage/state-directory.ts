import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#shared/clock.ts';
import {
  createSigningKey,
  exportPrivateJwk,
  exportPublicJwk,
  importSigningKey,
  parsePrivateJwk,
  thumbprintOf,
} from '#shared/crypto.ts';
import type { Identity } from '#shared/envelope.ts';
import { type AccessState, encodeAccessState, NO_ACCESS, parseAccessState } from '../access/access-state.ts';
import { PRIVACY_FILE } from '../privacy/privacy-switch.ts';
import { SETTINGS_FILE } from '../settings/settings-store.ts';
import { WATCH_LOG_FILE } from '../watch-log/watch-log-file.ts';
import { isMissing, readFileAsIs, readPrivateFile, setAside, writeAtomically } from './atomic-file.ts';
import { StorageError } from './storage-error.ts';

const IDENTITY_FILE = 'identity.json';
const ACCESS_FILE = 'access.json';
/** Kept by `ClockFloor`, not here: it says nothing of who may see the camera. */
export const CLOCK_FILE = 'clock.json';
/** All that is ours, the last to be forgotten last. */
const FILES = [CLOCK_FILE, SETTINGS_FILE, WATCH_LOG_FILE, IDENTITY_FILE, PRIVACY_FILE, ACCESS_FILE];

/** What the camera remembers between starts. */
export interface StoredState {
  readonly identity: Identity;
  readonly access: AccessState;
}

/** The directory with the camera's key and its access list: lose it and nobody is let in, copy it and be the camera. */
export class StateDirectory {
  readonly path: string;
  readonly #clock: Clock;
  readonly #write: typeof writeAtomically;
  /** The access list as it was last read or written here; null before. */
  #accessText: string | null = null;

  constructor(path: string, clock: Clock, write = writeAtomically) {
    this.path = path;
    this.#clock = clock;
    this.#write = write;
  }

  /**
   * Reads the state, or makes it at the first start.
   * @throws StorageError `damaged` (the file is set aside) | `incomplete`
   */
  async open(): Promise<StoredState> {
    const access = await this.#read(ACCESS_FILE, (text) => {
      this.#accessText = text;
      return parseAccessState(text);
    });
    const identity = await this.#read(IDENTITY_FILE, parseIdentity);
    if (access !== null && identity !== null) return { identity, access };
    if (await this.#isFresh(access, identity !== null)) return this.#create();
    throw new StorageError(
      'incomplete',
      `${this.#file(identity === null ? IDENTITY_FILE : ACCESS_FILE)} is missing, so the camera cannot know its owners. ` +
        'Restore it from a backup, or start over with: latchkey reset',
    );
  }

  /**
   * Reads the access list and changes nothing, so that it may be done beside a camera that runs; null where there is none.
   * @throws StorageError `damaged`
   */
  readAccess(): Promise<AccessState | null> {
    return this.#look(ACCESS_FILE, (text) => {
      this.#accessText = text;
      return parseAccessState(text);
    });
  }

  /**
   * Reads the key in the same way.
   * @throws StorageError `damaged`
   */
  readIdentity(): Promise<Identity | null> {
    return this.#look(IDENTITY_FILE, parseIdentity);
  }

  /**
   * Writes the access list; resolves when it is safely on disk. What fails has not happened, nor will it after a restart.
   * @throws StorageError `changed` when it is not as we left it: a second process of this camera would else be claimed
   * over the owner of the first.
   */
  async saveAccess(access: AccessState): Promise<void> {
    const path = this.#file(ACCESS_FILE);
    const text = encodeAccessState(access);
    const before = this.#accessText;
    if (before !== null && (await readPrivateFile(path)) !== before) {
      throw new StorageError('changed', `${path} was changed by somebody else; restart the camera`);
    }
    try {
      await this.#write(path, text);
      this.#accessText = text;
    } catch (error) {
      await this.#undo(path, { before, text });
      throw error;
    }
  }

  /**
   * Forgets everything, key included: the next start is a new camera. Resolves with whether there was anything.
   * @throws Error of Node when the directory cannot be read or a file not be removed: then somebody is still let in.
   */
  async reset(): Promise<boolean> {
    const names = await this.#names();
    // The access list goes last: a crash in between leaves "incomplete", never an unclaimed camera with a known key. And a camera
    // that is switched off stays so for as long as it has its key.
    const ours = FILES.flatMap((file) =>
      names
        .filter((name) => name.startsWith(file))
        .sort()
        .reverse(),
    );
    for (const name of ours) await rm(this.#file(name), { force: true });
    return ours.length > 0;
  }

  /** A write may fail with the new list in place already, where only its directory could not be synced. */
  async #undo(path: string, { before, text }: { before: string | null; text: string }): Promise<void> {
    if ((await readPrivateFile(path)) !== text) return;
    if (before !== null) await this.#write(path, before).catch(() => null);
    const left = await readPrivateFile(path);
    if (left === before || left === text) this.#accessText = left;
  }

  /** An empty access list without a key is a first start cut short; a set-aside file says it is not the first one. */
  async #isFresh(access: AccessState | null, hasIdentity: boolean): Promise<boolean> {
    if (hasIdentity || (access !== null && access.grants.length > 0)) return false;
    const names = await this.#names();
    return ![IDENTITY_FILE, ACCESS_FILE].some((file) =>
      names.some((name) => name.startsWith(`${file}.damaged-`)),
    );
  }

  /** The access list first: see `isFresh`. */
  async #create(): Promise<StoredState> {
    const { publicKey, privateKey } = await createSigningKey({ extractable: true });
    const publicJwk = await exportPublicJwk(publicKey);
    const privateJwk = await exportPrivateJwk(privateKey);
    await this.saveAccess(NO_ACCESS);
    await this.#write(this.#file(IDENTITY_FILE), `${JSON.stringify({ version: 1, key: privateJwk })}\n`);
    const identity = {
      thumbprint: await thumbprintOf(publicJwk),
      publicJwk,
      privateKey: await importSigningKey(privateJwk),
    };
    return { identity, access: NO_ACCESS };
  }

  async #look<T>(name: string, parse: (text: string) => T | Promise<T>): Promise<T | null> {
    const path = this.#file(name);
    const text = await readFileAsIs(path);
    if (text === null) return null;
    try {
      return await parse(text);
    } catch (cause) {
      const message = `${path} is damaged. Restore it from a backup, or start over with: latchkey reset`;
      throw new StorageError('damaged', message, { cause });
    }
  }

  async #read<T>(name: string, parse: (text: string) => T | Promise<T>): Promise<T | null> {
    const path = this.#file(name);
    const text = await readPrivateFile(path);
    if (text === null) return null;
    try {
      return await parse(text);
    } catch (cause) {
      const aside = await setAside(path, this.#clock.nowMs());
      throw new StorageError(
        'damaged',
        `${path} is damaged; it is kept as ${aside}. Restore it from a backup, or start over with: latchkey reset`,
        { cause },
      );
    }
  }

  /** What is in the directory; nothing where there is none yet. */
  async #names(): Promise<string[]> {
    try {
      return await readdir(this.path);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  #file(name: string): string {
    return join(this.path, name);
  }
}

async function parseIdentity(text: string): Promise<Identity> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || !('key' in value)) throw new TypeError('no key in it');
  const privateJwk = parsePrivateJwk(value.key);
  const publicJwk = { kty: privateJwk.kty, crv: privateJwk.crv, x: privateJwk.x, y: privateJwk.y };
  const privateKey = await importSigningKey(privateJwk);
  return { thumbprint: await thumbprintOf(publicJwk), publicJwk, privateKey };
}
