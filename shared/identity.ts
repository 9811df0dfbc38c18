import { createSigningKey, exportPublicJwk, thumbprintOf } from './crypto.ts';
import type { Identity } from './envelope.ts';

/** A new party: a fresh ES256 key whose private half stays in the platform's key store. */
export async function createIdentity(options: { extractable: boolean }): Promise<Identity> {
  const { publicKey, privateKey } = await createSigningKey(options);
  const publicJwk = await exportPublicJwk(publicKey);
  return { thumbprint: await thumbprintOf(publicJwk), publicJwk, privateKey };
}
