import { createECDH, type ECDH, type KeyObject, randomBytes, sign } from 'node:crypto';
import { DtlsError } from './dtls-error.ts';
import {
  type ClientHello,
  encodeServerHello,
  NAMED_CURVE,
  parseClientHello,
  SIGNATURE_SCHEME,
} from './dtls-hello.ts';
import {
  type PeerCertificate,
  parsePeerCertificate,
  verifyFinished,
  verifyPossession,
} from './dtls-possession.ts';
import { DtlsReader, encodeUint, encodeVector } from './dtls-reader.ts';
import { encodeMessage, type HandshakeMessage, HandshakeType } from './dtls-reassembly.ts';
import {
  deriveMasterSecret,
  deriveRecordKeys,
  deriveVerifyData,
  type Randoms,
  type RecordKeys,
  transcriptHash,
} from './dtls-secrets.ts';

/** Named_curve (RFC 8422 §5.4) and ecdsa_sign (RFC 8422 §5.5). */
const CURVE_TYPE_NAMED = 3;
const CERTIFICATE_TYPE_ECDSA = 64;
const UNCOMPRESSED_POINT_BYTES = 65;

/** Who we are, and the only one we speak to. */
export interface DtlsIdentity {
  /** Our certificate, DER. */
  readonly certificate: Buffer;
  /** Its P-256 key. */
  readonly privateKey: KeyObject;
  /** SHA-256 of the certificate the client has to show and prove. */
  readonly fingerprint: Buffer;
  /** SRTP protection profiles, best first; none when no media is wanted. */
  readonly srtpProfiles: readonly number[];
}

/** What a handshake has come to when the client's Finished is verified. */
export interface DtlsSecrets {
  readonly master: Buffer;
  readonly randoms: Randoms;
  readonly srtpProfile: number | null;
  readonly peerCertificate: Buffer;
}

/** What is to be done after a message. */
export type HandshakeStep =
  | { readonly type: 'wait' }
  /** Send these messages in the clear and repeat them until the client goes on. */
  | { readonly type: 'flight'; readonly messages: readonly Buffer[] }
  /** From here on epoch 1 can be read. */
  | { readonly type: 'keys'; readonly keys: RecordKeys }
  /** The client is proved; send our Finished in epoch 1. */
  | { readonly type: 'finished'; readonly message: Buffer; readonly secrets: DtlsSecrets };

/**
 * The server's side of one DTLS 1.2 handshake with mutual authentication, without input or output of its own:
 * ECDHE on P-256, ECDSA both ways, AES-128-GCM, extended master secret.
 */
export class DtlsHandshake {
  readonly #identity: DtlsIdentity;
  readonly #ecdh: ECDH = createECDH('prime256v1');
  readonly #serverRandom = randomBytes(32);
  readonly #transcript: Buffer[] = [];
  #sent = 0;
  #hello: ClientHello | null = null;
  #peer: PeerCertificate | null = null;
  #master: Buffer | null = null;

  constructor(identity: DtlsIdentity) {
    this.#identity = identity;
  }

