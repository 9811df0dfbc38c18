import { createHmac, randomBytes } from 'node:crypto';

/** What a test request says; each default is what an honest one says. */
export interface BindingRequestOptions {
  readonly username?: string;
  /** Signs the request; left out, there is no MESSAGE-INTEGRITY. */
  readonly password?: string;
  /** Attributes more before MESSAGE-INTEGRITY. */
  readonly signed?: readonly Buffer[];
  /** Attributes after MESSAGE-INTEGRITY, not covered by it. */
  readonly unsigned?: readonly Buffer[];
  readonly type?: number;
  readonly transactionId?: Buffer;
}

/** A STUN attribute with its padding. */
export function encodeAttribute(type: number, value: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(value.length, 2);
  return Buffer.concat([header, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

/** A Binding request of a controlling peer with USE-CANDIDATE. */
export function encodeBindingRequest(options: BindingRequestOptions): Buffer {
  const {
    username,
    password,
    signed = [],
    unsigned = [],
    type = 0x0001,
    transactionId = randomBytes(12),
  } = options;
  const attributes = [
    encodeAttribute(0x0024, Buffer.from([0x6e, 0, 1, 0xff])), // PRIORITY
    encodeAttribute(0x802a, randomBytes(8)), // ICE-CONTROLLING
    encodeAttribute(0x0025, Buffer.alloc(0)), // USE-CANDIDATE
  ];
  if (username !== undefined) attributes.push(encodeAttribute(0x0006, Buffer.from(username)));
  attributes.push(...signed);
  if (password !== undefined) attributes.push(integrity(type, transactionId, attributes, password));
  return message(type, transactionId, Buffer.concat([...attributes, ...unsigned]));
}

function integrity(type: number, transactionId: Buffer, before: readonly Buffer[], password: string): Buffer {
  const covered = message(type, transactionId, Buffer.concat(before));
  covered.writeUInt16BE(covered.length - 20 + 24, 2);
  return encodeAttribute(0x0008, createHmac('sha1', password).update(covered).digest());
}

function message(type: number, transactionId: Buffer, body: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(body.length, 2);
  header.writeUInt32BE(0x2112a442, 4);
  return Buffer.concat([header, transactionId, body]);
}
