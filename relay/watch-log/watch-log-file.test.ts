import {
  type FileHandle,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Identity } from '#shared/envelope.ts';
import { createIdentity } from '#shared/identity.ts';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import type { WatchEvent } from '#shared/watch-entry.ts';
import { verifyWatchPage } from '#shared/watch-page.ts';
import { StateDirectory } from '../storage/state-directory.ts';
import { verifyWatchLogFile } from './verify-watch-log-file.ts';
import { WatchChain } from './watch-chain.ts';
import { WatchLog } from './watch-log.ts';
import { WatchLogFile } from './watch-log-file.ts';

const clock = new FakeClock();
const anna = { gid: 'a'.repeat(22), jkt: 'A'.repeat(43), name: 'Anna’s phone' };
const left = { path: 'direct', reason: 'left' } as const;
const started: WatchEvent = { at: 1, type: 'started', ...anna };

let camera: Identity;
let directory: string;
let path: string;
let chain: WatchChain;
let file: WatchLogFile;
/** What all open files have in common. */
let handles: FileHandle;

beforeAll(async () => {
  camera = await createIdentity({ extractable: false });
});

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-watched-'));
  path = join(directory, 'watched.log');
  const probe = await open(directory);
  handles = Object.getPrototypeOf(probe);
  await probe.close();
  chain = new WatchChain(camera, [], null);
  await chain.append({ at: 0, type: 'opened', after: 'nothing' });
  file = new WatchLogFile(path, clock);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await file.close();
  await rm(directory, { recursive: true });
});

const verdict = () => verifyWatchLogFile(path, camera);
const full = () => Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });

/** The next write puts only `bytes` on the disk, and fails. */
function failWriteAfter(bytes: number): void {
  const { write } = handles;
  vi.spyOn(handles, 'write').mockImplementationOnce(async function (this: FileHandle, ...args: unknown[]) {
    const [buffer, offset, , position] = args as [Buffer, number, number, number];
    await Reflect.apply(write, this, [buffer, offset, bytes, position]);
    throw full();
  });
}

describe('the file of the watch log', () => {
  it('is made with its first entries, and then added to', async () => {
    expect(await file.read()).toBeNull();
    await file.save(chain);
    await chain.append(started);
    await file.save(chain);
    await file.save(chain);
    expect(await readFile(path, 'latin1')).toBe(`${chain.lines().join('\n')}\n`);
    expect(await readdir(directory)).toEqual(['watched.log']);
  });

  it.each([0, 1, 100])('is whole again after a write that stopped after %i bytes', async (bytes) => {
    await file.save(chain);
    await chain.append(started);
    failWriteAfter(bytes);
    await expect(file.save(chain)).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(await verdict()).toMatchObject({ entries: 1, fault: null, isUnfinished: bytes > 0 });
    await chain.append(started);
    await file.save(chain);
    expect(await verdict()).toMatchObject({ entries: 3, fault: null, isUnfinished: false, head: chain.head });
  });

  it('writes again what could not be synced', async () => {
    await file.save(chain);
    await chain.append(started);
    vi.spyOn(handles, 'datasync').mockRejectedValueOnce(full());
    await expect(file.save(chain)).rejects.toMatchObject({ code: 'ENOSPC' });
    await file.save(chain);
    expect(await verdict()).toMatchObject({ entries: 2, fault: null, head: chain.head });
  });

  it('finishes writes that the system does in parts', async () => {
    await file.save(chain);
    await chain.append(started);
    const { write } = handles;
    vi.spyOn(handles, 'write').mockImplementation(async function (this: FileHandle, ...args: unknown[]) {
      const [buffer, offset, length, position] = args as [Buffer, number, number, number];
      return Reflect.apply(write, this, [buffer, offset, Math.min(length, 64), position]);
    });
    await file.save(chain);
    expect(await verdict()).toMatchObject({ entries: 2, fault: null, head: chain.head });
  });

  it('stays as it was when its successor cannot be written, and is replaced later', async () => {
    await chain.append(started);
    await file.save(chain);
    chain.dropDownTo(600);
    vi.spyOn(handles, 'writeFile').mockRejectedValueOnce(full());
    await expect(file.save(chain)).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(await verdict()).toMatchObject({ entries: 2, fault: null });
    expect(await readdir(directory)).toEqual(['watched.log']);
    await chain.append({ at: 2, type: 'dropped', first: 1, why: 'size' });
    await file.save(chain);
    expect(await verdict()).toMatchObject({ entries: 2, oldest: { seq: 1 }, fault: null });
  });

  it('is written again when its successor was in place, but perhaps not for good', async () => {
    await chain.append(started);
    await file.save(chain);
    chain.dropDownTo(600);
    await chain.append({ at: 2, type: 'dropped', first: 1, why: 'size' });
    const { sync } = handles;
    vi.spyOn(handles, 'sync').mockImplementationOnce(sync).mockRejectedValueOnce(full());
    await expect(file.save(chain)).rejects.toMatchObject({ code: 'ENOSPC' });
    await chain.append(started);
    await file.save(chain);
    await chain.append(started);
    await file.save(chain);
    expect(await verdict()).toMatchObject({ entries: 4, fault: null, head: chain.head });
  });

  it('is not written over when a second process of the camera has added to it', async () => {
    await file.save(chain);
    const text = await readFile(path, 'latin1');
    const second = new WatchLogFile(path, clock);
    await second.read();
    second.adopt({ first: 0, next: 1, bytes: text.length });
    await chain.append(started);
    await second.save(chain);
    await expect(file.save(chain)).rejects.toMatchObject({ code: 'changed' });
    chain.dropDownTo(600);
    await expect(file.save(chain)).rejects.toMatchObject({ code: 'changed' });
    await second.close();
    expect(await verdict()).toMatchObject({ entries: 2, fault: null });
  });

  it('is not brought back when it was removed', async () => {
    await file.save(chain);
    await rm(path);
    await chain.append(started);
    await expect(file.save(chain)).rejects.toMatchObject({ code: 'changed' });
    chain.dropDownTo(600);
    await expect(file.save(chain)).rejects.toMatchObject({ code: 'changed' });
    expect(await readdir(directory)).toEqual([]);
  });

  it('moves away whatever stands in its place', async () => {
    await mkdir(path);
    await expect(file.read()).rejects.toMatchObject({ code: 'EISDIR' });
    await file.save(chain);
    expect(await verdict()).toMatchObject({ entries: 1, fault: null });
    expect((await readdir(directory)).filter((name) => name.includes('.damaged-'))).toHaveLength(1);
  });

  it('is not written through a link to some other file', async () => {
    const other = join(directory, 'other');
    await writeFile(other, 'not ours', { mode: 0o644 });
    await symlink(other, path);
    await expect(file.read()).rejects.toMatchObject({ code: 'ELOOP' });
    await file.save(chain);
    expect(await readFile(other, 'utf8')).toBe('not ours');
    expect((await stat(other)).mode & 0o777).toBe(0o644);
    expect(await verdict()).toMatchObject({ entries: 1, fault: null });
  });
});

