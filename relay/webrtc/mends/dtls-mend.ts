import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { RTCCertificate, RTCDtlsTransport, RTCIceTransport } from '../werift.ts';
import type { DtlsAssociation, DtlsHooks } from './dtls-association.ts';
import { DtlsClient } from './dtls-client.ts';
import { DtlsError } from './dtls-error.ts';
import type { DtlsIdentity, DtlsRole, DtlsSecrets } from './dtls-handshake.ts';
import { isP256, parseFingerprint } from './dtls-possession.ts';
import { DtlsServer } from './dtls-server.ts';
import { exportSrtpKeys, type SrtpKeys } from './dtls-srtp-keys.ts';
import { refuseSrtcpReplay, refuseSrtpReplay } from './dtls-srtp-replay.ts';
import { internalsOf } from './ice-internals.ts';

/** A client may speak the moment ICE lets it, a little before werift starts us: its first flight is kept. */
const MAX_EARLY_DATAGRAMS = 8;

/**
 * What of werift's RTCDtlsTransport is replaced or called: some of it is private in its types, and `dtls` is typed
 * as its own socket class.
 */
interface TransportInside {
  state: RTCDtlsTransport['state'];
  role: RTCDtlsTransport['role'];
  readonly iceTransport: RTCIceTransport;
  readonly localCertificate?: RTCCertificate;
  readonly remoteParameters?: { readonly fingerprints: { algorithm: string; value: string }[] };
  /** Best first; werift's own list starts with AES-GCM. */
  readonly srtpProfiles: readonly number[];
  readonly dataReceiver: (data: Buffer) => unknown;
  dtls?: SecuredSocket;
  srtp: { decrypt: (packet: Buffer) => Buffer };
  srtcp: { decrypt: (packet: Buffer) => Buffer };
  setState(state: RTCDtlsTransport['state']): void;
  start(): Promise<void>;
  startSrtp(): void;
  updateSrtpSession(): void;
  stop(): Promise<void>;
}

/** What werift asks of its DTLS socket once it is connected: sending, SRTP keys, statistics. */
interface SecuredSocket {
  readonly remoteCertificate: Buffer;
  readonly srtp: { readonly srtpProfile: number | undefined };
  readonly dtls: { readonly version: { readonly major: number; readonly minor: number } };
  readonly cipher: { readonly cipher: { readonly name: string } };
  send(data: Buffer): Promise<void>;
  extractSessionKeys(keyLength: number, saltLength: number): SrtpKeys;
}

const mended = new WeakSet<RTCDtlsTransport>();

export interface DtlsMendOptions {
  readonly role: DtlsRole;
  /** Told once, when the peer has proved itself and media may go to it; a client may be told before it is connected. */
  readonly onProved?: (secrets: DtlsSecrets) => void;
}

/**
 * Gives a transport DTLS that proves the peer before any SRTP or SCTP passes, in place of werift's, and
 * SRTP replay lists. Call it before the answer is made: it also makes the answer say `setup:passive` or `setup:active`.
 * Doing it twice does nothing.
 */
export function mendDtls(transport: RTCDtlsTransport, { role, onProved }: DtlsMendOptions): void {
  if (mended.has(transport)) return;
  mended.add(transport);
  const inside = transport as unknown as TransportInside; // see TransportInside
  const stop = inside.stop.bind(inside);
  const inbox = openInbox(inside.iceTransport);
  let association: DtlsAssociation | null = null;
  inside.role = role;
  inside.start = async () => {
    if (inside.state !== 'new') throw new TypeError('a DTLS transport is started once');
    try {
      if (inside.role !== role) throw new DtlsError('other_role', `the answer says ${role}`);
      const made = createAssociation(inside, role);
      association = made;
      inside.setState('connecting');
      if (role === 'server') repeatOnPath(inside.iceTransport, made);
      else onFirstPath(inside.iceTransport, () => made.begin());
      inbox.deliverTo(made);
      const [secrets] = await Promise.all([made.secured, made.proved.then(onProved)]);
      connect(inside, made, secrets, role);
    } catch (error) {
      failUnlessClosed(inside);
      throw error;
    }
  };
  inside.stop = async () => {
    association?.close();
    inbox.close();
    await stop();
  };
  replaceSrtpSessions(inside);
}

function failUnlessClosed(inside: TransportInside): void {
  if (inside.state !== 'closed') inside.setState('failed');
}

function createAssociation(inside: TransportInside, role: DtlsRole): DtlsAssociation {
  const hooks: DtlsHooks = {
    // What cannot be sent is as lost on the way: it is sent again.
    send: (datagram) => void inside.iceTransport.connection.send(datagram).catch(() => null),
    onData: (data) => receiveData(inside, data),
    onClose: () => inside.setState('closed'),
  };
  const identity = identityOf(inside);
  return role === 'server' ? new DtlsServer(identity, hooks) : new DtlsClient(identity, hooks);
}

