import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A process whose words are awaited as they come. */
export interface Spoken extends AsyncDisposable {
  readonly pid: number;
  /** Milliseconds from spawning until its output, both streams together, first matched. */
  until(pattern: RegExp): Promise<number>;
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
  return {
    pid: child.pid ?? 0,
    until: listen(child, startedAt),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await exited;
    },
  };
}

function listen(child: ChildProcess, startedAt: number): Spoken['until'] {
  const heard: { text: string; atMs: number }[] = [];
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
      if (found) return found.atMs;
      if (/\nprocess ended\n$/.test(text)) throw new Error(`it ended without ${pattern}:\n${text}`);
      await wake.promise;
    }
  };
}
