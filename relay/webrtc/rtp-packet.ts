/** What stands before the payload of an RTP packet (RFC 3550 §5.1), readable also while the payload is sealed. */
export interface RtpHeader {
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly hasPadding: boolean;
  /** With sources and extension; the payload follows. */
  readonly bytes: number;
}

export const FIXED_HEADER_BYTES = 12;
const VERSION = 2;

/** Reads the header of what seems to be an RTP packet; null where it is none. */
export function parseRtpHeader(packet: Buffer): RtpHeader | null {
  if (packet.length < FIXED_HEADER_BYTES) return null;
  const first = packet.readUInt8(0);
  const second = packet.readUInt8(1);
  const bytes = headerBytes(packet, first);
  if (first >> 6 !== VERSION || bytes > packet.length) return null;
  return {
    payloadType: second & 0x7f,
    marker: second >= 0x80,
    sequenceNumber: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    ssrc: packet.readUInt32BE(8),
    hasPadding: (first & 0x20) !== 0,
    bytes,
  };
}

/** The header with nothing that is optional in it. */
export function encodeRtpHeader({
  payloadType,
  marker,
  sequenceNumber,
  timestamp,
  ssrc,
}: Omit<RtpHeader, 'hasPadding' | 'bytes'>): Buffer {
  const header = Buffer.allocUnsafe(FIXED_HEADER_BYTES);
  header.writeUInt8(VERSION << 6, 0);
  header.writeUInt8((marker ? 0x80 : 0) | payloadType, 1);
  header.writeUInt16BE(sequenceNumber, 2);
  header.writeUInt32BE(timestamp, 4);
  header.writeUInt32BE(ssrc, 8);
  return header;
}

/** The payload without its padding, whose last byte counts it (RFC 3550 §5.1); null where that cannot be. */
export function stripPadding(payload: Buffer, hasPadding: boolean): Buffer | null {
  if (!hasPadding) return payload;
  const padding = payload.at(-1) ?? 0;
  return padding === 0 || padding > payload.length ? null : payload.subarray(0, payload.length - padding);
}

function headerBytes(packet: Buffer, first: number): number {
  const bytes = FIXED_HEADER_BYTES + (first & 0x0f) * 4;
  if ((first & 0x10) === 0) return bytes;
  if (packet.length < bytes + 4) return Number.POSITIVE_INFINITY;
  return bytes + 4 + packet.readUInt16BE(bytes + 2) * 4;
}
