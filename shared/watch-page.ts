import * as v from 'valibot';
import { encodeUtf8 } from './bytes.ts';
import { hashOf, type PublicJwk, thumbprintOf, verify } from './crypto.ts';
import { ProtocolError } from './protocol-error.ts';
import {
  isSignature,
  parseWatchEntry,
  parseWatchEvent,
  placeWatchEvent,
  signingInputOf,
  type WatchEntry,
  type WatchEvent,
} from './watch-entry.ts';
import {
  compareToPoint,
  faultOf,
  type VerifyOptions,
  type WatchLogVerdict,
  type WatchPoint,
} from './watch-log.ts';

/** So many of a household of four fit an envelope; of a hundred different phones, half as many. */
export const MAX_PAGE_ENTRIES = 40;
/** With signature and base64 an envelope inflates to a third more, of at most 20,480. */
const MAX_PAGE_BYTES = 12_288;

/**
 * Consecutive entries as they travel. Each `prev` but the first follows from what is before it, and the signature of the
 * newest vouches for all: of whole lines six would fit an envelope.
 */
export interface WatchPage {
  /** Number of the oldest entry in it, and the hash of the one before that. */
  readonly seq: number;
  readonly prev: string | null;
  /** Oldest first. */
  readonly events: readonly WatchEvent[];
  /** That of the newest entry's line. */
  readonly sig: string;
}

const schema = v.strictObject({
  seq: v.number(),
  prev: v.nullable(v.string()),
  events: v.pipe(v.array(v.unknown()), v.minLength(1), v.maxLength(MAX_PAGE_ENTRIES)),
  sig: v.pipe(v.string(), v.check(isSignature)),
});

/**
 * The page of the newest of these consecutive lines, as many as it may carry; null where there are none.
 * @throws ProtocolError `malformed` when a line is none.
 */
export function encodeWatchPage(lines: readonly string[]): WatchPage | null {
  const claimed = lines.slice(-MAX_PAGE_ENTRIES).map(parseWatchEntry);
  const fitting = claimed.slice(firstThatFits(claimed.map(({ entry }) => entry)));
  const [oldest] = fitting;
  const newest = fitting.at(-1);
  if (!oldest || !newest) return null;
  const { seq, prev } = oldest.entry;
  return { seq, prev, events: fitting.map(({ entry }) => saidBy(entry)), sig: newest.signature };
}

/**
 * Checks a page that a camera sent: all of it is authentic, or nothing. `from` may be an older point, which the page
 * must not contradict, or for an older page the entry before the one that is known.
 */
export async function verifyWatchPage(
  value: unknown,
  cameraJwk: PublicJwk,
  { from }: VerifyOptions = {},
): Promise<WatchLogVerdict> {
  try {
    const { entries, points, token } = await rebuild(value, await thumbprintOf(cameraJwk));
    await verify(token, cameraJwk);
    return compareToPoint(entries, points, from);
  } catch (error) {
    return { type: 'faulty', code: faultOf(error), index: 0 };
  }
}

/** Index of the oldest entry from which on all have room. */
function firstThatFits(entries: readonly WatchEntry[]): number {
  let room = MAX_PAGE_BYTES;
  const tooMuch = entries.findLastIndex((entry) => {
    room -= encodeUtf8(JSON.stringify(saidBy(entry))).byteLength + 1;
    return room < 0;
  });
  return tooMuch + 1;
}

function saidBy({ seq: _seq, prev: _prev, ...said }: WatchEntry): WatchEvent {
  return said;
}

interface Rebuilt {
  readonly entries: readonly WatchEntry[];
  readonly points: readonly WatchPoint[];
  /** The newest entry's line. */
  readonly token: string;
}

async function rebuild(value: unknown, thumbprint: string): Promise<Rebuilt> {
  const page = parsePage(value);
  const entries: WatchEntry[] = [];
  const points: WatchPoint[] = [];
  let input = '';
  for (const [index, said] of page.events.entries()) {
    const prev = points.at(-1)?.hash ?? page.prev;
    const entry = placeWatchEvent({ seq: page.seq + index, prev }, parseWatchEvent(said));
    input = signingInputOf(entry, thumbprint);
    entries.push(entry);
    points.push({ seq: entry.seq, hash: await hashOf(input) });
  }
  return { entries, points, token: `${input}.${page.sig}` };
}

function parsePage(value: unknown): v.InferOutput<typeof schema> {
  try {
    return v.parse(schema, value);
  } catch (cause) {
    throw new ProtocolError('malformed', 'not a page of a watch log', { cause });
  }
}
