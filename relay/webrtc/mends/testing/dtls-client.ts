import {
  createECDH,
  createHash,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import {
  createSelfSignedCertificate,
  HashAlgorithm,
  NamedCurveAlgorithm,
  SignatureAlgorithm,
} from '../../werift.ts';
import { openRecord, sealRecord } from '../dtls-protection.ts';
import { DtlsReader, encodeUint, encodeVector } from '../dtls-reader.ts';
import { encodeMessage, HandshakeType } from '../dtls-reassembly.ts';
import { ContentType, encodeRecord, parseRecords } from '../dtls-record.ts';
import {
  deriveMasterSecret,
  deriveRecordKeys,
  deriveVerifyData,
  type RecordKeys,
  transcriptHash,
} from '../dtls-secrets.ts';

/** A certificate and its key, as a phone or an attacker has them. */
export interface TestCertificate {
  readonly pem: string;
  readonly keyPem: string;
  /** DER. */
  readonly raw: Buffer;
  /** SHA-256 of it. */
  readonly fingerprint: Buffer;
}

/** A new certificate, with a P-256 key unless RSA is asked for. */
export async function makeCertificate(
  signature: 1 | 3 = SignatureAlgorithm.ecdsa_3,
): Promise<TestCertificate> {
  const { certPem, keyPem } = await createSelfSignedCertificate(
    { signature, hash: HashAlgorithm.sha256_4 },
    NamedCurveAlgorithm.secp256r1_23,
  );
  const { raw } = new X509Certificate(certPem);
  return { pem: certPem, keyPem, raw, fingerprint: createHash('sha256').update(raw).digest() };
}

/** What a test client does in its own way; each default is what an honest one does. */
export interface DtlsClientOptions {
  /** Body of the Certificate message. */
  readonly certificateBody: Buffer;
  /** Signs CertificateVerify. */
  readonly key: KeyObject | string;
  readonly hello?: Buffer;
  readonly signatureScheme?: number;
  readonly finished?: Buffer;
  readonly point?: Buffer;
  /** Sends its own key share in the form RFC 8422 §5.1.2 does away with. */
  readonly compressed?: boolean;
  /** Leaves CertificateVerify out of what Finished covers. */
  readonly forgetProof?: boolean;
}

/** Certificate message with one certificate. */
export function encodeCertificateBody(raw: Buffer): Buffer {
  return encodeVector(3, encodeVector(3, raw));
}

/** A ClientHello body; every part can be left out or changed. */
export function encodeClientHello(
  change: { suites?: number[]; extensions?: [number, Buffer][]; version?: number } = {},
): Buffer {
  const extensions = (change.extensions ?? HELLO_EXTENSIONS).map(([type, data]) =>
    Buffer.concat([encodeUint(type, 2), encodeVector(2, data)]),
  );
  const suites = (change.suites ?? [0xc02b]).map((suite) => encodeUint(suite, 2));
  return Buffer.concat([
    encodeUint(change.version ?? 0xfefd, 2),
    randomBytes(32),
    encodeVector(1),
    encodeVector(1),
    encodeVector(2, ...suites),
    encodeVector(1, encodeUint(0, 1)),
    encodeVector(2, ...extensions),
  ]);
}

/** Groups, signature schemes, extended master secret, SRTP (AES-CM before AES-GCM, as old browsers have it). */
export const HELLO_EXTENSIONS: [number, Buffer][] = [
  [10, encodeVector(2, encodeUint(29, 2), encodeUint(23, 2))],
  [13, encodeVector(2, encodeUint(0x0403, 2))],
  [23, Buffer.alloc(0)],
  [14, Buffer.concat([encodeVector(2, encodeUint(1, 2), encodeUint(7, 2)), encodeVector(1)])],
];

/** A DTLS 1.2 client that speaks to a DtlsServer by function calls, step by step. */
export class DtlsTestClient {
  readonly hello: Buffer;
  readonly #options: DtlsClientOptions;
  readonly #ecdh = createECDH('prime256v1');
  readonly #transcript: Buffer[] = [];
  #keys: RecordKeys | null = null;
  #sent0 = 0;
  #sent1 = 0;

  constructor(options: DtlsClientOptions) {
    this.#options = options;
    this.#ecdh.generateKeys();
    this.hello = encodeMessage({
      type: HandshakeType.clientHello,
      sequence: 0,
      body: options.hello ?? encodeClientHello(),
    });
  }

  helloDatagram(): Buffer {
    return this.clear(ContentType.handshake, this.hello);
  }

  /** Records of the answer to the server's flight, one a message: Certificate ... Finished. */
  answer(flight: Buffer): Buffer[] {
    const messages = parseRecords(flight).map(({ fragment }) => fragment);
    this.#transcript.push(this.hello, ...messages);
    const { certificateBody, key, signatureScheme, point, compressed } = this.#options;
    const certificate = this.#clearMessage(HandshakeType.certificate, 1, certificateBody);
    const share = this.#clearMessage(
      HandshakeType.clientKeyExchange,
      2,
      encodeVector(1, point ?? this.#ecdh.getPublicKey(null, compressed ? 'compressed' : 'uncompressed')),
    );
    const master = this.#agree(messages);
    const signature = sign('sha256', Buffer.concat(this.#transcript), key);
    const proof = this.#clearMessage(
      HandshakeType.certificateVerify,
      3,
      Buffer.concat([encodeUint(signatureScheme ?? 0x0403, 2), encodeVector(2, signature)]),
    );
    if (this.#options.forgetProof) this.#transcript.pop();
    return [certificate, share, proof, this.finished(master)];
  }

  /** Record of a Finished in the client's keys; made again it is a new record of the same message. */
  finished(master: Buffer): Buffer {
    const body =
      this.#options.finished ?? deriveVerifyData(master, 'client', transcriptHash(this.#transcript));
    return this.sealed(
      ContentType.handshake,
      encodeMessage({ type: HandshakeType.finished, sequence: 4, body }),
    );
  }

  /** A record in the clear. */
  clear(type: number, fragment: Buffer): Buffer {
    return encodeRecord({ type, epoch: 0, sequence: this.#sent0++, fragment });
  }

  /** A record in the client's keys. */
  sealed(type: number, fragment: Buffer, epoch = 1): Buffer {
    if (!this.#keys) throw new TypeError('no keys yet');
    const record = { type, epoch, sequence: this.#sent1++, fragment };
    return encodeRecord(sealRecord(this.#keys.client, record));
  }

  /** Plaintexts, with types, of the sealed records in a datagram of the server. */
  open(datagram: Buffer): { type: number; plain: Buffer | null }[] {
    const keys = this.#keys;
    if (!keys) throw new TypeError('no keys yet');
    return parseRecords(datagram)
      .filter(({ epoch }) => epoch === 1)
      .map((record) => ({ type: record.type, plain: openRecord(keys.server, record) }));
  }

  #clearMessage(type: number, sequence: number, body: Buffer): Buffer {
    const message = encodeMessage({ type, sequence, body });
    this.#transcript.push(message);
    return this.clear(ContentType.handshake, message);
  }

  #agree(messages: Buffer[]): Buffer {
    const [serverHello, , keyExchange] = messages;
    if (!serverHello || !keyExchange) throw new TypeError('an unfinished flight');
    const params = new DtlsReader(keyExchange.subarray(12));
    params.take(3);
    const premaster = this.#ecdh.computeSecret(params.vector(1));
    const master = deriveMasterSecret(premaster, transcriptHash(this.#transcript));
    const randoms = { client: this.hello.subarray(14, 46), server: serverHello.subarray(14, 46) };
    this.#keys = deriveRecordKeys(master, randoms);
    return master;
  }
}

/** A P-256 key that belongs to no certificate. */
export function makeStrayKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}
