import type { Address, RTCIceTransport } from '../werift.ts';
import { hasIntegrity, parseBindingRequest } from './stun-request.ts';

/**
 * A phone on Wi-Fi and mobile data shows some ten addresses, all of them first seen here when it hides its own
 * behind `.local` names. Beyond this, someone replays a request of its from many addresses.
 */
export const MAX_PEER_REFLEXIVE = 32;
/** Requests that wait for the remote description; werift handles all of them when it comes. */
const MAX_EARLY_CHECKS = 64;
/** First byte of a STUN message (RFC 7983 §7). */
const LAST_STUN_BYTE = 3;

/** What of werift's ICE connection is watched; most of it is private in its types. */
interface ConnectionInside {
  readonly localUsername: string;
  readonly localPassword: string;
  readonly remoteUsername: string;
  readonly userHistory: Record<string, string>;
  readonly remoteCandidates: { readonly type: string; readonly host: string; readonly port: number }[];
  readonly earlyChecks: unknown[];
  readonly protocols: ProtocolInside[];
  ensureProtocol(protocol: ProtocolInside): void;
}

type Receive = (datagram: Buffer, from: Address) => void;

/** One of werift's sockets: `datagramReceived` on its own, `handleStunMessage` over TURN, neither over TCP. */
interface ProtocolInside {
  readonly onRequestReceived: { execute: (message: unknown, from: Address, datagram: Buffer) => void };
  datagramReceived?: Receive;
  handleStunMessage?: Receive;
}

const mended = new WeakSet<object>();

/**
 * Makes an ICE transport deaf to everyone but its peer: Binding requests count only with the USERNAME and
 * MESSAGE-INTEGRITY of this session (RFC 8445 §7.3, RFC 8489 §9.1), anything but STUN only from an address such
 * a request came from. The rest is dropped without a reply. Call it before candidates are gathered; doing it
 * twice does nothing.
 */
export function mendStun({ connection }: RTCIceTransport): void {
  if (mended.has(connection)) return;
  mended.add(connection);
  const inside = connection as unknown as ConnectionInside; // see ConnectionInside
  const ensureProtocol = inside.ensureProtocol.bind(inside);
  for (const protocol of inside.protocols) guardProtocol(inside, protocol);
  inside.ensureProtocol = (protocol) => {
    ensureProtocol(protocol);
    guardProtocol(inside, protocol);
  };
}

function guardProtocol(connection: ConnectionInside, protocol: ProtocolInside): void {
  const peerAddresses = new Set<string>();
  const { execute } = protocol.onRequestReceived;
  protocol.onRequestReceived.execute = (message, from, datagram) => {
    if (!isFromPeer(connection, datagram) || !hasRoom(connection, from)) return;
    remember(peerAddresses, from);
    execute(message, from, datagram);
  };
  guardData(protocol, (from) => peerAddresses.has(addressKey(from)));
}

function guardData(protocol: ProtocolInside, isPeer: (from: Address) => boolean): void {
  const guard = (receive: Receive): Receive => {
    return (datagram, from) => {
      if ((datagram[0] ?? 0) <= LAST_STUN_BYTE || isPeer(from)) receive(datagram, from);
    };
  };
  if (protocol.datagramReceived) protocol.datagramReceived = guard(protocol.datagramReceived.bind(protocol));
  if (protocol.handleStunMessage)
    protocol.handleStunMessage = guard(protocol.handleStunMessage.bind(protocol));
}

/** Passwords of before an ICE restart still count: the phone keeps asking on the old pair until it has a new one. */
function isFromPeer(connection: ConnectionInside, datagram: Buffer): boolean {
  const request = parseBindingRequest(datagram);
  if (!request) return false;
  const { localUsername, localPassword, remoteUsername, userHistory } = connection;
  const isCurrent = request.localUfrag === localUsername;
  const isFormer = Object.hasOwn(userHistory, request.localUfrag);
  const password = isCurrent ? localPassword : isFormer ? userHistory[request.localUfrag] : undefined;
  if (password === undefined || !hasIntegrity(request, password)) return false;
  return !isCurrent || !remoteUsername || request.remoteUfrag === remoteUsername;
}

function hasRoom({ remoteCandidates, earlyChecks }: ConnectionInside, [host, port]: Address): boolean {
  if (earlyChecks.length >= MAX_EARLY_CHECKS) return false;
  if (remoteCandidates.some((candidate) => candidate.host === host && candidate.port === port)) return true;
  return remoteCandidates.filter(({ type }) => type === 'prflx').length < MAX_PEER_REFLEXIVE;
}

/** The address that has asked least lately makes room for a new one. */
function remember(addresses: Set<string>, from: Address): void {
  addresses.delete(addressKey(from));
  addresses.add(addressKey(from));
  const [stalest] = addresses;
  if (stalest !== undefined && addresses.size > MAX_PEER_REFLEXIVE) addresses.delete(stalest);
}

function addressKey([host, port]: Address): string {
  return `${host} ${port}`;
}
