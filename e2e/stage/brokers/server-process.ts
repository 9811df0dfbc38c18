import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A program that serves others once it is ready. */
export interface ServerCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Besides the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Resolves when it serves; rejects when `signal` says that it has ended. */
  readonly untilReady: (signal: AbortSignal) => Promise<void>;
}

/** Of what a program writes, the end is kept, in characters: it says why it did not start. */
const MAX_OUTPUT = 4_096;

/** A program that runs as a child of the test, and can be started again. */
export class ServerProcess {
  readonly #command: ServerCommand;
  #child: ChildProcess | null = null;
  #output = '';

  constructor(command: ServerCommand) {
    this.#command = command;
  }

  /**
   * Starts it and waits until it is ready.
   * @throws Error with its last words when it ends instead.
   */
  async start(): Promise<void> {
    const { program, args, env, directory, untilReady } = this.#command;
    const child = spawn(program, args, {
      cwd: directory,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-MAX_OUTPUT);
      });
    }
    const ended = new AbortController();
    const end = (how: unknown) => ended.abort(new Error(`${program} ended (${how}):\n${this.#output}`));
    // At `close`, not at `exit`, all that it wrote has been read.
    child.once('error', end).once('close', (code, signal) => end(code ?? signal));
    await untilReady(ended.signal);
  }

  /** Kills it and waits for its end; idempotent. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}
