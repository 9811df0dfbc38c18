import { createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';

/** Tags of the Distinguished Encoding Rules (ITU-T X.690 §8). */
const Tag = {
  integer: 0x02,
  bitString: 0x03,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
} as const;

/** 1.2.840.10045.4.3.2 (RFC 5758 §3.2). */
const ECDSA_WITH_SHA256 = Buffer.from('2a8648ce3d040302', 'hex');
/** 2.5.4.3 (RFC 5280 §A.1). */
const COMMON_NAME = Buffer.from('550403', 'hex');
/** Counted from 0: version 3 (RFC 5280 §4.1.2.1). */
const VERSION_3 = Buffer.of(2);
/** What browsers call theirs: it tells nobody apart. */
const NAME = 'WebRTC';
/** The peer goes by the fingerprint, and nobody's clock needs to be right for it. */
const VALID_FROM = '000101000000Z';
const VALID_UNTIL = '491231235959Z';
/** At most 20 octets, positive (RFC 5280 §4.1.2.2). */
const SERIAL_BYTES = 16;

/** Makes a certificate of a P-256 key that is signed by that key, in DER (RFC 5280 §4.1); nothing in it says whose it is. */
export function encodeSelfSignedCertificate(privateKey: KeyObject): Buffer {
  const algorithm = encode(Tag.sequence, encode(Tag.objectIdentifier, ECDSA_WITH_SHA256));
  const body = encodeBody(createPublicKey(privateKey), algorithm);
  const signature = Buffer.concat([Buffer.of(0), sign('sha256', body, privateKey)]);
  return encode(Tag.sequence, body, algorithm, encode(Tag.bitString, signature));
}

function encodeBody(publicKey: KeyObject, algorithm: Buffer): Buffer {
  const name = encode(
    Tag.sequence,
    encode(
      Tag.set,
      encode(
        Tag.sequence,
        encode(Tag.objectIdentifier, COMMON_NAME),
        encode(Tag.utf8String, Buffer.from(NAME)),
      ),
    ),
  );
  const validity = encode(
    Tag.sequence,
    ...[VALID_FROM, VALID_UNTIL].map((time) => encode(Tag.utcTime, Buffer.from(time))),
  );
  return encode(
    Tag.sequence,
    encode(Tag.version, encode(Tag.integer, VERSION_3)),
    encode(Tag.integer, createSerial()),
    ...[algorithm, name, validity, name],
    publicKey.export({ type: 'spki', format: 'der' }),
  );
}

function createSerial(): Buffer {
  const serial = randomBytes(SERIAL_BYTES);
  // Neither negative nor with a needless zero in front (X.690 §8.3.2).
  serial.writeUInt8((serial.readUInt8(0) & 0x7f) | 0x40, 0);
  return serial;
}

function encode(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag, ...encodeLength(content.length)), content]);
}

/** In one octet, or in the long form (X.690 §8.1.3). */
function encodeLength(length: number): number[] {
  if (length < 0x80) return [length];
  if (length < 0x100) return [0x81, length];
  return [0x82, length >> 8, length & 0xff];
}
