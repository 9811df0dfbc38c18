import { createHash, createHmac } from 'node:crypto';
import type { RecordKey } from './dtls-protection.ts';
import { DtlsReader } from './dtls-reader.ts';

const KEY_BYTES = 16;
const IV_BYTES = 4;
const MASTER_SECRET_BYTES = 48;
const VERIFY_DATA_BYTES = 12;

/** The two random values of a handshake, 32 bytes each. */
export interface Randoms {
  readonly client: Buffer;
  readonly server: Buffer;
}

/** Keys of both directions. */
export interface RecordKeys {
  readonly client: RecordKey;
  readonly server: RecordKey;
}

/** SHA-256 of the handshake so far. */
export function transcriptHash(messages: readonly Buffer[]): Buffer {
  const hash = createHash('sha256');
  for (const message of messages) hash.update(message);
  return hash.digest();
}

/** Master secret bound to the whole handshake up to ClientKeyExchange (RFC 7627 §4). */
export function deriveMasterSecret(premaster: Buffer, sessionHash: Buffer): Buffer {
  return prf(premaster, 'extended master secret', sessionHash, MASTER_SECRET_BYTES);
}

/** Record keys (RFC 5246 §6.3, RFC 5288 §3). */
export function deriveRecordKeys(master: Buffer, { client, server }: Randoms): RecordKeys {
  const seed = Buffer.concat([server, client]);
  const block = new DtlsReader(prf(master, 'key expansion', seed, 2 * (KEY_BYTES + IV_BYTES)));
  const [clientKey, serverKey] = [block.take(KEY_BYTES), block.take(KEY_BYTES)];
  return {
    client: { key: clientKey, iv: block.take(IV_BYTES) },
    server: { key: serverKey, iv: block.take(IV_BYTES) },
  };
}

/** verify_data of a Finished message (RFC 5246 §7.4.9). */
export function deriveVerifyData(master: Buffer, sender: 'client' | 'server', hash: Buffer): Buffer {
  return prf(master, `${sender} finished`, hash, VERIFY_DATA_BYTES);
}

/** Keying material for SRTP (RFC 5705 §4, RFC 5764 §4.2). */
export function exportKeyingMaterial(master: Buffer, { client, server }: Randoms, length: number): Buffer {
  return prf(master, 'EXTRACTOR-dtls_srtp', Buffer.concat([client, server]), length);
}

/** The PRF of TLS 1.2 with SHA-256 (RFC 5246 §5). */
export function prf(secret: Buffer, label: string, seed: Buffer, length: number): Buffer {
  const labelled = Buffer.concat([Buffer.from(label, 'ascii'), seed]);
  const blocks: Buffer[] = [];
  let a = labelled;
  for (let have = 0; have < length; have += 32) {
    a = createHmac('sha256', secret).update(a).digest();
    blocks.push(createHmac('sha256', secret).update(a).update(labelled).digest());
  }
  return Buffer.concat(blocks).subarray(0, length);
}
