import { createReadStream } from 'node:fs';
import { MAX_WATCH_LINE_CHARS, type WatchEntry, type WatchedCamera } from '#shared/watch-entry.ts';
import { checkWatchLine, type WatchLogFault, type WatchPoint } from '#shared/watch-log.ts';
import { isMissing } from '../storage/atomic-file.ts';

/** What a check of a whole log found, up to its first fault. */
export interface WatchLogReport {
  /** How many entries are authentic. */
  readonly entries: number;
  /** How many viewings began in them. */
  readonly viewings: number;
  /** How often the camera itself has found its log damaged. */
  readonly damages: number;
  readonly oldest: WatchEntry | null;
  readonly newest: WatchEntry | null;
  /** The newest entry by number and hash, as a phone keeps it. */
  readonly head: WatchPoint | null;
  /** What is wrong first, and in which line, from 1; a `gap` in line 1 is a log without its beginning. */
  readonly fault: { readonly code: WatchLogFault; readonly line: number } | null;
  /** Whether the last line has no end: the camera is writing it, or lost its power while it did. */
  readonly isUnfinished: boolean;
}

/**
 * Checks every signature of a log file, and its chain; null where there is no such file. Changes nothing, so it may run
 * beside the camera.
 * @throws Error of Node when the file cannot be read
 */
export async function verifyWatchLogFile(
  path: string,
  camera: WatchedCamera,
): Promise<WatchLogReport | null> {
  const check = new Check(camera);
  try {
    for await (const { text, isWhole } of linesOf(path)) {
      if (!isWhole && text.length <= MAX_WATCH_LINE_CHARS) check.isUnfinished = true;
      else if (!(await check.add(text))) break;
    }
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  return check.report();
}

class Check {
  isUnfinished = false;
  readonly #camera: WatchedCamera;
  readonly #counts = { entries: 0, viewings: 0, damages: 0 };
  #oldest: WatchEntry | null = null;
  #newest: WatchEntry | null = null;
  #head: WatchPoint | null = null;
  /** The number that the oldest entry must have, by the newest that says so. */
  #firstStated = 0;
  #fault: WatchLogReport['fault'] = null;

  constructor(camera: WatchedCamera) {
    this.#camera = camera;
  }

  /** Whether the line is as it should be. */
  async add(line: string): Promise<boolean> {
    const checked = await checkWatchLine(line, this.#camera, this.#head);
    if (typeof checked === 'string') {
      this.#fault = { code: checked, line: this.#counts.entries + 1 };
      return false;
    }
    this.#count(checked.entry);
    this.#head = checked.point;
    return true;
  }

  report(): WatchLogReport {
    const isBeheaded = (this.#oldest?.seq ?? 0) !== this.#firstStated;
    return {
      ...this.#counts,
      oldest: this.#oldest,
      newest: this.#newest,
      head: this.#head,
      fault: this.#fault ?? (isBeheaded ? { code: 'gap', line: 1 } : null),
      isUnfinished: this.isUnfinished,
    };
  }

  #count(entry: WatchEntry): void {
    this.#oldest ??= entry;
    this.#newest = entry;
    this.#counts.entries += 1;
    if (entry.type === 'started') this.#counts.viewings += 1;
    if (entry.type === 'opened' && entry.after === 'damaged') this.#counts.damages += 1;
    if (entry.type !== 'dropped') return;
    this.#firstStated = entry.first;
    if (entry.why === 'damaged') this.#counts.damages += 1;
  }
}

/** The lines of a file as they are read; one that is longer than any of ours comes in parts. */
async function* linesOf(path: string): AsyncGenerator<{ readonly text: string; readonly isWhole: boolean }> {
  let rest = '';
  for await (const chunk of createReadStream(path, 'latin1')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) yield { text, isWhole: true };
    if (rest.length > MAX_WATCH_LINE_CHARS) yield { text: rest, isWhole: false };
  }
  if (rest !== '') yield { text: rest, isWhole: false };
}
