import { NOT_RECEIVED, type TransportFeedback } from '../../relay/webrtc/congestion/transport-feedback.ts';

const TRANSPORT_NUMBER_URI = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';
/** Beside those that the stock client uses. */
const EXTENSION_ID = 9;
const FIXED_HEADER_BYTES = 12;
const HAS_EXTENSION = 0x10;
const REFERENCE_UNIT_MS = 64;
const TICKS_A_MS = 4;

/** An offer of the stock client, with reports on every packet offered too, as browsers do. */
export function offerReports(sdp: string): string {
  return sdp
    .replace('a=rtcp-fb:96 goog-remb', 'a=rtcp-fb:96 goog-remb\r\na=rtcp-fb:96 transport-cc')
    .replace(/^a=extmap:1 /m, `a=extmap:${EXTENSION_ID} ${TRANSPORT_NUMBER_URI}\r\na=extmap:1 `);
}

/** Notes when packets arrive, and tells of them as a browser does (draft-holmer-rmcat-transport-wide-cc-extensions-01). */
export class ArrivalReports {
  readonly #arrivals = new Map<number, number>();
  #next: number | null = null;
  #newest = 0;
  #count = 0;

  /** Takes a datagram of the picture; what has no transport-wide number is passed over. */
  note(datagram: Buffer, nowMs: number): void {
    const sequenceNumber = readTransportNumber(datagram);
    if (sequenceNumber === null) return;
    const near = this.#next === null ? sequenceNumber : this.#newest;
    const number = near + (((sequenceNumber - near) << 16) >> 16);
    this.#next ??= number;
    this.#newest = Math.max(this.#newest, number);
    if (number >= this.#next) this.#arrivals.set(number, nowMs);
  }

  /** What has arrived since the last report; null when nothing has. */
  take(): TransportFeedback | null {
    const base = this.#next;
    const first = this.#arrivals.values().next();
    if (base === null || first.done) return null;
    const referenceTime = Math.floor(first.value / REFERENCE_UNIT_MS);
    let ticks = referenceTime * REFERENCE_UNIT_MS * TICKS_A_MS;
    const deltas = Int32Array.from({ length: this.#newest + 1 - base }, (_, offset) => {
      const atMs = this.#arrivals.get(base + offset);
      if (atMs === undefined) return NOT_RECEIVED;
      const delta = Math.round(atMs * TICKS_A_MS) - ticks;
      ticks += delta;
      return delta;
    });
    this.#arrivals.clear();
    this.#next = this.#newest + 1;
    return {
      baseSequenceNumber: base & 0xffff,
      referenceTime: referenceTime & 0xff_ffff,
      feedbackCount: this.#count++ & 0xff,
      deltas,
    };
  }
}

/** Of a plain header with one-byte elements (RFC 8285 §4.2). */
function readTransportNumber(datagram: Buffer): number | null {
  if (((datagram[0] ?? 0) & HAS_EXTENSION) === 0) return null;
  const end = FIXED_HEADER_BYTES + 4 + datagram.readUInt16BE(FIXED_HEADER_BYTES + 2) * 4;
  for (let at = FIXED_HEADER_BYTES + 4; at < end; ) {
    const head = datagram[at] ?? 0;
    if (head >> 4 === EXTENSION_ID) return datagram.readUInt16BE(at + 1);
    at += head === 0 ? 1 : 2 + (head & 0xf);
  }
  return null;
}