  /**
   * Takes the client's messages in the order of CLIENT_MESSAGES.
   * @throws DtlsError when the client cannot be answered or does not prove itself.
   */
  accept(message: HandshakeMessage): HandshakeStep {
    switch (message.type) {
      case HandshakeType.clientHello:
        return this.#answerHello(message);
      case HandshakeType.certificate:
        this.#peer = parsePeerCertificate(message.body, this.#identity.fingerprint);
        this.#transcript.push(encodeMessage(message));
        return { type: 'wait' };
      case HandshakeType.clientKeyExchange:
        return this.#agree(message);
      case HandshakeType.certificateVerify:
        verifyPossession(message.body, this.#transcript, present(this.#peer).publicKey);
        this.#transcript.push(encodeMessage(message));
        return { type: 'wait' };
      default:
        return this.#finish(message);
    }
  }

  #answerHello(message: HandshakeMessage): HandshakeStep {
    const hello = parseClientHello(message.body, this.#identity.srtpProfiles);
    this.#hello = hello;
    this.#ecdh.generateKeys();
    this.#transcript.push(encodeMessage(message));
    const { certificate } = this.#identity;
    const messages = [
      this.#message(HandshakeType.serverHello, encodeServerHello(this.#serverRandom, hello)),
      this.#message(HandshakeType.certificate, encodeVector(3, encodeVector(3, certificate))),
      this.#message(HandshakeType.serverKeyExchange, this.#keyExchange(hello.random)),
      this.#message(HandshakeType.certificateRequest, encodeCertificateRequest()),
      this.#message(HandshakeType.serverHelloDone, Buffer.alloc(0)),
    ];
    this.#transcript.push(...messages);
    return { type: 'flight', messages };
  }

  /** ServerKeyExchange, signed over both random values (RFC 8422 §5.4). */
  #keyExchange(clientRandom: Buffer): Buffer {
    const params = Buffer.concat([
      encodeUint(CURVE_TYPE_NAMED, 1),
      encodeUint(NAMED_CURVE, 2),
      encodeVector(1, this.#ecdh.getPublicKey()),
    ]);
    const signed = Buffer.concat([clientRandom, this.#serverRandom, params]);
    const signature = sign('sha256', signed, this.#identity.privateKey);
    return Buffer.concat([params, encodeUint(SIGNATURE_SCHEME, 2), encodeVector(2, signature)]);
  }

  #agree(message: HandshakeMessage): HandshakeStep {
    const point = new DtlsReader(message.body).vector(1);
    const premaster = this.#sharedSecret(point);
    this.#transcript.push(encodeMessage(message));
    this.#master = deriveMasterSecret(premaster, transcriptHash(this.#transcript));
    return { type: 'keys', keys: deriveRecordKeys(this.#master, this.#randoms()) };
  }

  /** Node refuses points that are not on the curve. */
  #sharedSecret(point: Buffer): Buffer {
    if (point.length !== UNCOMPRESSED_POINT_BYTES) throw new DtlsError('decode_error', 'not a P-256 point');
    try {
      return this.#ecdh.computeSecret(point);
    } catch (cause) {
      throw new DtlsError('decode_error', 'not a P-256 point', { cause });
    }
  }

  #finish(message: HandshakeMessage): HandshakeStep {
    const master = present(this.#master);
    verifyFinished(message.body, deriveVerifyData(master, 'client', transcriptHash(this.#transcript)));
    this.#transcript.push(encodeMessage(message));
    const verifyData = deriveVerifyData(master, 'server', transcriptHash(this.#transcript));
    return {
      type: 'finished',
      message: this.#message(HandshakeType.finished, verifyData),
      secrets: {
        master,
        randoms: this.#randoms(),
        srtpProfile: present(this.#hello).srtpProfile,
        peerCertificate: present(this.#peer).raw,
      },
    };
  }

  #randoms(): Randoms {
    return { client: present(this.#hello).random, server: this.#serverRandom };
  }

  #message(type: number, body: Buffer): Buffer {
    const message = encodeMessage({ type, sequence: this.#sent, body });
    this.#sent += 1;
    return message;
  }
}

/** CertificateRequest (RFC 5246 §7.4.4): ECDSA with P-256 and SHA-256, any issuer. */
function encodeCertificateRequest(): Buffer {
  return Buffer.concat([
    encodeVector(1, encodeUint(CERTIFICATE_TYPE_ECDSA, 1)),
    encodeVector(2, encodeUint(SIGNATURE_SCHEME, 2)),
    encodeVector(2),
  ]);
}

/** What an earlier message has set; the order of messages makes it present. */
function present<T>(value: T | null): T {
  if (value === null) throw new DtlsError('handshake_failure', 'a handshake message is missing');
  return value;
}
