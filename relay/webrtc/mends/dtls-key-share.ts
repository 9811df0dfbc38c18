import { createECDH } from 'node:crypto';
import { DtlsError } from './dtls-error.ts';
import { NAMED_CURVE } from './dtls-hello.ts';
import { type DtlsReader, encodeUint, encodeVector } from './dtls-reader.ts';

/** named_curve (RFC 8422 §5.4). */
const CURVE_TYPE_NAMED = 3;
const UNCOMPRESSED_POINT_BYTES = 65;

/** Our half of one key agreement on P-256 (RFC 8422 §5.10), made for it alone. */
export class KeyShare {
  readonly #ecdh = createECDH('prime256v1');

  constructor() {
    this.#ecdh.generateKeys();
  }

  /** The point that the peer is sent. */
  get point(): Buffer {
    return this.#ecdh.getPublicKey();
  }

  /** ServerECDHParams (RFC 8422 §5.4). */
  encodeParams(): Buffer {
    return Buffer.concat([
      encodeUint(CURVE_TYPE_NAMED, 1),
      encodeUint(NAMED_CURVE, 2),
      encodeVector(1, this.point),
    ]);
  }

  /**
   * The secret that both come to. Node refuses points that are not on the curve.
   * @throws DtlsError decode_error for what is not an uncompressed point of it.
   */
  agree(point: Buffer): Buffer {
    if (point.length !== UNCOMPRESSED_POINT_BYTES) throw new DtlsError('decode_error', 'not a P-256 point');
    try {
      return this.#ecdh.computeSecret(point);
    } catch (cause) {
      throw new DtlsError('decode_error', 'not a P-256 point', { cause });
    }
  }
}

/**
 * The point in ServerECDHParams, where they are for P-256.
 * @throws DtlsError handshake_failure for another curve.
 */
export function readParams(reader: DtlsReader): Buffer {
  const [type, curve] = [reader.uint(1), reader.uint(2)];
  if (type !== CURVE_TYPE_NAMED || curve !== NAMED_CURVE)
    throw new DtlsError('handshake_failure', 'the server takes another curve');
  return reader.vector(1);
}
