import { createECDH, type KeyObject, randomBytes, sign } from 'node:crypto';
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

/** What a test server does in its own way; each default is what an honest one does. */
export interface DtlsTestServerOptions {
  /** Body of the Certificate message. */
  readonly certificateBody: Buffer;
  /** Signs ServerKeyExchange. */
  readonly key: KeyObject | string;
  readonly version?: number;
  readonly suite?: number;
  readonly extensions?: readonly [number, Buffer][];
  /** Curve type and curve of the share. */
  readonly curve?: readonly [number, number];
  readonly point?: Buffer;
  readonly signatureScheme?: number;
  /** The random values that are signed, in place of those of this handshake. */
  readonly signedRandoms?: Buffer;
  /** Body of the CertificateRequest. */
  readonly request?: Buffer;
  /** Body of the ServerHelloDone. */
  readonly done?: Buffer;
  readonly finished?: Buffer;
}

/** Extended master secret, renegotiation, AES-GCM for SRTP. */
export const SERVER_EXTENSIONS: readonly [number, Buffer][] = [
  [23, Buffer.alloc(0)],
  [0xff01, encodeVector(1)],
  [14, Buffer.concat([encodeVector(2, encodeUint(7, 2)), encodeVector(1)])],
];
const REQUEST = Buffer.concat([
  encodeVector(1, encodeUint(1, 1), encodeUint(64, 1)),
  encodeVector(2, encodeUint(0x0804, 2), encodeUint(0x0403, 2)),
  encodeVector(2),
]);

/** A DTLS 1.2 server that speaks to a DtlsClient by function calls, step by step. */
export class DtlsTestServer {
  readonly #options: DtlsTestServerOptions;
  readonly #ecdh = createECDH('prime256v1');
  readonly #random = randomBytes(32);
  readonly #transcript: Buffer[] = [];
  #clientRandom = Buffer.alloc(0);
  #keys: RecordKeys | null = null;
  #master: Buffer = Buffer.alloc(0);
  #sent0 = 0;
  #sent1 = 0;

  constructor(options: DtlsTestServerOptions) {
    this.#options = options;
    this.#ecdh.generateKeys();
  }

  /** A record that asks for a cookie. */
  verifyRequest(cookie: Buffer): Buffer {
    const body = Buffer.concat([encodeUint(0xfeff, 2), encodeVector(1, cookie)]);
    return this.clear(
      ContentType.handshake,
      encodeMessage({ type: HandshakeType.helloVerifyRequest, sequence: 0, body }),
    );
  }

  /** Records of the answer to a ClientHello, one a message: ServerHello ... ServerHelloDone; numbered from `from`. */
  answer(helloDatagram: Buffer, from = 0): Buffer[] {
    const [record] = parseRecords(helloDatagram);
    if (!record) throw new TypeError('no hello');
    this.#clientRandom = Buffer.from(record.fragment.subarray(14, 46));
    this.#transcript.push(record.fragment);
    const { certificateBody, request = REQUEST, done = Buffer.alloc(0) } = this.#options;
    const bodies: [number, Buffer][] = [
      [HandshakeType.serverHello, this.#hello()],
      [HandshakeType.certificate, certificateBody],
      [HandshakeType.serverKeyExchange, this.#keyExchange()],
      [HandshakeType.certificateRequest, request],
      [HandshakeType.serverHelloDone, done],
    ];
    return bodies.map(([type, body], index) => this.#clearMessage(type, from + index, body));
  }

  /** Takes the client's flight; the datagram with the Finished that answers it. */
  finish(flight: readonly Buffer[], sequence = 5): Buffer {
    const records = flight.flatMap((datagram) => parseRecords(datagram));
    const clear = records.filter(({ type, epoch }) => type === ContentType.handshake && epoch === 0);
    for (const { fragment } of clear) {
      this.#transcript.push(fragment);
      if (fragment[0] === HandshakeType.clientKeyExchange) this.#agree(fragment);
    }
    const sealed = records.find(({ epoch }) => epoch === 1);
    const finished = sealed && this.#keys ? openRecord(this.#keys.client, sealed) : null;
    if (!finished) throw new TypeError('no Finished');
    this.#transcript.push(finished);
    const verifyData = deriveVerifyData(this.#master, 'server', transcriptHash(this.#transcript));
    const body = this.#options.finished ?? verifyData;
    return this.sealed(
      ContentType.handshake,
      encodeMessage({ type: HandshakeType.finished, sequence, body }),
    );
  }

  /** A record in the clear. */
  clear(type: number, fragment: Buffer): Buffer {
    return encodeRecord({ type, epoch: 0, sequence: this.#sent0++, fragment });
  }

  /** A record in the server's keys. */
  sealed(type: number, fragment: Buffer): Buffer {
    if (!this.#keys) throw new TypeError('no keys yet');
    return encodeRecord(sealRecord(this.#keys.server, { type, epoch: 1, sequence: this.#sent1++, fragment }));
  }

  /** Plaintexts of the sealed records in a datagram of the client. */
  open(datagram: Buffer): (Buffer | null)[] {
    const keys = this.#keys;
    if (!keys) throw new TypeError('no keys yet');
    return parseRecords(datagram)
      .filter(({ epoch }) => epoch === 1)
      .map((record) => openRecord(keys.client, record));
  }

  #hello(): Buffer {
    const { version = 0xfefd, suite = 0xc02b, extensions = SERVER_EXTENSIONS } = this.#options;
    return Buffer.concat([
      encodeUint(version, 2),
      this.#random,
      encodeVector(1),
      encodeUint(suite, 2),
      encodeUint(0, 1),
      encodeVector(
        2,
        ...extensions.map(([type, data]) => Buffer.concat([encodeUint(type, 2), encodeVector(2, data)])),
      ),
    ]);
  }

  #keyExchange(): Buffer {
    const { curve = [3, 23], point = this.#ecdh.getPublicKey(), signatureScheme = 0x0403 } = this.#options;
    const params = Buffer.concat([encodeUint(curve[0], 1), encodeUint(curve[1], 2), encodeVector(1, point)]);
    const randoms = this.#options.signedRandoms ?? Buffer.concat([this.#clientRandom, this.#random]);
    const signature = sign('sha256', Buffer.concat([randoms, params]), this.#options.key);
    return Buffer.concat([params, encodeUint(signatureScheme, 2), encodeVector(2, signature)]);
  }

  #agree(exchange: Buffer): void {
    const premaster = this.#ecdh.computeSecret(new DtlsReader(exchange.subarray(12)).vector(1));
    this.#master = deriveMasterSecret(premaster, transcriptHash(this.#transcript));
    this.#keys = deriveRecordKeys(this.#master, { client: this.#clientRandom, server: this.#random });
  }

  #clearMessage(type: number, sequence: number, body: Buffer): Buffer {
    const message = encodeMessage({ type, sequence, body });
    this.#transcript.push(message);
    return this.clear(ContentType.handshake, message);
  }
}