describe('a camera whose disk fails', () => {
  let logged: string[];

  beforeEach(() => {
    logged = [];
  });

  const start = () =>
    WatchLog.open({
      directory,
      identity: camera,
      clock,
      log: { info: () => undefined, warn: (_, fields) => logged.push(String(fields?.code)) },
    });

  it('goes on, shows who watches, and writes it down when it can', async () => {
    const watchLog = await start();
    const { head } = watchLog;
    failWriteAfter(10);
    const ended = watchLog.started(anna);
    const { page } = await watchLog.read({});
    expect(page?.events).toMatchObject([{ type: 'opened' }, { type: 'started', ...anna }]);
    expect(await verdict()).toMatchObject({ entries: 1, fault: null });
    expect(logged).toEqual(['ENOSPC']);
    ended(left);
    await watchLog.close();
    expect(await verdict()).toMatchObject({ entries: 3, viewings: 1, fault: null, head: watchLog.head });
    expect(await verifyWatchPage(page, camera.publicJwk, head ? { from: head } : {})).toMatchObject({
      type: 'authentic',
    });
    expect(logged).toEqual(['ENOSPC']);
  });

  it('tries once more when it stops', async () => {
    const watchLog = await start();
    failWriteAfter(10);
    watchLog.started(anna);
    await watchLog.read({});
    await watchLog.close();
    expect(await verdict()).toMatchObject({ entries: 2, fault: null });
  });

  it('starts, and begins its log when it can', async () => {
    vi.spyOn(handles, 'writeFile').mockRejectedValueOnce(full());
    const watchLog = await start();
    expect(logged).toEqual(['ENOSPC']);
    expect(await readdir(directory)).toEqual([]);
    watchLog.started(anna);
    await watchLog.close();
    expect(await verdict()).toMatchObject({ entries: 2, fault: null });
  });

  it('keeps a log that it cannot read', async () => {
    await (await start()).close();
    vi.spyOn(handles, 'readFile').mockRejectedValueOnce(
      Object.assign(new Error('input/output error'), { code: 'EIO' }),
    );
    await (await start()).close();
    expect(logged).toEqual(['EIO', 'undefined']);
    expect(await verdict()).toMatchObject({ entries: 1, damages: 1, fault: null });
    const aside = (await readdir(directory)).find((name) => name.includes('.damaged-'));
    expect(await verifyWatchLogFile(join(directory, aside ?? ''), camera)).toMatchObject({
      entries: 1,
      damages: 0,
    });
  });

  it('does not leave a log in the state directory of the camera that it became by a reset', async () => {
    const watchLog = await start();
    expect(await new StateDirectory(directory, clock).reset()).toBe(true);
    watchLog.started(anna)(left);
    await watchLog.close();
    expect(logged).toContain('changed');
    expect(await readdir(directory)).toEqual([]);
  });

  it('finds its directory again under another name', async () => {
    const watchLog = await start();
    const elsewhere = `${directory}-moved`;
    await rename(directory, elsewhere);
    watchLog.started(anna);
    await watchLog.close();
    await rename(elsewhere, directory);
    expect(await verdict()).toMatchObject({ entries: 2, fault: null });
  });
});
