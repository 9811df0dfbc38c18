import * as v from 'valibot';
import type { Clock } from '#shared/clock.ts';
import { numericDate } from '#shared/message-fields.ts';
import { errorCode, type Log } from '../log.ts';
import { readPrivateFile, setAside, writeAtomically } from '../storage/atomic-file.ts';

const clockFile = v.strictObject({
  version: v.literal(1),
  floor: numericDate,
});

export interface ClockFloorOptions {
  readonly path: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** The time that was trusted last, kept over restarts: a clock that shows less is wrong. */
export class ClockFloor {
  readonly #options: ClockFloorOptions;

  constructor(options: ClockFloorOptions) {
    this.#options = options;
  }

  /**
   * NumericDate; 0 where none is kept. Never fails, for it says nothing of owners and must not keep a camera shut: a
   * damaged file is set aside, and one that cannot be read counts as none.
   */
  async read(): Promise<number> {
    const { path, log } = this.#options;
    try {
      const text = await readPrivateFile(path);
      return text === null ? 0 : await this.#parse(text);
    } catch (error) {
      log.warn('clock floor not read', { code: errorCode(error) });
      return 0;
    }
  }

  /**
   * Keeps a floor, NumericDate; resolves when it is safely on disk.
   * @throws Error of Node when it cannot be.
   */
  async write(floorS: number): Promise<void> {
    await writeAtomically(this.#options.path, `${JSON.stringify({ version: 1, floor: floorS })}\n`);
  }

  async #parse(text: string): Promise<number> {
    const { path, clock, log } = this.#options;
    try {
      return v.parse(clockFile, JSON.parse(text)).floor;
    } catch {
      log.warn('clock floor damaged', { file: await setAside(path, clock.nowMs()) });
      return 0;
    }
  }
}
