import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LOCK_FILE, type LockAttempt, lockState } from './state-lock.ts';

let directory: string;
const attempts: LockAttempt[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-lock-'));
});

afterEach(async () => {
  for (const attempt of attempts.splice(0)) release(attempt);
  await rm(directory, { recursive: true });
});

async function attempt(options: { program?: string } = {}): Promise<LockAttempt> {
  const made = await lockState(directory, options);
  attempts.push(made);
  return made;
}

function release(made: LockAttempt): void {
  if (made.type === 'locked') made.lock.release();
}

describe('the lock of a state directory', () => {
  it('is had by one at a time, and by the next once it is released', async () => {
    const first = await attempt();
    expect(first.type).toBe('locked');
    expect((await attempt()).type).toBe('held');
    release(first);
    release(first);
    expect((await attempt()).type).toBe('locked');
  });

  it('is had by one of many that come at once', async () => {
    const types = await Promise.all(Array.from({ length: 8 }, async () => (await attempt()).type));
    expect(types.filter((type) => type === 'locked')).toHaveLength(1);
    expect(types.filter((type) => type === 'held')).toHaveLength(7);
  });

  it('goes with the process that had it, however that ends', async () => {
    const module = new URL('./state-lock.ts', import.meta.url).href;
    const script = `
      const { lockState } = await import(${JSON.stringify(module)});
      console.log((await lockState(${JSON.stringify(directory)})).type);
      setInterval(() => undefined, 60_000);`;
    const holder = spawn(process.execPath, ['--input-type=module', '--eval', script]);
    const [said] = await once(holder.stdout, 'data');
    expect(String(said).trim()).toBe('locked');
    expect((await attempt()).type).toBe('held');
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    expect((await attempt()).type).toBe('locked');
  });

  it('is a file for its owner only', async () => {
    await attempt();
    expect((await stat(join(directory, LOCK_FILE))).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['is none', '/nonexistent/flock'],
    ['is one that fails', 'sh'],
  ])('is unavailable where flock %s', async (_, program) => {
    expect((await attempt({ program })).type).toBe('unavailable');
  });

  it('is no way to make a directory', async () => {
    await expect(lockState(join(directory, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
