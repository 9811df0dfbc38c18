// Loaded before a program (`node --import`): kills it without warning at one of its changes to the disk.
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { dirname } from 'node:path';

/** Which change to the disk is not lived to see, from 1; counted before each is made. */
const dieAt = Number(process.env.DIE_AT ?? 0);
/** Whether what was not synced is lost too, as in a power cut; a kill alone loses nothing that was written. */
const losesUnsynced = process.env.LOSES_UNSYNCED === '1';

let changes = 0;
/** Files written to and not synced since, with the bytes of each that are safe. */
const unsynced = new Map<string, number>();
/** What stood at a path before a rename whose directory was not synced; null where nothing stood. */
const unsettled = new Map<string, Buffer | null>();

const { open, rename } = fs;

fs.rename = async (from, to) => {
  step();
  const before = contentOf(String(to));
  await rename(from, to);
  unsettled.set(String(to), before);
  const safe = unsynced.get(String(from));
  unsynced.delete(String(from));
  if (safe !== undefined) unsynced.set(String(to), safe);
};

fs.open = async (path, flags, mode) => {
  const handle = await open(path, flags, mode);
  const name = String(path);
  const { sync, datasync } = handle;
  const { writeFile, appendFile, write } = handle;
  const settle = (flush: () => Promise<void>) => async () => {
    step();
    await flush.call(handle);
    unsynced.delete(name);
    for (const target of unsettled.keys()) if (dirname(target) === name) unsettled.delete(target);
  };
  const soil =
    <A extends unknown[], R>(operation: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      step();
      if (!unsynced.has(name)) unsynced.set(name, contentOf(name)?.byteLength ?? 0);
      return operation.apply(handle, args);
    };
  return Object.assign(handle, {
    sync: settle(sync),
    datasync: settle(datasync),
    writeFile: soil(writeFile),
    appendFile: soil(appendFile),
    write: soil(write as (...args: unknown[]) => Promise<unknown>),
  });
};

syncBuiltinESMExports();

function step(): void {
  changes += 1;
  if (changes !== dieAt) return;
  if (losesUnsynced) loseUnsynced();
  process.kill(process.pid, 'SIGKILL');
  // The signal may take a moment; nothing more may happen.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

function loseUnsynced(): void {
  for (const [path, safe] of unsynced) if (contentOf(path) !== null) truncateSync(path, safe);
  for (const [path, before] of unsettled) {
    if (before === null) rmSync(path, { force: true });
    else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, before);
    }
  }
}

function contentOf(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null; // Nothing there.
  }
}
