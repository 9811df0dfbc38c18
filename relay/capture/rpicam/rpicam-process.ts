import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '#shared/clock.ts';
import { CaptureError, type CaptureTrouble } from '../capture-error.ts';

/** A program, and the arguments that come first. */
export type RpicamProgram = readonly [program: string, ...args: string[]];

/** It lets go of the camera within a frame; after this it is killed. */
const KILL_AFTER_MS = 2_000;
/** The end of what it says, where the reason stands. */
const MAX_SAID_CHARS = 2_048;
/** What it says, and what that means. */
const SAYINGS: readonly (readonly [RegExp, CaptureTrouble, string])[] = [
  [
    /no cameras available/i,
    'gone',
    'There is no camera on the ribbon. Is the cable in, the right way round?',
  ],
  [
    /failed to acquire|in use by another process|Device or resource busy/i,
    'busy',
    'Another program has the camera. End that, and it comes back by itself.',
  ],
  [
    /Permission denied/i,
    'refused',
    'The camera is not this user\'s to open. Add it to the group "video": sudo usermod -aG video $USER',
  ],
];

/** `rpicam-vid` as a child process, and an end that is noticed. */
export class RpicamProcess {
  readonly #clock: Clock;
  readonly #child: ChildProcess;
  readonly #gone = Promise.withResolvers<void>();
  #said = '';
  #isStopped = false;

  /** `onEnd` is called once, unless `stop` was called before. */
  constructor(
    clock: Clock,
    [program, ...first]: RpicamProgram,
    args: readonly string[],
    onEnd: (error: CaptureError) => void,
  ) {
    this.#clock = clock;
    const child = spawn(program, [...first, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#said = (this.#said + chunk.toString('utf8')).slice(-MAX_SAID_CHARS);
    });
    child.on('error', (cause) => {
      if (child.pid === undefined) this.#gone.resolve();
      if (!this.#isStopped) onEnd(missing(program, cause));
      this.#isStopped = true;
    });
    child.on('close', (code, signal) => {
      this.#gone.resolve();
      if (!this.#isStopped)
        onEnd(this.#explain(program, signal === null ? `with code ${code}` : `by ${signal}`));
      this.#isStopped = true;
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Ends it; resolves when no process is left. Idempotent. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (!this.#isStopped && child.pid !== undefined) {
      child.kill('SIGINT');
      child.once(
        'close',
        this.#clock.after(KILL_AFTER_MS, () => child.kill('SIGKILL')),
      );
    }
    this.#isStopped = true;
    await this.#gone.promise;
  }

  #explain(program: string, how: string): CaptureError {
    for (const [saying, trouble, message] of SAYINGS) {
      if (saying.test(this.#said)) return new CaptureError('failed_to_start', message, { trouble });
    }
    return new CaptureError('failed_to_start', `${program} ended unexpectedly, ${how}.`);
  }
}

function missing(program: string, cause: Error): CaptureError {
  const message = `${program} cannot be run. Install it with: sudo apt install rpicam-apps`;
  return new CaptureError('missing_program', message, { cause });
}
