import { DtlsError } from './dtls-error.ts';
import { DtlsReader, encodeUint } from './dtls-reader.ts';

/** RFC 5246 §7.4. */
export const HandshakeType = {
  clientHello: 1,
  serverHello: 2,
  helloVerifyRequest: 3,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  serverHelloDone: 14,
  certificateVerify: 15,
  clientKeyExchange: 16,
  finished: 20,
} as const;

/** Types that a peer's message may have, by message_seq. */
export type ExpectedMessages = readonly (readonly number[])[];

/**
 * What a client sends, by message_seq: no cookie exchange comes before it, as ICE has already proved that the
 * peer receives at its address (RFC 6347 §4.2.1 leaves the exchange to the server).
 */
export const CLIENT_MESSAGES: ExpectedMessages = [
  [HandshakeType.clientHello],
  [HandshakeType.certificate],
  [HandshakeType.clientKeyExchange],
  [HandshakeType.certificateVerify],
  [HandshakeType.finished],
];

/** What a server sends once it has a cookie, or wants none; no session ticket, as none is asked for (RFC 5077 §3.2). */
const AFTER_COOKIE: ExpectedMessages = [
  [HandshakeType.serverHello],
  [HandshakeType.certificate],
  [HandshakeType.serverKeyExchange],
  // Of ours, which is always asked for (RFC 8827 §6.5).
  [HandshakeType.certificateRequest],
  [HandshakeType.serverHelloDone],
  [HandshakeType.finished],
];
/** What a server sends, by message_seq; browsers want no cookie, for the same reason as we. */
export const SERVER_MESSAGES: ExpectedMessages = [
  [HandshakeType.serverHello, HandshakeType.helloVerifyRequest],
  ...AFTER_COOKIE.slice(1),
];
/** The same of a server that has asked for a cookie. */
export const SERVER_MESSAGES_AFTER_COOKIE: ExpectedMessages = [
  [HandshakeType.helloVerifyRequest],
  ...AFTER_COOKIE,
];

/** A browser's largest message is a ClientHello with post-quantum key shares, under 3 KB. */
export const MAX_MESSAGE_BYTES = 8192;

/** A whole handshake message. */
export interface HandshakeMessage {
  readonly type: number;
  /** message_seq (RFC 6347 §4.2.2). */
  readonly sequence: number;
  readonly body: Buffer;
}

interface HandshakeFragment extends HandshakeMessage {
  readonly length: number;
  readonly offset: number;
}

interface Partial {
  readonly type: number;
  readonly body: Buffer;
  /** One flag a byte, so overlaps and repeats cost nothing more. */
  readonly has: Uint8Array;
  missing: number;
}

/** Puts handshake messages together and in order, in memory bounded by as many messages of the largest size as are expected. */
export class HandshakeReassembly {
  #expected: ExpectedMessages;
  #next = 0;
  readonly #partials = new Map<number, Partial>();
  readonly #whole = new Map<number, HandshakeMessage>();

  constructor(expected: ExpectedMessages) {
    this.#expected = expected;
  }

  /** Takes the plaintext of one handshake record of an epoch; drops what cannot belong to this handshake. */
  add(plain: Buffer, epoch: number): void {
    for (const fragment of parseFragments(plain)) {
      if (this.#isExpected(fragment, epoch)) this.#keep(fragment);
    }
  }

  /** Next message in order, or null while it is not complete. */
  shift(): HandshakeMessage | null {
    const message = this.#whole.get(this.#next);
    if (!message) return null;
    this.#whole.delete(this.#next);
    this.#next += 1;
    return message;
  }

  /** Forgets everything: the hello taken was of no use, another may come. */
  restart(): void {
    this.#next = 0;
    this.#forget();
  }

  /** Expects other messages after the one taken last. */
  continueWith(expected: ExpectedMessages): void {
    this.#expected = expected;
    this.#forget();
  }

  #forget(): void {
    this.#partials.clear();
    this.#whole.clear();
  }

  /** Only Finished is sent under keys, and it is never sent in the clear. */
  #isExpected({ type, sequence, length }: HandshakeFragment, epoch: number): boolean {
    if (!this.#expected[sequence]?.includes(type)) return false;
    if (length > MAX_MESSAGE_BYTES || this.#whole.has(sequence)) return false;
    return epoch === (type === HandshakeType.finished ? 1 : 0);
  }

  #keep(fragment: HandshakeFragment): void {
    const { type, sequence, length, body, offset } = fragment;
    if (body.length === length) {
      this.#complete({ type, sequence, body });
      return;
    }
    const partial = this.#partials.get(sequence) ?? newPartial(type, length);
    if (partial.body.length !== length) return;
    this.#partials.set(sequence, partial);
    fill(partial, body, offset);
    if (partial.missing === 0) this.#complete({ type, sequence, body: partial.body });
  }

  #complete(message: HandshakeMessage): void {
    this.#partials.delete(message.sequence);
    this.#whole.set(message.sequence, message);
  }
}

function newPartial(type: number, length: number): Partial {
  return { type, body: Buffer.alloc(length), has: new Uint8Array(length), missing: length };
}

/** The first to send a byte has its way: a later forged overlap changes nothing. */
function fill(partial: Partial, bytes: Buffer, offset: number): void {
  for (const [index, byte] of bytes.entries()) {
    const at = offset + index;
    if (partial.has[at] !== 0) continue;
    partial.has[at] = 1;
    partial.body[at] = byte;
    partial.missing -= 1;
  }
}

/** Fragments of a record (RFC 6347 §4.2.2); none when any of them is malformed. */
function parseFragments(plain: Buffer): HandshakeFragment[] {
  const fragments: HandshakeFragment[] = [];
  const reader = new DtlsReader(plain);
  try {
    while (!reader.done) fragments.push(readFragment(reader));
  } catch (error) {
    if (error instanceof DtlsError) return [];
    throw error;
  }
  return fragments;
}

function readFragment(reader: DtlsReader): HandshakeFragment {
  const type = reader.uint(1);
  const length = reader.uint(3);
  const sequence = reader.uint(2);
  const offset = reader.uint(3);
  const body = reader.vector(3);
  if (offset + body.length > length) throw new DtlsError('decode_error', 'a fragment runs past its message');
  return { type, length, sequence, offset, body };
}

/** A message as one fragment: the form that is sent, hashed and signed (RFC 6347 §4.2.6). */
export function encodeMessage({ type, sequence, body }: HandshakeMessage): Buffer {
  return Buffer.concat([
    encodeUint(type, 1),
    encodeUint(body.length, 3),
    encodeUint(sequence, 2),
    encodeUint(0, 3),
    encodeUint(body.length, 3),
    body,
  ]);
}
