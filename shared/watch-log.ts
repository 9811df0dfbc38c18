import { type PublicJwk, thumbprintOf } from './crypto.ts';
import { ProtocolError } from './protocol-error.ts';
import { hashWatchEntry, verifyWatchEntry, type WatchEntry, type WatchedCamera } from './watch-entry.ts';

/** One entry by number and hash: whoever has kept it notices when the log before it is no longer the same. */
export interface WatchPoint {
  readonly seq: number;
  readonly hash: string;
}

/** Why a log is not to be believed. */
export type WatchLogFault =
  /** Not of the form that the protocol gives. */
  | 'malformed'
  /** Not signed by this camera. */
  | 'bad_signature'
  /** The same number again, or a lower one. */
  | 'out_of_order'
  /** Entries are missing in between. */
  | 'gap'
  /** An entry follows another one than that before it. */
  | 'broken_chain'
  /** It ends before what was seen already, or says something else there. */
  | 'rolled_back';

/** What came of checking a part of a log. */
export type WatchLogVerdict =
  | {
      readonly type: 'authentic';
      /** Oldest first. */
      readonly entries: readonly WatchEntry[];
      /** The newest of them, to be kept for the next time; null where there are none. */
      readonly head: WatchPoint | null;
      /** Whether they reach back to the point that was known, so that nothing between is unseen; false without one. */
      readonly isLinked: boolean;
    }
  | {
      readonly type: 'faulty';
      readonly code: WatchLogFault;
      /** Which of the entries is the first that is wrong, from 0; their number when one is missing at the end. */
      readonly index: number;
    };

export interface VerifyOptions {
  /** A point that was seen before; without it a log that has gone back cannot be noticed. */
  readonly from?: WatchPoint;
}

/**
 * Checks consecutive lines of a camera's log, oldest first: the whole of it or any part. Order is that of `seq` alone:
 * the times are those of the camera's clock, which may have been set back.
 */
export async function verifyWatchLog(
  lines: readonly unknown[],
  cameraJwk: PublicJwk,
  { from }: VerifyOptions = {},
): Promise<WatchLogVerdict> {
  const camera = { publicJwk: cameraJwk, thumbprint: await thumbprintOf(cameraJwk) };
  const entries: WatchEntry[] = [];
  const points: WatchPoint[] = [];
  for (const [index, line] of lines.entries()) {
    const checked = await checkWatchLine(line, camera, points.at(-1) ?? null);
    if (typeof checked === 'string') return { type: 'faulty', code: checked, index };
    entries.push(checked.entry);
    points.push(checked.point);
  }
  return compareToPoint(entries, points, from);
}

/** Checks one line and that it follows `previous` (null: nothing is known of what is before it). */
export async function checkWatchLine(
  line: unknown,
  camera: WatchedCamera,
  previous: WatchPoint | null,
): Promise<{ readonly entry: WatchEntry; readonly point: WatchPoint } | WatchLogFault> {
  const entry = await verifyWatchEntry(line, camera).catch(faultOf);
  if (typeof entry === 'string') return entry;
  const fault = previous && chainFault(previous, entry);
  if (fault) return fault;
  return { entry, point: { seq: entry.seq, hash: await hashWatchEntry(entry, camera.thumbprint) } };
}

/** The verdict on a chain that holds in itself, given what was known before; `points` are those of `entries`. */
export function compareToPoint(
  entries: readonly WatchEntry[],
  points: readonly WatchPoint[],
  from: WatchPoint | undefined,
): WatchLogVerdict {
  const head = points.at(-1) ?? null;
  const [first] = entries;
  if (from === undefined) return { type: 'authentic', entries, head, isLinked: false };
  if (!first || !head || head.seq < from.seq) {
    return { type: 'faulty', code: 'rolled_back', index: entries.length };
  }
  const index = from.seq - first.seq;
  const hash = index === -1 ? first.prev : points[index]?.hash;
  if (hash !== undefined && hash !== from.hash) {
    return { type: 'faulty', code: 'rolled_back', index: Math.max(index, 0) };
  }
  return { type: 'authentic', entries, head, isLinked: hash !== undefined };
}

function chainFault(previous: WatchPoint, { seq, prev }: WatchEntry): WatchLogFault | null {
  if (seq <= previous.seq) return 'out_of_order';
  if (seq > previous.seq + 1) return 'gap';
  return prev === previous.hash ? null : 'broken_chain';
}

/** What a line that was refused is called. */
export function faultOf(error: unknown): WatchLogFault {
  if (!(error instanceof ProtocolError)) throw error;
  return error.code === 'not_authentic' ? 'bad_signature' : 'malformed';
}
