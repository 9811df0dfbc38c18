import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Clock } from '#shared/clock.ts';
import { type EngineMessage, EngineMessageReader } from './engine-message.ts';
import { engineProgram } from './engine-program.ts';

/** A program, and the arguments that come first. */
export type EngineProgram = readonly [program: string, ...args: string[]];

/** How an engine ended that nobody had told to. */
export type EngineExit =
  | { readonly type: 'not-found'; readonly program: string; readonly cause: Error }
  | { readonly type: 'nonsense'; readonly cause: unknown }
  | { readonly type: 'exited'; readonly how: string };

export interface EngineProcessOptions {
  readonly clock: Clock;
  readonly onMessage: (message: EngineMessage) => void;
  /** Called once, unless `stop` was called before. */
  readonly onExit: (exit: EngineExit) => void;
  /** Default Python with our script. */
  readonly program?: EngineProgram;
}

/** The engine ends by itself within one second; after this it is killed. */
const KILL_AFTER_MS = 2_000;

/** The engine as a child process: lines in, messages out, and an end that is noticed. */
export class EngineProcess {
  readonly #options: EngineProcessOptions;
  readonly #child: ChildProcess;
  readonly #reader = new EngineMessageReader();
  readonly #gone = Promise.withResolvers<void>();
  #isOver = false;

  constructor(options: EngineProcessOptions) {
    this.#options = options;
    const [program, ...args] = options.program ?? engineProgram();
    const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore', 'pipe'] });
    this.#child = child;
    child.on('error', (cause) => {
      if (child.pid === undefined) this.#gone.resolve();
      this.#exit({ type: 'not-found', program, cause });
    });
    child.on('close', (code, signal) => {
      this.#gone.resolve();
      this.#exit({ type: 'exited', how: signal === null ? `with code ${code}` : `by ${signal}` });
    });
    const messages = child.stdio[3] as Readable;
    // A pipe to an engine that has just ended: its end is reported by 'close'.
    for (const pipe of [child.stdin, messages]) pipe?.on('error', () => undefined);
    messages.on('data', (chunk: Uint8Array) => this.#read(chunk));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves when no process is left. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  command(line: string): void {
    if (!this.#isOver) this.#child.stdin?.write(`${line}\n`);
  }

  /** Ends it, by force after `graceMs`; nothing more is heard of it. Idempotent. */
  stop(graceMs = KILL_AFTER_MS): void {
    this.#isOver = true;
    const child = this.#child;
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.stdin?.end('quit\n');
    const cancel = this.#options.clock.after(graceMs, () => child.kill('SIGKILL'));
    child.once('close', cancel);
  }

  #read(chunk: Uint8Array): void {
    if (this.#isOver) return;
    try {
      for (const message of this.#reader.push(chunk)) this.#options.onMessage(message);
    } catch (cause) {
      this.#child.kill('SIGKILL');
      this.#exit({ type: 'nonsense', cause });
    }
  }

  #exit(exit: EngineExit): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.onExit(exit);
  }
}
