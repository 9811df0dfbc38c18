import { createDecipheriv } from 'node:crypto';
import { MAX_ENVELOPE_BYTES } from '#shared/envelope.ts';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Whether an envelope's authentication tag holds (RFC 7516 §5.2, A256GCM), decided in one synchronous step of some
 * 40 microseconds. Whoever floods a topic without its key is refused here, before any promise, inflation or public-key work.
 */
export function isSealedWith(key: Uint8Array, payload: Uint8Array): boolean {
  if (payload.byteLength > MAX_ENVELOPE_BYTES) return false;
  const [header, , iv, ciphertext, tag] = Buffer.from(payload).toString('latin1').split('.');
  if (!header || !iv || !ciphertext || !tag) return false;
  const nonce = Buffer.from(iv, 'base64url');
  const seal = Buffer.from(tag, 'base64url');
  if (nonce.byteLength !== IV_BYTES || seal.byteLength !== TAG_BYTES) return false;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher
    .setAAD(Buffer.from(header, 'latin1'))
    .setAuthTag(seal)
    .update(Buffer.from(ciphertext, 'base64url'));
  try {
    decipher.final();
    return true;
  } catch {
    return false;
  }
}
