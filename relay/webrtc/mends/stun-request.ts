import { createHmac, timingSafeEqual } from 'node:crypto';

const HEADER_BYTES = 20;
const BINDING_REQUEST = 0x0001;
const INTEGRITY_BYTES = 20;

/** RFC 8489 §18.3. */
const Attribute = {
  username: 0x0006,
  messageIntegrity: 0x0008,
  messageIntegritySha256: 0x001c,
  fingerprint: 0x8028,
} as const;

/** A STUN Binding request in the form ICE asks for (RFC 8445 §7.3), its integrity not checked yet. */
export interface BindingRequest {
  /** Our ufrag, the first half of USERNAME. */
  readonly localUfrag: string;
  /** The peer's ufrag, the second half. */
  readonly remoteUfrag: string;
  /** What MESSAGE-INTEGRITY covers, the length in the header already as RFC 8489 §14.5 wants it. */
  readonly covered: Buffer;
  readonly integrity: Buffer;
}

/** Parts of a Binding request, or null where it is none, is malformed, or lacks USERNAME or MESSAGE-INTEGRITY. */
export function parseBindingRequest(datagram: Buffer): BindingRequest | null {
  if (datagram.length < HEADER_BYTES || datagram.readUInt16BE(0) !== BINDING_REQUEST) return null;
  let username: Buffer | null = null;
  let signed: Pick<BindingRequest, 'covered' | 'integrity'> | null = null;
  for (let at = HEADER_BYTES; at < datagram.length; ) {
    const attribute = attributeAt(datagram, at);
    if (!attribute) return null;
    const { type, value } = attribute;
    if (signed) {
      if (!mayBeUnsigned(type)) return null;
    } else if (type === Attribute.messageIntegrity) {
      if (value.length !== INTEGRITY_BYTES) return null;
      signed = { covered: coveredBytes(datagram, at), integrity: value };
    } else if (type === Attribute.username) {
      if (username) return null;
      username = value;
    }
    at = attribute.end;
  }
  const [localUfrag, remoteUfrag, more] = username?.toString('utf8').split(':') ?? [];
  if (!signed || !localUfrag || !remoteUfrag || more !== undefined) return null;
  return { localUfrag, remoteUfrag, ...signed };
}

/** Whether a request was made by someone who knows the password (RFC 8489 §9.1.3); compares in constant time. */
export function hasIntegrity({ covered, integrity }: BindingRequest, password: string): boolean {
  return timingSafeEqual(createHmac('sha1', password).update(covered).digest(), integrity);
}

/** What follows MESSAGE-INTEGRITY is not covered by it: nothing there may have an effect (RFC 8489 §14.5). */
function mayBeUnsigned(type: number): boolean {
  return type === Attribute.fingerprint || type === Attribute.messageIntegritySha256;
}

function coveredBytes(datagram: Buffer, integrityAt: number): Buffer {
  const covered = Buffer.from(datagram.subarray(0, integrityAt));
  covered.writeUInt16BE(integrityAt + 4 + INTEGRITY_BYTES - HEADER_BYTES, 2);
  return covered;
}

function attributeAt(datagram: Buffer, at: number): { type: number; value: Buffer; end: number } | null {
  if (at + 4 > datagram.length) return null;
  const length = datagram.readUInt16BE(at + 2);
  const end = at + 4 + length + ((4 - (length % 4)) % 4);
  if (end > datagram.length) return null;
  return { type: datagram.readUInt16BE(at), value: datagram.subarray(at + 4, at + 4 + length), end };
}
