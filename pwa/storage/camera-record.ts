import * as v from 'valibot';
import { parsePublicJwk } from '#shared/crypto.ts';
import { terms } from '#shared/terms.ts';
import { StorageError } from './storage-error.ts';

const token = (chars: number) => v.pipe(v.string(), v.length(chars), v.regex(/^[A-Za-z0-9_-]+$/));

const schema = v.strictObject({
  gid: token(22),
  camera: token(43),
  cameraJwk: v.pipe(v.unknown(), v.transform(parsePublicJwk)),
  psk: token(43),
  terms,
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  rendezvous: v.nullable(v.pipe(v.string(), v.maxLength(200), v.regex(/^wss?:\/\//))),
  phone: token(43),
});

/**
 * A grant that this phone holds: the camera (`camera` is the thumbprint of `cameraJwk`), the secret of the channel
 * to it, what it allows and for how long (NumericDate), the camera's name here, where to meet it (`null`: at the
 * page's own rendezvous), and `phone`, the thumbprint of the key that the grant is bound to.
 */
export type CameraRecord = Readonly<v.InferOutput<typeof schema>>;

/**
 * Reads a record from storage.
 * @throws StorageError `storage_lost`
 */
export function parseCameraRecord(value: unknown): CameraRecord {
  try {
    return v.parse(schema, value);
  } catch (cause) {
    throw new StorageError('storage_lost', 'the record of a camera is damaged', { cause });
  }
}
