import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A process whose words are awaited as they come. */
export interface Spoken extends AsyncDisposable {
  readonly pid: number;
  /** Milliseconds from spawning until its output, both streams together, first matched. */
  until(pattern: RegExp): Promise<number>;
  /** What of its output first matched. */
  said(pattern: RegExp): Promise<string>;
}

export interface SpeakOptions {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts this very Node; the time counts from here. */
export function startNode({ args, env = {} }: SpeakOptions): Spoken {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const heard = listen(child, startedAt);
  return {
    pid: child.pid ?? 0,
    until: async (pattern) => (await heard(pattern)).atMs,
    said: async (pattern) => pattern.exec((await heard(pattern)).text)?.[0] ?? '',
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await exited;
    },
  };
}

/** What was said so far, and when. */
interface Heard {
  readonly text: string;
  readonly atMs: number;
}

function listen(child: ChildProcess, startedAt: number): (pattern: RegExp) => Promise<Heard> {
  const heard: Heard[] = [];
  let wake = Promise.withResolvers<void>();
  let text = '';
  const hear = (chunk: string) => {
    text += chunk;
    heard.push({ text, atMs: performance.now() - startedAt });
    wake.resolve();
    wake = Promise.withResolvers();
  };
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', hear);
  child.once('exit', () => hear('\nprocess ended\n'));
  return async (pattern) => {
    for (;;) {
      const found = heard.find((moment) => pattern.test(moment.text));
      if (found) return found;
      if (/\nprocess ended\n$/.test(text)) throw new Error(`it ended without ${pattern}:\n${text}`);
      await wake.promise;
    }
  };
}
