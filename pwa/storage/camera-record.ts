import * as v from 'valibot';
import { parsePublicJwk } from '#shared/crypto.ts';
import { digest, id, text } from '#shared/message-fields.ts';
import { terms } from '#shared/terms.ts';
import { ENDINGS } from '#shared/verdicts.ts';
import { StorageError } from './storage-error.ts';

const schema = v.strictObject({
  gid: id,
  camera: digest,
  cameraJwk: v.pipe(v.unknown(), v.transform(parsePublicJwk)),
  psk: digest,
  terms,
  ending: v.optional(v.nullable(v.picklist(ENDINGS)), null),
  name: text(64),
  rendezvous: v.nullable(v.pipe(text(200), v.regex(/^wss?:\/\//))),
  phone: digest,
});

/**
 * A grant that this phone holds: the camera (`camera` is the thumbprint of `cameraJwk`), the secret of the channel
 * to it, what it allowed when the camera said so last, why it is over (`ending`, `null` while it holds), the camera's
 * name here, where to meet it (`null`: at the page's own rendezvous), and `phone`, the thumbprint of the key that the
 * grant is bound to.
 */
export type CameraRecord = Readonly<v.InferOutput<typeof schema>>;

/**
 * Reads a record from storage.
 * @throws StorageError `storage_lost`
 */
export function parseCameraRecord(value: unknown): CameraRecord {
  try {
    return v.parse(schema, gatherTerms(value));
  } catch (cause) {
    throw new StorageError('storage_lost', 'the record of a camera is damaged', { cause });
  }
}

/** Records of version 0.1.0 have the terms as members of their own, and know of no hours. */
function gatherTerms(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('scope' in value)) return value;
  const { scope, nbf, exp, ...rest } = value as Record<string, unknown>;
  return { terms: { scope, nbf, exp, hours: null }, ...rest };
}
