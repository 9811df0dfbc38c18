import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { createLog } from '../log.ts';
import { lockState, type StateLock } from '../storage/state-lock.ts';
import { askRelay } from './ask-relay.ts';
import { atCamera, lockForRelay } from './at-camera.ts';
import type { ControlHandler } from './control-handler.ts';
import { ControlServer } from './control-server.ts';

let root: string;
let directory: string;
const running = { server: null as ControlServer | null };

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'latchkey-place-'));
  directory = root;
});

afterEach(async () => {
  await running.server?.close();
  running.server = null;
  await rm(root, { recursive: true });
});

const status: ControlHandler = async () => ({
  ...{ version: '1', pid: 4711, since: 0, rendezvous: 'online', clock: 'assumed', watching: 0 },
});

async function start(handle: ControlHandler = status): Promise<void> {
  const log = createLog(() => undefined);
  running.server = await ControlServer.open({ directory, handle, clock: new FakeClock(), log });
}

async function lock(): Promise<StateLock> {
  const attempt = await lockState(directory);
  if (attempt.type !== 'locked') throw new TypeError(attempt.type);
  return attempt.lock;
}

/** By which way something is done; `pause` is what happens while it waits. */
const way = (pause: () => Promise<unknown> = async () => undefined) =>
  atCamera(
    { directory, pause },
    {
      online: async () => `online ${(await askRelay(directory, { type: 'status' })).pid}`,
      offline: async () => `offline ${(await lockState(directory)).type}`,
    },
  );

describe('a command', () => {
  it('goes by the relay that runs', async () => {
    using _lock = await lock();
    await start();
    expect(await way()).toBe('online 4711');
  });

  it('has the directory to itself where none runs, and gives it back', async () => {
    expect(await way()).toBe('offline held');
    (await lock()).release();
  });

  it('gives the directory back when it fails', async () => {
    const failing = atCamera(
      { directory },
      {
        online: () => askRelay(directory, { type: 'status' }),
        offline: () => Promise.reject(new RangeError('mine')),
      },
    );
    await expect(failing).rejects.toThrow(RangeError);
    (await lock()).release();
  });

  it('makes no directory', async () => {
    directory = join(root, 'none');
    await expect(way()).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(root)).toEqual([]);
  });

  it('waits for a relay that is starting', async () => {
    using _lock = await lock();
    expect(await way(() => start())).toBe('online 4711');
  });

  it('waits for another command', async () => {
    const other = await lock();
    expect(await way(async () => other.release())).toBe('offline held');
  });

  it('waits for nobody for ever', async () => {
    using _lock = await lock();
    await expect(way()).rejects.toMatchObject({ code: 'in_use' });
  });

  it('does not do in the file what the relay did not want to do', async () => {
    using _lock = await lock();
    await start(() => Promise.reject(new RangeError('full')));
    await expect(way()).rejects.toMatchObject({ code: 'failed' });
  });
});

describe('a relay that starts', () => {
  it('makes its directory, for itself only', async () => {
    directory = join(root, 'a', 'b');
    using _lock = await lockForRelay({ directory });
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
  });

  it('is refused at once where one runs', async () => {
    using _lock = await lock();
    await start();
    const refused = lockForRelay({ directory, pause: () => Promise.reject(new TypeError('it waited')) });
    await expect(refused).rejects.toMatchObject({ code: 'in_use', message: expect.stringContaining('4711') });
  });

  it('is refused at once where one runs that does not answer', async () => {
    using _lock = await lock();
    await start(() => Promise.reject(new RangeError('ill')));
    const refused = lockForRelay({ directory, pause: () => Promise.reject(new TypeError('it waited')) });
    await expect(refused).rejects.toMatchObject({ code: 'in_use' });
  });

  it('waits for a command that is at work', async () => {
    const command = await lock();
    using own = await lockForRelay({ directory, pause: async () => command.release() });
    expect(own).not.toBeNull();
  });
});
