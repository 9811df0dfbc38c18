import { createCipheriv, createDecipheriv } from 'node:crypto';
import { encodeUint } from './dtls-reader.ts';
import { DTLS_1_2, type DtlsRecord } from './dtls-record.ts';

const ALGORITHM = 'aes-128-gcm';
const EXPLICIT_NONCE_BYTES = 8;
const TAG_BYTES = 16;

/** Key of one direction of TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 (RFC 5288 §3). */
export interface RecordKey {
  /** 16 bytes. */
  readonly key: Buffer;
  /** 4 bytes, the implicit part of the nonce. */
  readonly iv: Buffer;
}

/** Encrypts the fragment of a record whose number has not been used with this key. */
export function sealRecord({ key, iv }: RecordKey, record: DtlsRecord): DtlsRecord {
  const explicit = recordNumber(record);
  const cipher = createCipheriv(ALGORITHM, key, Buffer.concat([iv, explicit]), { authTagLength: TAG_BYTES });
  cipher.setAAD(additionalData(record, record.fragment.length));
  const sealed = Buffer.concat([
    explicit,
    cipher.update(record.fragment),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  return { ...record, fragment: sealed };
}

/** Plaintext of a record, or null where its tag does not fit. */
export function openRecord({ key, iv }: RecordKey, record: DtlsRecord): Buffer | null {
  const length = record.fragment.length - EXPLICIT_NONCE_BYTES - TAG_BYTES;
  if (length < 0) return null;
  const nonce = Buffer.concat([iv, record.fragment.subarray(0, EXPLICIT_NONCE_BYTES)]);
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(additionalData(record, length));
  decipher.setAuthTag(record.fragment.subarray(EXPLICIT_NONCE_BYTES + length));
  const plain = decipher.update(
    record.fragment.subarray(EXPLICIT_NONCE_BYTES, EXPLICIT_NONCE_BYTES + length),
  );
  try {
    return Buffer.concat([plain, decipher.final()]);
  } catch {
    return null;
  }
}

/** Epoch and sequence number: the `seq_num` of RFC 6347 §4.1.2.1. */
function recordNumber({ epoch, sequence }: DtlsRecord): Buffer {
  return Buffer.concat([encodeUint(epoch, 2), encodeUint(sequence, 6)]);
}

/** RFC 5246 §6.2.3.3. */
function additionalData(record: DtlsRecord, plainLength: number): Buffer {
  return Buffer.concat([
    recordNumber(record),
    encodeUint(record.type, 1),
    encodeUint(DTLS_1_2, 2),
    encodeUint(plainLength, 2),
  ]);
}
