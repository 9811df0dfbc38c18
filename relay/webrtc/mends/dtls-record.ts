import { encodeUint } from './dtls-reader.ts';

/** RFC 5246 §6.2.1. */
export const ContentType = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const;

/** DTLS 1.2 on the wire (RFC 6347 §4.1). */
export const DTLS_1_2 = 0xfefd;
/** A first ClientHello may come in a DTLS 1.0 record (RFC 6347 §4.2.1). */
const DTLS_1_0 = 0xfeff;

const HEADER_BYTES = 13;
/** RFC 5246 §6.2.3: plaintext of 2^14 and at most 2,048 of expansion. */
const MAX_FRAGMENT_BYTES = 2 ** 14 + 2048;
/** No peer packs more records into one datagram of a handshake; the rest is work for nothing. */
const MAX_RECORDS = 32;

/** One DTLS record, still as it was on the wire. */
export interface DtlsRecord {
  readonly type: number;
  readonly epoch: number;
  /** 48 bits, counted within the epoch. */
  readonly sequence: number;
  readonly fragment: Buffer;
}

/** Records of one datagram; what is not a well-formed record is left out (RFC 6347 §4.1.2.7). */
export function parseRecords(datagram: Buffer): DtlsRecord[] {
  const records: DtlsRecord[] = [];
  let at = 0;
  while (records.length < MAX_RECORDS && at + HEADER_BYTES <= datagram.length) {
    const length = datagram.readUInt16BE(at + 11);
    const end = at + HEADER_BYTES + length;
    if (length > MAX_FRAGMENT_BYTES || end > datagram.length) break;
    const version = datagram.readUInt16BE(at + 1);
    if (version === DTLS_1_2 || version === DTLS_1_0) {
      records.push({
        type: datagram.readUInt8(at),
        epoch: datagram.readUInt16BE(at + 3),
        sequence: datagram.readUIntBE(at + 5, 6),
        fragment: datagram.subarray(at + HEADER_BYTES, end),
      });
    }
    at = end;
  }
  return records;
}

/** Bytes of one record. */
export function encodeRecord({ type, epoch, sequence, fragment }: DtlsRecord): Buffer {
  return Buffer.concat([
    encodeUint(type, 1),
    encodeUint(DTLS_1_2, 2),
    encodeUint(epoch, 2),
    encodeUint(sequence, 6),
    encodeUint(fragment.length, 2),
    fragment,
  ]);
}
