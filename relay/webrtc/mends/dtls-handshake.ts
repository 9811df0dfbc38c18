import type { KeyObject } from 'node:crypto';
import { DtlsError } from './dtls-error.ts';
import type { ExpectedMessages, HandshakeMessage } from './dtls-reassembly.ts';
import type { Randoms, RecordKeys } from './dtls-secrets.ts';

/** Who we are, and the only one we speak to. */
export interface DtlsIdentity {
  /** Our certificate, DER. */
  readonly certificate: Buffer;
  /** Its P-256 key. */
  readonly privateKey: KeyObject;
  /** SHA-256 of the certificate the peer has to show and prove. */
  readonly fingerprint: Buffer;
  /** SRTP protection profiles, best first; none when no media is wanted. */
  readonly srtpProfiles: readonly number[];
}

/** What a handshake has come to. */
export interface DtlsSecrets {
  readonly master: Buffer;
  readonly randoms: Randoms;
  readonly srtpProfile: number | null;
  readonly peerCertificate: Buffer;
}

/** Client or server of one handshake. */
export type DtlsRole = 'client' | 'server';

/** Messages that belong together: in the clear, and then, after a ChangeCipherSpec, under keys. */
export interface DtlsFlight {
  readonly clear: readonly Buffer[];
  readonly sealed: readonly Buffer[];
}

/** What is to be done after a message. */
export type HandshakeStep =
  | { readonly type: 'wait' }
  /** Send this, and repeat it until the peer goes on. */
  | { readonly type: 'flight'; readonly flight: DtlsFlight }
  /** Begin again with this, and expect these of the peer. */
  | { readonly type: 'again'; readonly flight: DtlsFlight; readonly expected: ExpectedMessages }
  /** From here on epoch 1 can be read. */
  | { readonly type: 'keys'; readonly keys: RecordKeys }
  /** The peer has proved itself, though it has not said yet that it saw the same handshake; send this until it does. */
  | {
      readonly type: 'proved';
      readonly keys: RecordKeys;
      readonly secrets: DtlsSecrets;
      readonly flight: DtlsFlight;
    }
  /** Both have seen the same handshake; send this last. */
  | { readonly type: 'secured'; readonly secrets: DtlsSecrets; readonly flight: DtlsFlight | null };

/** One side of one handshake, without input or output of its own. */
export interface DtlsHandshake {
  /** The message that begins it; null where that is the peer's. */
  readonly first: Buffer | null;
  /**
   * Takes the peer's messages in their order.
   * @throws DtlsError when they cannot be answered or prove nothing.
   */
  accept(message: HandshakeMessage): HandshakeStep;
}

/** What an earlier message has set; the order of messages makes it present. */
export function present<T>(value: T | null): T {
  if (value === null) throw new DtlsError('handshake_failure', 'a handshake message is missing');
  return value;
}
