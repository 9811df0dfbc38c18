import { randomBytes } from 'node:crypto';
import { DtlsError } from './dtls-error.ts';
import { DtlsReader, encodeUint, encodeVector } from './dtls-reader.ts';
import { DTLS_1_2 } from './dtls-record.ts';

/** The one suite RFC 8827 §6.5 makes mandatory: TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256. */
const CIPHER_SUITE = 0xc02b;
/** TLS_EMPTY_RENEGOTIATION_INFO_SCSV, another way to offer renegotiation_info (RFC 5746 §3.3). */
const RENEGOTIATION_SCSV = 0x00ff;
/** secp256r1, the one curve RFC 8827 §6.5 makes mandatory. */
export const NAMED_CURVE = 23;
/** ecdsa_secp256r1_sha256. */
export const SIGNATURE_SCHEME = 0x0403;

const Extension = {
  supportedGroups: 10,
  ecPointFormats: 11,
  signatureAlgorithms: 13,
  useSrtp: 14,
  extendedMasterSecret: 23,
  renegotiationInfo: 0xff01,
} as const;

/** What a ClientHello settles. */
export interface ClientHello {
  /** 32 bytes. */
  readonly random: Buffer;
  /** SRTP protection profile (RFC 5764 §4.1.2, RFC 7714 §14.2); null when one side wants no media. */
  readonly srtpProfile: number | null;
  /** Whether the client knows RFC 5746; nothing it did not offer may be in the answer (RFC 5246 §7.4.1.4). */
  readonly knowsRenegotiationInfo: boolean;
}

/**
 * Reads a ClientHello and settles on the one set of parameters we speak (RFC 5246 §7.4.1.2) and on the first of
 * our SRTP profiles, best first, that it offers.
 * @throws DtlsError decode_error, or handshake_failure when the client does not offer them.
 */
export function parseClientHello(body: Buffer, srtpProfiles: readonly number[]): ClientHello {
  const reader = new DtlsReader(body);
  if (reader.uint(2) > DTLS_1_2) refuse('DTLS 1.2');
  const random = Buffer.from(reader.take(32));
  reader.vector(1); // session_id: sessions are not resumed
  reader.vector(1); // cookie: none was given
  const suites = reader.uint16List();
  if (!suites.includes(CIPHER_SUITE)) refuse('ECDHE-ECDSA with AES-128-GCM');
  if (!reader.vector(1).includes(0)) refuse('no compression');
  const extensions = readExtensions(reader);
  if (!listIn(extensions, Extension.supportedGroups).includes(NAMED_CURVE)) refuse('P-256');
  if (!listIn(extensions, Extension.signatureAlgorithms).includes(SIGNATURE_SCHEME))
    refuse('ECDSA with P-256');
  if (!extensions.has(Extension.extendedMasterSecret)) refuse('the extended master secret');
  return {
    random,
    srtpProfile: settleSrtpProfile(extensions, srtpProfiles),
    knowsRenegotiationInfo:
      suites.includes(RENEGOTIATION_SCSV) || extensions.has(Extension.renegotiationInfo),
  };
}

/** ServerHello body (RFC 5246 §7.4.1.3) with the extensions of RFC 5746, 7627 and 5764. */
export function encodeServerHello(random: Buffer, hello: ClientHello): Buffer {
  const extensions = [encodeExtension(Extension.extendedMasterSecret, Buffer.alloc(0))];
  if (hello.knowsRenegotiationInfo)
    extensions.push(encodeExtension(Extension.renegotiationInfo, encodeVector(1)));
  if (hello.srtpProfile !== null) extensions.push(encodeUseSrtp(hello.srtpProfile));
  return Buffer.concat([
    encodeUint(DTLS_1_2, 2),
    random,
    encodeVector(1),
    encodeUint(CIPHER_SUITE, 2),
    encodeUint(0, 1),
    encodeVector(2, ...extensions),
  ]);
}

/** What is our own in a ClientHello of ours. */
export interface OfferedHello {
  /** 32 bytes. */
  readonly random: Buffer;
  /** Best first. */
  readonly srtpProfiles: readonly number[];
}

/** Makes what is our own of a ClientHello. */
export function offerHello(srtpProfiles: readonly number[]): OfferedHello {
  return { random: randomBytes(32), srtpProfiles };
}

/**
 * ClientHello body: offers the one set of parameters we speak, so that nothing can be talked down (RFC 5246 §7.4.1.2). `cookie` is
 * what the server has asked for (RFC 6347 §4.2.1).
 */
