import type { IceServerAddress } from '../ice-server.ts';
import {
  Candidate,
  candidateFoundation,
  candidatePriority,
  classes,
  Message,
  methods,
  StunProtocol,
} from '../werift.ts';
import { type IceConnection, internalsOf } from './ice-internals.ts';
import { addRelay } from './turn-relays.ts';

/** Requests without an answer before a server counts as dead: about eight seconds in all. */
const STUN_RETRANSMISSIONS = 6;

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
      : [addRelay(connection, server, signal)],
  );
  // A server that fails leaves one candidate fewer, which is what the checks are for.
  await Promise.allSettled(tasks);
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
