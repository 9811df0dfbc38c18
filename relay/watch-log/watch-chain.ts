import type { Identity } from '#shared/envelope.ts';
import { encodeWatchEntry, hashWatchEntry, placeWatchEvent, type WatchEvent } from '#shared/watch-entry.ts';
import type { WatchPoint } from '#shared/watch-log.ts';

/** The lines of a log as the camera has them, each following the one before. Appends take turns: one at a time. */
export class WatchChain {
  readonly #identity: Identity;
  readonly #lines: string[];
  #head: WatchPoint | null;
  #bytes: number;

  /** `lines` end with the entry at `head`; both are empty where there is nothing yet. */
  constructor(identity: Identity, lines: readonly string[], head: WatchPoint | null) {
    this.#identity = identity;
    this.#lines = [...lines];
    this.#head = head;
    this.#bytes = bytesOf(lines);
  }

  /** The newest entry; null where there is none. */
  get head(): WatchPoint | null {
    return this.#head;
  }

  /** The number that the next entry gets. */
  get next(): number {
    return (this.#head?.seq ?? -1) + 1;
  }

  /** The number of the oldest entry that is still here. */
  get first(): number {
    return this.next - this.#lines.length;
  }

  /** What all lines come to in a file. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The lines from entry `start` on to the one before `end`, oldest first. */
  lines(start = this.first, end = this.next): readonly string[] {
    return this.#lines.slice(Math.max(start - this.first, 0), Math.max(end - this.first, 0));
  }

  /**
   * Signs an event and adds it; resolves with its number.
   * @throws ProtocolError `malformed` when nobody could read it; then nothing is added.
   */
  async append(said: WatchEvent): Promise<number> {
    const entry = placeWatchEvent({ seq: this.next, prev: this.#head?.hash ?? null }, said);
    const line = await encodeWatchEntry(entry, this.#identity);
    const hash = await hashWatchEntry(entry, this.#identity.thumbprint);
    this.#lines.push(inOnePiece(line));
    this.#head = { seq: entry.seq, hash };
    this.#bytes += bytesOf([line]);
    return entry.seq;
  }

  /** Lets go of the oldest lines until the others have `bytes` at most. */
  dropDownTo(bytes: number): void {
    while (this.#bytes > bytes) this.#bytes -= bytesOf(this.#lines.splice(0, 1));
  }
}

/** A text that was joined keeps all its parts, and what these were cut from: thrice as much memory, for as long as it lives. */
function inOnePiece(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

/** Bytes of lines in a file: they are base64url, and each has its end. */
export function bytesOf(lines: readonly string[]): number {
  return lines.reduce((total, line) => total + line.length + 1, 0);
}

/** Lines as a file holds them. */
export function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