export function encodeClientHello({ random, srtpProfiles }: OfferedHello, cookie: Buffer): Buffer {
  const extensions = [
    encodeExtension(Extension.supportedGroups, encodeVector(2, encodeUint(NAMED_CURVE, 2))),
    encodeExtension(Extension.ecPointFormats, encodeVector(1, encodeUint(0, 1))),
    encodeExtension(Extension.signatureAlgorithms, encodeVector(2, encodeUint(SIGNATURE_SCHEME, 2))),
    encodeExtension(Extension.extendedMasterSecret, Buffer.alloc(0)),
    encodeExtension(Extension.renegotiationInfo, encodeVector(1)),
  ];
  if (srtpProfiles.length > 0) extensions.push(encodeUseSrtp(...srtpProfiles));
  return Buffer.concat([
    encodeUint(DTLS_1_2, 2),
    random,
    encodeVector(1),
    encodeVector(1, cookie),
    encodeVector(2, encodeUint(CIPHER_SUITE, 2)),
    encodeVector(1, encodeUint(0, 1)),
    encodeVector(2, ...extensions),
  ]);
}

/** The cookie of a HelloVerifyRequest (RFC 6347 §4.2.1). @throws DtlsError decode_error */
export function parseCookie(body: Buffer): Buffer {
  const reader = new DtlsReader(body);
  reader.uint(2); // server_version: says nothing yet
  const cookie = reader.vector(1);
  if (!reader.done) throw new DtlsError('decode_error', 'more than a HelloVerifyRequest');
  return Buffer.from(cookie);
}

/** What a ServerHello settles. */
export interface ServerHello {
  /** 32 bytes. */
  readonly random: Buffer;
  /** As in {@link ClientHello}. */
  readonly srtpProfile: number | null;
}

/**
 * Reads the answer to a hello of ours: exactly what was offered, and nothing that was not (RFC 5246 §7.4.1.4).
 * @throws DtlsError decode_error, or handshake_failure for anything else.
 */
export function parseServerHello(body: Buffer, { srtpProfiles }: OfferedHello): ServerHello {
  const reader = new DtlsReader(body);
  if (reader.uint(2) !== DTLS_1_2) refuse('DTLS 1.2');
  const random = Buffer.from(reader.take(32));
  reader.vector(1); // session_id: sessions are not resumed
  if (reader.uint(2) !== CIPHER_SUITE) refuse('ECDHE-ECDSA with AES-128-GCM');
  if (reader.uint(1) !== 0) refuse('no compression');
  const extensions = readExtensions(reader);
  if (!reader.done) throw new DtlsError('decode_error', 'more than a ServerHello');
  if (!extensions.has(Extension.extendedMasterSecret)) refuse('the extended master secret');
  for (const type of extensions.keys()) if (!ANSWERABLE.includes(type)) refuse('what was offered');
  const points = extensions.get(Extension.ecPointFormats);
  if (points && !new DtlsReader(points).vector(1).includes(0)) refuse('uncompressed points');
  return { random, srtpProfile: readSrtpProfile(extensions, srtpProfiles) };
}

/** What of our extensions a server may answer. */
const ANSWERABLE: readonly number[] = [
  Extension.ecPointFormats,
  Extension.extendedMasterSecret,
  Extension.renegotiationInfo,
  Extension.useSrtp,
];

/** One profile of ours, and no MKI, as none was offered (RFC 5764 §4.1.1). */
function readSrtpProfile(extensions: Map<number, Buffer>, offered: readonly number[]): number | null {
  const data = extensions.get(Extension.useSrtp);
  if (!data) return null;
  const reader = new DtlsReader(data);
  const [profile, ...others] = reader.uint16List();
  const isOffered = profile !== undefined && offered.includes(profile) && others.length === 0;
  if (!isOffered || reader.vector(1).length > 0) return refuse('an SRTP profile of ours');
  return profile;
}

function settleSrtpProfile(extensions: Map<number, Buffer>, ours: readonly number[]): number | null {
  if (ours.length === 0 || !extensions.has(Extension.useSrtp)) return null;
  const offered = listIn(extensions, Extension.useSrtp);
  return ours.find((profile) => offered.includes(profile)) ?? refuse('an SRTP profile of ours');
}

/** Profiles and no MKI (RFC 5764 §4.1.1). */
function encodeUseSrtp(...profiles: readonly number[]): Buffer {
  const list = encodeVector(2, ...profiles.map((profile) => encodeUint(profile, 2)));
  return encodeExtension(Extension.useSrtp, Buffer.concat([list, encodeVector(1)]));
}

function readExtensions(reader: DtlsReader): Map<number, Buffer> {
  const extensions = new Map<number, Buffer>();
  if (reader.done) return extensions;
  const list = new DtlsReader(reader.vector(2));
  while (!list.done) {
    const type = list.uint(2);
    if (extensions.has(type)) throw new DtlsError('decode_error', 'an extension comes twice');
    extensions.set(type, list.vector(2));
  }
  return extensions;
}

function listIn(extensions: Map<number, Buffer>, type: number): number[] {
  const data = extensions.get(type);
  return data ? new DtlsReader(data).uint16List() : [];
}

function encodeExtension(type: number, data: Buffer): Buffer {
  return Buffer.concat([encodeUint(type, 2), encodeVector(2, data)]);
}

function refuse(what: string): never {
  throw new DtlsError('handshake_failure', `the peer does not speak ${what}`);
}