/** Over TCP, data comes in the same moment as the Finished before it, when werift cannot answer yet. */
function receiveData(inside: TransportInside, data: Buffer): void {
  if (inside.state === 'connecting') setImmediate(() => inside.dataReceiver(data));
  else inside.dataReceiver(data);
}

function identityOf({ localCertificate, remoteParameters, srtpProfiles }: TransportInside): DtlsIdentity {
  if (!localCertificate) throw new TypeError('a DTLS transport needs a certificate');
  const privateKey = createPrivateKey(localCertificate.privateKey);
  if (!isP256(privateKey)) throw new TypeError('the DTLS certificate needs a P-256 key');
  const fingerprint = parseFingerprint(remoteParameters?.fingerprints ?? []);
  if (!fingerprint) throw new DtlsError('bad_certificate', 'the offer does not name one SHA-256 fingerprint');
  return {
    certificate: new X509Certificate(localCertificate.certPem).raw,
    privateKey,
    fingerprint,
    srtpProfiles,
  };
}

/** Only here, with a proved peer, does werift get keys and call itself connected. */
function connect(
  inside: TransportInside,
  association: DtlsAssociation,
  secrets: DtlsSecrets,
  role: DtlsRole,
): void {
  if (inside.state !== 'connecting') throw new DtlsError('closed', 'closed while connecting');
  inside.dtls = securedSocket(association, secrets, role);
  if (secrets.srtpProfile !== null) inside.startSrtp();
  inside.setState('connected');
}

function securedSocket(association: DtlsAssociation, secrets: DtlsSecrets, role: DtlsRole): SecuredSocket {
  return {
    remoteCertificate: secrets.peerCertificate,
    srtp: { srtpProfile: secrets.srtpProfile ?? undefined },
    dtls: { version: { major: 0xfe, minor: 0xfd } },
    cipher: { cipher: { name: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256' } },
    send: async (data) => association.send(data),
    extractSessionKeys: (keyLength, saltLength) => exportSrtpKeys(secrets, role, keyLength, saltLength),
  };
}

function replaceSrtpSessions(inside: TransportInside): void {
  const update = inside.updateSrtpSession.bind(inside);
  inside.updateSrtpSession = () => {
    update();
    refuseSrtpReplay(inside.srtp);
    refuseSrtcpReplay(inside.srtcp, inside.dtls?.srtp.srtpProfile ?? 0);
  };
}

/**
 * A client may speak before our own checks of the path are done, when werift still drops what we send: the answer
 * follows in the moment consent begins, not a repeat later.
 */
function repeatOnPath(iceTransport: RTCIceTransport, server: DtlsAssociation): void {
  if (iceTransport.connection.nominated) return;
  const connection = iceTransport.connection as unknown as { queryConsent: () => void }; // private in the types
  const { queryConsent } = connection;
  connection.queryConsent = () => {
    connection.queryConsent = queryConsent;
    queryConsent();
    server.repeat();
  };
}

/**
 * The moment in which anything can reach the peer: it has asked for a path with its ICE password, or one is chosen. That it
 * may take DTLS before its own checks are done is its own affair: browsers keep a hello that comes early.
 */
function onFirstPath({ connection }: RTCIceTransport, go: () => void): void {
  if (connection.nominated) go();
  const internals = internalsOf(connection);
  const [checkIncoming, queryConsent] = [internals.checkIncoming, internals.queryConsent];
  internals.checkIncoming = (...check) => {
    internals.checkIncoming = checkIncoming;
    checkIncoming.apply(connection, check);
    go();
  };
  internals.queryConsent = () => {
    internals.queryConsent = queryConsent;
    queryConsent.call(connection);
    go();
  };
}

interface Inbox {
  deliverTo(association: DtlsAssociation): void;
  close(): void;
}

/** DTLS datagrams (RFC 7983 §7) of an ICE transport, the first few kept until there is a server. */
function openInbox({ connection }: RTCIceTransport): Inbox {
  const early: Buffer[] = [];
  let association: DtlsAssociation | null = null;
  const subscription = connection.onData.subscribe((datagram) => {
    if (!isDtls(datagram)) return;
    if (association) association.receive(datagram);
    else if (early.length < MAX_EARLY_DATAGRAMS) early.push(datagram);
  });
  return {
    deliverTo: (started) => {
      association = started;
      for (const datagram of early.splice(0)) started.receive(datagram);
    },
    close: () => subscription.unSubscribe(),
  };
}

function isDtls(datagram: Buffer): boolean {
  const first = datagram[0] ?? 0;
  return first >= 20 && first <= 63;
}
