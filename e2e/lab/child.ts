import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Asked to end, a server of the lab does so within a second; then it is made to. */
const STOP_LIMIT_MS = 3_000;

/** A program that runs until it is disposed of. */
export class Child implements AsyncDisposable {
  readonly #process: ChildProcess;
  #output = '';
  #wake = Promise.withResolvers<void>();

  constructor([program, ...args]: readonly [string, ...string[]]) {
    this.#process = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
    this.#process.on('error', ({ message }) => this.#hear(message));
    this.#process.on('exit', () => this.#hear(''));
  }

  /** Everything it has written so far. */
  get output(): string {
    return this.#output;
  }

  /** Waits for it to write something. @throws Error when it ends without. */
  async written(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.#output)) {
      if (this.#hasEnded) throw new Error(`it ended without ${pattern}:\n${this.#output}`);
      await this.#wake.promise;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#hasEnded) return;
    const ended = once(this.#process, 'exit');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), STOP_LIMIT_MS);
    this.#process.kill('SIGTERM');
    await ended;
    clearTimeout(timer);
  }

  get #hasEnded(): boolean {
    const { exitCode, signalCode, pid } = this.#process;
    return pid === undefined || exitCode !== null || signalCode !== null;
  }

  #hear(text: string): void {
    this.#output += text;
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}
