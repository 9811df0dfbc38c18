import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { NODE, ROOT } from './stage/house.ts';
import { expectLive, readCheckCode, showPicture } from './stage/phone.ts';
import { childrenOf } from './stage/process-tree.ts';
import { test as base } from './stage/test.ts';

/** `npm start` kills what has not ended by then. */
const KILL_AFTER_MS = 5_000;

/** `npm start` as somebody sees it who types it. */
interface Started {
  readonly process: ChildProcess;
  /** Waits for words on the terminal. */
  shows(pattern: RegExp): Promise<RegExpExecArray>;
  /** Waits for its end; the exit code. */
  ended(): Promise<number | null>;
  /** Presses Ctrl-C and waits for its end. */
  interrupt(): Promise<number | null>;
}

interface StartStage {
  readonly home: string;
  readonly start: (...args: string[]) => Promise<Started>;
}

const test = base.extend<StartStage>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
  home: async ({}, use) => {
    const home = await mkdtemp(join(tmpdir(), 'latchkey-start-'));
    await use(home);
    await rm(home, { recursive: true, force: true });
  },
  start: async ({ home }, use) => {
    const started: Started[] = [];
    await use(async (...args) => {
      const one = run(home, args);
      started.push(one);
      return one;
    });
    for (const one of started) await one.interrupt();
  },
});

function run(home: string, args: readonly string[]): Started {
  const child = spawn(NODE, [join(ROOT, 'deploy', 'start.mjs'), ...args], {
    env: { ...process.env, LATCHKEY_STATE_DIR: home, LATCHKEY_NAME: 'Kitchen' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let wake = Promise.withResolvers<void>();
  const hear = (text: string) => {
    output += text;
    wake.resolve();
    wake = Promise.withResolvers();
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  child.on('exit', () => hear(''));
  const ended = async () => {
    if (!hasEnded(child)) await once(child, 'exit');
    return child.exitCode;
  };
  return {
    process: child,
    async shows(pattern) {
      for (;;) {
        const match = pattern.exec(output);
        if (match) return match;
        if (hasEnded(child)) throw new Error(`it ended without ${pattern}:\n${output}`);
        await wake.promise;
      }
    },
    ended,
    interrupt() {
      child.kill('SIGINT');
      return ended();
    },
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return String(typeof address === 'object' ? address?.port : address);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('npm start shows a code, its link and the page, and Ctrl-C ends all of it', async ({ start }) => {
  const port = await freePort();
  const running = await start('--port', port);
  const [, pageUrl = ''] = await running.shows(/The page\s+(\S+)/);
  expect(pageUrl).toBe(`http://localhost:${port}/`);
  const [link] = await running.shows(/https?:\/\/\S+#c1\.\S+/);
  expect(link.startsWith(pageUrl)).toBe(true);
  await running.shows(/[█▀▄]{10}/);
  expect((await fetch(pageUrl)).headers.get('content-type')).toContain('text/html');

  const children = await childrenOf(running.process.pid ?? 0);
  expect(children).toHaveLength(2);
  const interruptedAt = performance.now();
  expect(await running.interrupt()).toBe(0);
  expect(performance.now() - interruptedAt, 'nothing had to be killed').toBeLessThan(KILL_AFTER_MS);
  expect(children.filter(isAlive)).toEqual([]);
  await expect(fetch(pageUrl)).rejects.toThrow();
});

test('a second start keeps the owner and the key', async ({ start, openPhone, home }) => {
  const port = await freePort();
  const first = await start('--port', port);
  const [link] = await first.shows(/https?:\/\/\S+#c1\.\S+/);
  const { context } = await openPhone();
  const page = await context.newPage();
  await page.goto(link);
  const [, digits = ''] = await first.shows(/should show\s+((?:\d ){3}\d)/);
  expect(await readCheckCode(page)).toBe(digits.replaceAll(' ', ''));
  await showPicture(page);
  const key = await readFile(join(home, 'identity.json'), 'utf8');
  await first.interrupt();

  const second = await start('--port', port);
  await second.shows(/info ready/);
  expect(await readFile(join(home, 'identity.json'), 'utf8')).toBe(key);
  await page.goto(`http://localhost:${port}/`);
  await page.getByRole('button', { name: /^Kitchen/ }).click();
  await expectLive(page);
});

test('a taken port makes way for the next, and a wrong option gets the usage', async ({ start }) => {
  const port = await freePort();
  const first = await start('--port', port);
  await first.shows(/info ready/);
  const second = await start('--port', port);
  await second.shows(new RegExp(`Port ${port} is taken`));
  await second.shows(new RegExp(`The page\\s+http://localhost:${Number(port) + 1}/`));
  const third = await start('--port', 'x');
  await third.shows(/--port is a number/);
  expect(await third.ended()).toBe(64);
});
