import type { DtlsRole, DtlsSecrets } from './dtls-handshake.ts';
import { exportKeyingMaterial } from './dtls-secrets.ts';

/** SRTP master keys and salts, ours and the peer's. */
export interface SrtpKeys {
  readonly localKey: Buffer;
  readonly localSalt: Buffer;
  readonly remoteKey: Buffer;
  readonly remoteSalt: Buffer;
}

/** Client key, server key, client salt, server salt (RFC 5764 §4.2), by the role that is ours. */
export function exportSrtpKeys(
  { master, randoms }: Pick<DtlsSecrets, 'master' | 'randoms'>,
  role: DtlsRole,
  keyBytes: number,
  saltBytes: number,
): SrtpKeys {
  const material = exportKeyingMaterial(master, randoms, 2 * (keyBytes + saltBytes));
  const salts = material.subarray(2 * keyBytes);
  const client = { key: material.subarray(0, keyBytes), salt: salts.subarray(0, saltBytes) };
  const server = { key: material.subarray(keyBytes, 2 * keyBytes), salt: salts.subarray(saltBytes) };
  const [local, remote] = role === 'client' ? [client, server] : [server, client];
  return { localKey: local.key, localSalt: local.salt, remoteKey: remote.key, remoteSalt: remote.salt };
}
