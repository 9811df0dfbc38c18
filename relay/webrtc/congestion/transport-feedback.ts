/** What a viewer says about the arrival of each packet (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1). */
export interface TransportFeedback {
  /** Transport-wide sequence number of the first packet told of, 16 bits. */
  readonly baseSequenceNumber: number;
  /** Multiples of 64 ms on the viewer's clock, 24 bits; the deltas begin here. */
  readonly referenceTime: number;
  /** Counts feedback packets, 8 bits. */
  readonly feedbackCount: number;
  /** For each packet from the base on: multiples of 250 us since the one received before, or {@link NOT_RECEIVED}. */
  readonly deltas: Int32Array;
}

/** Stands for the delta of a packet that has not arrived; no delta of 16 bits is as small. */
export const NOT_RECEIVED = -0x8000_0000;

/** As many packets as we remember; a viewer that tells of more has nothing to say that we could use. */
const MAX_PACKETS = 4096;
const FIRST_CHUNK = 20;
const SMALL_DELTA = 1;
const LARGE_DELTA = 2;

/** Reads a whole RTCP packet of type 205, format 15; null when it is damaged. */
export function parseTransportFeedback(packet: Buffer): TransportFeedback | null {
  if (packet.length < FIRST_CHUNK) return null;
  const count = packet.readUInt16BE(14);
  if (count === 0 || count > MAX_PACKETS) return null;
  const deltas = new Int32Array(count);
  const end = readStatuses(packet, deltas);
  if (end === null || !readDeltas(packet, end, deltas)) return null;
  return {
    baseSequenceNumber: packet.readUInt16BE(12),
    referenceTime: packet.readUIntBE(16, 3),
    feedbackCount: packet.readUInt8(19),
    deltas,
  };
}

/** Fills in a symbol for each packet; where the deltas begin, or null when chunks are missing. */
function readStatuses(packet: Buffer, symbols: Int32Array): number | null {
  let at = FIRST_CHUNK;
  for (let index = 0; index < symbols.length; at += 2) {
    if (at + 2 > packet.length) return null;
    const chunk = packet.readUInt16BE(at);
    if (chunk < 0x8000) {
      const end = index + (chunk & 0x1fff);
      if (end === index) return null;
      symbols.fill(chunk >> 13, index, end);
      index = end;
    } else {
      const bits = chunk & 0x4000 ? 2 : 1;
      for (let shift = 14 - bits; shift >= 0; shift -= bits) {
        if (index < symbols.length) symbols[index++] = (chunk >> shift) & (bits === 2 ? 3 : 1);
      }
    }
  }
  return at;
}

/** Puts deltas in place of the symbols; false when bytes are missing or a symbol is the reserved one. */
function readDeltas(packet: Buffer, start: number, deltas: Int32Array): boolean {
  let at = start;
  for (const [index, symbol] of deltas.entries()) {
    if (symbol === 0) {
      deltas[index] = NOT_RECEIVED;
    } else if (symbol === SMALL_DELTA && at + 1 <= packet.length) {
      deltas[index] = packet.readUInt8(at);
      at += 1;
    } else if (symbol === LARGE_DELTA && at + 2 <= packet.length) {
      deltas[index] = packet.readInt16BE(at);
      at += 2;
    } else {
      return false;
    }
  }
  return true;
}

/** Who speaks of which stream. */
export interface FeedbackAddress {
  readonly senderSsrc: number;
  readonly mediaSsrc: number;
}

/** Writes what {@link parseTransportFeedback} reads, as one RTCP packet. */
export function encodeTransportFeedback(
  feedback: TransportFeedback,
  { senderSsrc, mediaSsrc }: FeedbackAddress,
): Buffer {
  const symbols = Array.from(feedback.deltas, symbolOf);
  const chunks = encodeChunks(symbols);
  const deltaBytes = symbols.reduce((sum, symbol) => sum + symbol, 0);
  const packet = Buffer.alloc(Math.ceil((FIRST_CHUNK + chunks.length * 2 + deltaBytes) / 4) * 4);
  packet.writeUInt8(0x8f, 0);
  packet.writeUInt8(205, 1);
  packet.writeUInt16BE(packet.length / 4 - 1, 2);
  packet.writeUInt32BE(senderSsrc, 4);
  packet.writeUInt32BE(mediaSsrc, 8);
  packet.writeUInt16BE(feedback.baseSequenceNumber, 12);
  packet.writeUInt16BE(symbols.length, 14);
  packet.writeUIntBE(feedback.referenceTime, 16, 3);
  packet.writeUInt8(feedback.feedbackCount, 19);
  let at = FIRST_CHUNK;
  for (const chunk of chunks) at = packet.writeUInt16BE(chunk, at);
  for (const delta of feedback.deltas) {
    if (delta === NOT_RECEIVED) continue;
    at = symbolOf(delta) === SMALL_DELTA ? packet.writeUInt8(delta, at) : packet.writeInt16BE(delta, at);
  }
  return packet;
}

/** 0 for a lost packet; otherwise as many as its delta takes bytes. */
function symbolOf(delta: number): number {
  if (delta === NOT_RECEIVED) return 0;
  return delta >= 0 && delta <= 0xff ? SMALL_DELTA : LARGE_DELTA;
}

/** Run lengths where seven or more are alike, otherwise vectors of two-bit symbols, or of one-bit ones where they will do. */
function encodeChunks(symbols: readonly number[]): number[] {
  const chunks: number[] = [];
  for (let at = 0; at < symbols.length; ) {
    const run = runLength(symbols, at);
    const isNarrow = symbols.slice(at, at + 14).every((symbol) => symbol < LARGE_DELTA);
    const length = run >= 7 ? run : isNarrow ? 14 : 7;
    if (run >= 7) chunks.push(((symbols[at] ?? 0) << 13) | run);
    else chunks.push(encodeVector(symbols.slice(at, at + length), isNarrow ? 1 : 2));
    at += length;
  }
  return chunks;
}

function runLength(symbols: readonly number[], start: number): number {
  let end = start;
  while (end < symbols.length && end - start < 0x1fff && symbols[end] === symbols[start]) end++;
  return end - start;
}

function encodeVector(symbols: readonly number[], bits: 1 | 2): number {
  const head = bits === 1 ? 0x8000 : 0xc000;
  return symbols.reduce((chunk, symbol, index) => chunk | (symbol << (14 - bits * (index + 1))), head);
}
