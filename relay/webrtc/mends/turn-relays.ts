import { setImmediate } from 'node:timers/promises';
import {
  Candidate,
  candidateFoundation,
  candidatePriority,
  classes,
  Message,
  methods,
  StunOverTurnProtocol,
  TurnProtocol,
} from '../werift.ts';
import { type IceConnection, type IceProtocol, internalsOf } from './ice-internals.ts';
import { openTurnTransport, type TurnServerAddress } from './turn-transport.ts';

const TURN_LIFETIME_S = 600;
/** A server need not let a channel keep its permission alive beyond the 300 s of RFC 8656 §9, though coturn does. */
const TURN_CHANNEL_REFRESH_S = 240;
/** Local preferences (RFC 8445 §5.1.2.1): lost packets delay others over TCP, and TLS costs more on top. */
const TURN_PREFERENCES = { udp: 65_535, tcp: 32_767, tls: 16_383 };

/** Has a TURN server relay for us, and announces and pairs the address it gives. @throws Error likewise. */
export async function addRelay(
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

/**
 * Gives back all TURN allocations but the one that still carries the media: before a restart, as those of an old network are
 * dead and each restart asks for new ones, and at the end. Does not wait for the servers.
 */
export async function dropRelays(connection: IceConnection, inUse: IceProtocol | null): Promise<void> {
  const internals = internalsOf(connection);
  const dropped = internals.protocols
    .filter((protocol) => protocol instanceof StunOverTurnProtocol)
    .filter((protocol) => protocol !== inUse);
  internals.protocols = internals.protocols.filter((protocol) => !dropped.some((each) => each === protocol));
  await Promise.allSettled(dropped.map(giveBack));
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

/** Stock werift leaves allocations to run out, and as long they count against the user's quota (RFC 8656 §7.1). */
async function giveBack(relay: StunOverTurnProtocol): Promise<void> {
  const { turn } = relay;
  const refresh = new Message(methods.REFRESH, classes.REQUEST).setAttribute('LIFETIME', 0);
  turn.request(refresh, turn.server).catch(() => undefined);
  // It leaves in this turn of the loop.
  await setImmediate();
  cancelRequests(turn);
  await relay.close();
}

function announce(connection: IceConnection, protocol: IceProtocol): void {
  const internals = internalsOf(connection);
  internals.ensureProtocol(protocol);
  internals.protocols.push(protocol);
  internals.pairLocalProtocol(protocol);
  if (protocol.localCandidate) internals.appendLocalCandidate(protocol.localCandidate);
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
