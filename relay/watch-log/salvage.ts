import { createHash } from 'node:crypto';
import {
  hashWatchEntry,
  MAX_WATCH_LINE_CHARS,
  parseWatchClaims,
  verifyWatchEntry,
  type WatchEntry,
  type WatchedCamera,
} from '#shared/watch-entry.ts';
import type { WatchPoint } from '#shared/watch-log.ts';
import { bytesOf } from './watch-chain.ts';

/** The canonical base64url of 64 bytes: the last character carries two bits. */
const SIGNATURE = /^[\w-]{85}[AQgw]$/;

/** What of a file's text is a log. */
export interface Salvaged {
  /** The newest lines that hold together, oldest first. */
  readonly lines: readonly string[];
  /** What they say. */
  readonly entries: readonly WatchEntry[];
  /** The newest of them; null where there are none. */
  readonly head: WatchPoint | null;
  /** Whether there is more in the text than these lines and one that a power cut left unfinished. */
  readonly isDamaged: boolean;
  /** Whether older entries are missing, and no entry says that they were dropped. */
  readonly isBeheaded: boolean;
  /** How many of the lines are in the file with their end, and the bytes at its start that they take; 0 when damaged. */
  readonly wholeLines: number;
  readonly wholeBytes: number;
}

/**
 * Finds the log in a text. One signature is checked, that of the newest line: the chain of hashes before it says that all
 * others are what the camera once signed. Lines before a break in that chain are left to the file that is kept aside.
 */
export async function salvage(text: string, camera: WatchedCamera): Promise<Salvaged> {
  const whole = text.split('\n');
  const unfinished = whole.pop() ?? '';
  const candidates = unfinished === '' ? whole : [...whole, unfinished];
  const newest = await findAuthentic(candidates, camera);
  const entries = newest.entry ? chainBefore(candidates, newest.index, newest.entry) : [];
  const oldest = newest.index + 1 - entries.length;
  const lines = candidates.slice(oldest, newest.index + 1);
  const rest = candidates.slice(newest.index + 1);
  // A file begins whole, and entries come to it in one write: what a power cut leaves is part of a line after others.
  const isPart = rest.length === 1 && unfinished !== '' && unfinished.length <= MAX_WATCH_LINE_CHARS;
  const isDamaged = oldest > 0 || (rest.length > 0 && !(isPart && lines.length > 0));
  const head = entries.at(-1);
  const wholeLines = isDamaged ? 0 : Math.min(lines.length, whole.length);
  return {
    lines,
    entries,
    head: head ? { seq: head.seq, hash: await hashWatchEntry(head, camera.thumbprint) } : null,
    isDamaged,
    isBeheaded: (entries[0]?.seq ?? 0) !== firstStated(entries),
    wholeLines,
    wholeBytes: bytesOf(lines.slice(0, wholeLines)),
  };
}

/** The number that the oldest entry of a log must have: 0, or what the last `dropped` says. */
function firstStated(entries: readonly WatchEntry[]): number {
  const dropped = entries.findLast((entry) => entry.type === 'dropped');
  return dropped?.first ?? 0;
}

async function findAuthentic(
  lines: readonly string[],
  camera: WatchedCamera,
): Promise<{ readonly index: number; readonly entry: WatchEntry | null }> {
  for (const [index, line] of [...lines.entries()].reverse()) {
    const entry = await verifyWatchEntry(line, camera).catch(() => null);
    if (entry) return { index, entry };
  }
  return { index: -1, entry: null };
}

/** The entries that lead up to `newest` without a break, itself included. */
function chainBefore(lines: readonly string[], index: number, newest: WatchEntry): readonly WatchEntry[] {
  const backwards = [newest];
  let next = newest;
  for (const line of lines.slice(0, index).reverse()) {
    const entry = parsePredecessor(line, next);
    if (!entry) break;
    backwards.push(entry);
    next = entry;
  }
  return backwards.reverse();
}

/** What the line says, if it is the one before `next`. Node's own hash and decoder: a log has two thousand lines. */
function parsePredecessor(line: string, next: WatchEntry): WatchEntry | null {
  const end = line.lastIndexOf('.');
  const hash = createHash('sha256').update(line.slice(0, end)).digest('base64url');
  if (hash !== next.prev || !SIGNATURE.test(line.slice(end + 1))) return null;
  try {
    const claims = Buffer.from(line.slice(line.indexOf('.') + 1, end), 'base64url').toString('utf8');
    return parseWatchClaims(JSON.parse(claims));
  } catch {
    return null;
  }
}
