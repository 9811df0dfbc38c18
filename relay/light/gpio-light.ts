import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Light } from './light.ts';
import type { LightSetting } from './light-setting.ts';

/** Long enough for a busy Pi. */
const PROGRAM_LIMIT_MS = 5_000;
/** A line that cannot be had is refused at once; who lasts as long has it. */
const SETTLE_MS = 150;
/**
 * Runs the program until standard input ends: a line is held as long as somebody holds it, and a camera that is killed
 * holds none.
 */
const HOLD =
  'exec 3<&0; "$@" </dev/null & held=$!; { cat <&3 >/dev/null; kill $held; } 2>/dev/null & wait $held';

/** Which of the two command lines a gpioset has: those of libgpiod 1 and 2 differ. */
export type GpiosetVersion = 1 | 2;

export interface GpioLightOptions {
  /** Default `gpioset`. */
  readonly program?: string;
  /** Passes so many milliseconds. Default: as the machine's clock does. */
  readonly pause?: (ms: number) => Promise<unknown>;
}

/** A light that cannot be had. */
export class LightError extends Error {
  override readonly name = 'LightError';
  readonly code = 'line_not_held';
}

/** The version of the gpioset of this machine. @throws Error of Node where there is none */
export async function findGpioset(program = 'gpioset'): Promise<GpiosetVersion> {
  const { stdout } = await promisify(execFile)(program, ['--version'], { timeout: PROGRAM_LIMIT_MS });
  return /\bv?1\.\d/.test(stdout) ? 1 : 2;
}

/** A line of a GPIO chip, held by gpioset(1) of libgpiod. */
export class GpioLight implements Light {
  readonly #line: Extract<LightSetting, { type: 'gpio' }>;
  readonly #program: string;
  readonly #pause: (ms: number) => Promise<unknown>;
  #version: GpiosetVersion | null = null;
  #holder: ChildProcess | null = null;

  constructor(
    line: Extract<LightSetting, { type: 'gpio' }>,
    { program = 'gpioset', pause = delay }: GpioLightOptions = {},
  ) {
    this.#line = line;
    this.#program = program;
    this.#pause = pause;
  }

  async set(isOn: boolean): Promise<void> {
    this.#version ??= await findGpioset(this.#program);
    await this.#release();
    const { chip, line } = this.#line;
    const level = `${line}=${isOn ? 1 : 0}`;
    const args = this.#version === 1 ? ['--mode=signal', chip, level] : ['--chip', chip, level];
    const holder = spawn('sh', ['-c', HOLD, 'sh', this.#program, ...args], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    holder.stdin?.on('error', () => undefined); // It has ended by itself, which is noticed below.
    this.#holder = holder;
    const hasEnded = await Promise.race([
      once(holder, 'exit').then(() => true),
      this.#pause(SETTLE_MS).then(() => false),
    ]);
    if (hasEnded) throw new LightError(`gpioset does not hold line ${line} of ${chip}`);
  }

  async close(): Promise<void> {
    await this.#release();
  }

  async #release(): Promise<void> {
    const holder = this.#holder;
    this.#holder = null;
    if (holder === null) return;
    const ended = holder.exitCode === null && holder.signalCode === null ? once(holder, 'exit') : null;
    holder.stdin?.end();
    await ended;
  }
}
