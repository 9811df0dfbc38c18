import { randomBytes, sign } from 'node:crypto';
import { type DtlsHandshake, type DtlsIdentity, type HandshakeStep, present } from './dtls-handshake.ts';
import { type ClientHello, encodeServerHello, parseClientHello, SIGNATURE_SCHEME } from './dtls-hello.ts';
import { KeyShare } from './dtls-key-share.ts';
import {
  CERTIFICATE_TYPE_ECDSA,
  encodeCertificate,
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
  transcriptHash,
} from './dtls-secrets.ts';

/**
 * The server's side of one DTLS 1.2 handshake with mutual authentication, without input or output of its own:
 * ECDHE on P-256, ECDSA both ways, AES-128-GCM, extended master secret.
 */
export class DtlsServerHandshake implements DtlsHandshake {
  /** The client's word is first. */
  readonly first = null;
  readonly #identity: DtlsIdentity;
  readonly #share = new KeyShare();
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
        verifyPossession(message.body, Buffer.concat(this.#transcript), present(this.#peer).publicKey);
        this.#transcript.push(encodeMessage(message));
        return { type: 'wait' };
      default:
        return this.#finish(message);
    }
  }

  #answerHello(message: HandshakeMessage): HandshakeStep {
    const hello = parseClientHello(message.body, this.#identity.srtpProfiles);
    this.#hello = hello;
    this.#transcript.push(encodeMessage(message));
    const { certificate } = this.#identity;
    const messages = [
      this.#message(HandshakeType.serverHello, encodeServerHello(this.#serverRandom, hello)),
      this.#message(HandshakeType.certificate, encodeCertificate(certificate)),
      this.#message(HandshakeType.serverKeyExchange, this.#keyExchange(hello.random)),
      this.#message(HandshakeType.certificateRequest, encodeCertificateRequest()),
      this.#message(HandshakeType.serverHelloDone, Buffer.alloc(0)),
    ];
    this.#transcript.push(...messages);
    return { type: 'flight', flight: { clear: messages, sealed: [] } };
  }

  /** ServerKeyExchange, signed over both random values (RFC 8422 §5.4). */
  #keyExchange(clientRandom: Buffer): Buffer {
    const params = this.#share.encodeParams();
    const signed = Buffer.concat([clientRandom, this.#serverRandom, params]);
    const signature = sign('sha256', signed, this.#identity.privateKey);
    return Buffer.concat([params, encodeUint(SIGNATURE_SCHEME, 2), encodeVector(2, signature)]);
  }

  #agree(message: HandshakeMessage): HandshakeStep {
    const premaster = this.#share.agree(new DtlsReader(message.body).vector(1));
    this.#transcript.push(encodeMessage(message));
    this.#master = deriveMasterSecret(premaster, transcriptHash(this.#transcript));
    return { type: 'keys', keys: deriveRecordKeys(this.#master, this.#randoms()) };
  }

  #finish(message: HandshakeMessage): HandshakeStep {
    const master = present(this.#master);
    verifyFinished(message.body, deriveVerifyData(master, 'client', transcriptHash(this.#transcript)));
    this.#transcript.push(encodeMessage(message));
    const verifyData = deriveVerifyData(master, 'server', transcriptHash(this.#transcript));
    return {
      type: 'secured',
      flight: { clear: [], sealed: [this.#message(HandshakeType.finished, verifyData)] },
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
