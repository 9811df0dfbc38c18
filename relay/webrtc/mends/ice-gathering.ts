import type { IceServerAddress } from '../ice-server.ts';
import {
  Candidate,
  candidateFoundation,
  candidatePriority,
  classes,
  Message,
  methods,
  StunOverTurnProtocol,
  StunProtocol,
  TurnProtocol,
} from '../werift.ts';
import { type IceConnection, type IceProtocol, internalsOf } from './ice-internals.ts';
import { openTurnTransport, type TurnServerAddress } from './turn-transport.ts';

/** Requests without an answer before a server counts as dead: about eight seconds in all. */
const STUN_RETRANSMISSIONS = 6;
const TURN_LIFETIME_S = 600;
/** A server need not let a channel keep its permission alive beyond the 300 s of RFC 8656 §9, though coturn does. */
const TURN_CHANNEL_REFRESH_S = 240;
/** Local preferences (RFC 8445 §5.1.2.1): lost packets delay others over TCP, and TLS costs more on top. */
const TURN_PREFERENCES = { udp: 65_535, tcp: 32_767, tls: 16_383 };

/**
 * Opens one UDP socket for each address and announces it; done within milliseconds.
 *
 * Stock werift asks a public STUN server when it is given none, and starts no check before every server has
 * answered or timed out. So it is told of no server, and {@link gatherFromServers} asks them afterwards.
 */
export async function gatherHosts(connection: IceConnection, addresses: readonly string[]): Promise<void> {
  delete connection.stunServer;
  delete connection.turnServer;
  connection.options = {
    ...connection.options,
    useTcp: false,
    useIpv4: false,
    useIpv6: false,
    additionalHostAddresses: [...addresses],
  };
  await connection.gatherCandidates();
}

/** Asks all servers at once, each candidate being announced and paired as it comes; a dead server delays nothing. */
export async function gatherFromServers(
  connection: IceConnection,
  servers: readonly IceServerAddress[],
  signal: AbortSignal,
): Promise<void> {
  const sockets = internalsOf(connection).protocols.filter((protocol) => protocol instanceof StunProtocol);
  const tasks = servers.flatMap((server) =>
    server.type === 'stun'
      ? sockets.map((socket) => addServerReflexive(connection, socket, server, signal))
      : [addRelayed(connection, server, signal)],
  );
  // A server that fails leaves one candidate fewer, which is what the checks are for.
  await Promise.allSettled(tasks);
}

/**
 * Before a restart: gives back all TURN allocations but the one that carries the media meanwhile. Those of an old
 * network are dead, and each restart asks for new ones.
 */
export async function dropRelays(connection: IceConnection, inUse: IceProtocol | null): Promise<void> {
  const internals = internalsOf(connection);
  const isDropped = (protocol: IceProtocol) => protocol instanceof StunOverTurnProtocol && protocol !== inUse;
  const dropped = internals.protocols.filter(isDropped);
  internals.protocols = internals.protocols.filter((protocol) => !isDropped(protocol));
  await Promise.allSettled(dropped.map((protocol) => protocol.close()));
}

async function addServerReflexive(
  connection: IceConnection,
  protocol: StunProtocol,
  { host, port }: IceServerAddress,
  signal: AbortSignal,
): Promise<void> {
  const request = new Message(methods.BINDING, classes.REQUEST);
  const [response] = await protocol.request(request, [host, port], undefined, {
    retransmissions: STUN_RETRANSMISSIONS,
    signal,
  });
  signal.throwIfAborted();
  const base = protocol.localCandidate;
  const mapped = response.getAttributeValue('XOR-MAPPED-ADDRESS') as readonly [string, number] | undefined;
  if (!base || !mapped || isKnown(connection, mapped)) return;
  const candidate = new Candidate(
    candidateFoundation('srflx', 'udp', base.host),
    1,
    'udp',
    candidatePriority('srflx'),
    mapped[0],
    mapped[1],
    'srflx',
    base.host,
    base.port,
  );
  internalsOf(connection).appendLocalCandidate(candidate);
}

function isKnown(connection: IceConnection, [host, port]: readonly [string, number]): boolean {
  return connection.localCandidates.some((candidate) => candidate.host === host && candidate.port === port);
}

async function addRelayed(
  connection: IceConnection,
  server: TurnServerAddress,
  signal: AbortSignal,
): Promise<void> {
  const turn = await allocateRelay(server, signal);
  const protocol = new StunOverTurnProtocol(turn);
  protocol.localCandidate = new Candidate(
    candidateFoundation('relay', 'udp', turn.relayedAddress[0]),
    1,
    'udp',
    candidatePriority('relay', TURN_PREFERENCES[server.transport]),
    turn.relayedAddress[0],
    turn.relayedAddress[1],
    'relay',
    turn.mappedAddress[0],
    turn.mappedAddress[1],
    undefined,
    connection.generation,
    connection.localUsername,
  );
  announce(connection, protocol);
}

function announce(connection: IceConnection, protocol: IceProtocol): void {
  const internals = internalsOf(connection);
  internals.ensureProtocol(protocol);
  internals.protocols.push(protocol);
  internals.pairLocalProtocol(protocol);
  if (protocol.localCandidate) internals.appendLocalCandidate(protocol.localCandidate);
}

/**
 * Makes an allocation that is given up, socket and timers and all, when `signal` is.
 * @throws Error where the server does not answer, or refuses.
 */
export async function allocateRelay(server: TurnServerAddress, signal: AbortSignal): Promise<TurnProtocol> {
  const transport = await openTurnTransport(server, signal);
  const { host, port, username, credential } = server;
  const turn = new TurnProtocol([host, port], username, credential, TURN_LIFETIME_S, transport, {
    channelRefreshTime: TURN_CHANNEL_REFRESH_S,
  });
  signal.addEventListener('abort', () => cancelRequests(turn), { once: true });
  try {
    signal.throwIfAborted();
    // A cancelled transaction never settles, so the signal is waited for beside it.
    await Promise.race([turn.connectionMade(), rejectOnAbort(signal)]);
    signal.throwIfAborted();
    return turn;
  } catch (cause) {
    cancelRequests(turn);
    await turn.close();
    throw cause;
  }
}

/** Their timers outlive the socket otherwise. */
function cancelRequests(turn: TurnProtocol): void {
  for (const transaction of Object.values(turn.transactions)) transaction.cancel();
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
