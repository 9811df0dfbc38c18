import { sign } from 'node:crypto';
import { DtlsError } from './dtls-error.ts';
import {
  type DtlsHandshake,
  type DtlsIdentity,
  type DtlsSecrets,
  type HandshakeStep,
  present,
} from './dtls-handshake.ts';
import {
  encodeClientHello,
  type OfferedHello,
  parseCookie,
  parseServerHello,
  type ServerHello,
  SIGNATURE_SCHEME,
} from './dtls-hello.ts';
import { KeyShare, readParams } from './dtls-key-share.ts';
import {
  CERTIFICATE_TYPE_ECDSA,
  encodeCertificate,
  type PeerCertificate,
  parsePeerCertificate,
  verifyFinished,
  verifyPossession,
} from './dtls-possession.ts';
import { DtlsReader, encodeUint, encodeVector } from './dtls-reader.ts';
import {
  encodeMessage,
  type HandshakeMessage,
  HandshakeType,
  SERVER_MESSAGES_AFTER_COOKIE,
} from './dtls-reassembly.ts';
import { deriveMasterSecret, deriveRecordKeys, deriveVerifyData, transcriptHash } from './dtls-secrets.ts';

const WAIT = { type: 'wait' } as const;

/**
 * The client's side of one DTLS 1.2 handshake with mutual authentication: ECDHE on P-256, ECDSA both ways, AES-128-GCM,
 * extended master secret. Nothing else is offered, so nothing weaker can be had by changing messages on their way, and media may
 * follow our own Finished as RFC 7918 §3 allows it: the server has signed the share that the keys come of.
 */
export class DtlsClientHandshake implements DtlsHandshake {
  readonly first: Buffer;
  readonly #identity: DtlsIdentity;
  readonly #hello: OfferedHello;
  readonly #share = new KeyShare();
  #transcript: Buffer[];
  #sent = 0;
  #answer: ServerHello | null = null;
  #peer: PeerCertificate | null = null;
  #premaster: Buffer | null = null;
  #secrets: DtlsSecrets | null = null;

  constructor(identity: DtlsIdentity, hello: OfferedHello) {
    this.#identity = identity;
    this.#hello = hello;
    this.first = this.#message(HandshakeType.clientHello, encodeClientHello(hello, Buffer.alloc(0)));
    this.#transcript = [this.first];
  }

  /**
   * Takes the server's messages in the order of SERVER_MESSAGES.
   * @throws DtlsError when the server speaks otherwise than was offered or does not prove itself.
   */
  accept(message: HandshakeMessage): HandshakeStep {
    if (message.type === HandshakeType.finished) return this.#finish(message.body);
    if (message.type === HandshakeType.helloVerifyRequest) return this.#showCookie(message.body);
    this.#take(message);
    this.#transcript.push(encodeMessage(message));
    return message.type === HandshakeType.serverHelloDone ? this.#prove() : WAIT;
  }

  /** Neither the first hello nor the wish for a cookie is hashed (RFC 6347 §4.2.6). */
  #showCookie(body: Buffer): HandshakeStep {
    const hello = encodeClientHello(this.#hello, parseCookie(body));
    const again = this.#message(HandshakeType.clientHello, hello);
    this.#transcript = [again];
    return {
      type: 'again',
      flight: { clear: [again], sealed: [] },
      expected: SERVER_MESSAGES_AFTER_COOKIE,
    };
  }

  #take({ type, body }: HandshakeMessage): void {
    switch (type) {
      case HandshakeType.serverHello:
        this.#answer = parseServerHello(body, this.#hello);
        return;
      case HandshakeType.certificate:
        this.#peer = parsePeerCertificate(body, this.#identity.fingerprint);
        return;
      case HandshakeType.serverKeyExchange:
        this.#premaster = this.#agree(body);
        return;
      case HandshakeType.certificateRequest:
        checkRequest(body);
        return;
      default:
        if (body.length > 0) throw new DtlsError('decode_error', 'more than a ServerHelloDone');
    }
  }

  /** The server's share, signed with both random values by the key of its certificate (RFC 8422 §5.4). */
  #agree(body: Buffer): Buffer {
    const reader = new DtlsReader(body);
    const point = readParams(reader);
    const params = body.subarray(0, reader.at);
    const { random } = present(this.#answer);
    const signed = Buffer.concat([this.#hello.random, random, params]);
    verifyPossession(body.subarray(reader.at), signed, present(this.#peer).publicKey);
    return this.#share.agree(point);
  }

  #prove(): HandshakeStep {
    const { random, srtpProfile } = present(this.#answer);
    const clear = [
      this.#send(HandshakeType.certificate, encodeCertificate(this.#identity.certificate)),
      this.#send(HandshakeType.clientKeyExchange, encodeVector(1, this.#share.point)),
    ];
    const master = deriveMasterSecret(present(this.#premaster), transcriptHash(this.#transcript));
    const randoms = { client: this.#hello.random, server: random };
    clear.push(this.#send(HandshakeType.certificateVerify, this.#signTranscript()));
    const verifyData = deriveVerifyData(master, 'client', transcriptHash(this.#transcript));
    const sealed = [this.#send(HandshakeType.finished, verifyData)];
    this.#secrets = { master, randoms, srtpProfile, peerCertificate: present(this.#peer).raw };
    return {
      type: 'proved',
      keys: deriveRecordKeys(master, randoms),
      secrets: this.#secrets,
      flight: { clear, sealed },
    };
  }

  #signTranscript(): Buffer {
    const signature = sign('sha256', Buffer.concat(this.#transcript), this.#identity.privateKey);
    return Buffer.concat([encodeUint(SIGNATURE_SCHEME, 2), encodeVector(2, signature)]);
  }

  #finish(body: Buffer): HandshakeStep {
    const secrets = present(this.#secrets);
    verifyFinished(body, deriveVerifyData(secrets.master, 'server', transcriptHash(this.#transcript)));
    return { type: 'secured', secrets, flight: null };
  }

  /** A message that goes out, and into what is hashed and signed. */
  #send(type: number, body: Buffer): Buffer {
    const message = this.#message(type, body);
    this.#transcript.push(message);
    return message;
  }

  #message(type: number, body: Buffer): Buffer {
    const message = encodeMessage({ type, sequence: this.#sent, body });
    this.#sent += 1;
    return message;
  }
}

/**
 * Checks that a CertificateRequest takes what we have (RFC 5246 §7.4.4).
 * @throws DtlsError handshake_failure where it does not.
 */
function checkRequest(body: Buffer): void {
  const reader = new DtlsReader(body);
  const types = reader.vector(1);
  const schemes = reader.uint16List();
  if (!types.includes(CERTIFICATE_TYPE_ECDSA) || !schemes.includes(SIGNATURE_SCHEME))
    throw new DtlsError('handshake_failure', 'the server takes no ECDSA with P-256');
}
