import type { Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { IceServer } from '#shared/message-fields.ts';
import { encodeCandidate, type IceCandidate } from './candidate.ts';
import { createEmitter } from './emitter.ts';
import { listIceServerAddresses } from './ice-server.ts';
import { mendIce } from './mend.ts';
import { boundCheckRetries } from './mends/ice-check-retries.ts';
import { renewCredentials } from './mends/ice-credentials.ts';
import { gatherFromServers, gatherHosts } from './mends/ice-gathering.ts';
import { type IceProtocol, internalsOf } from './mends/ice-internals.ts';
import { followNomination } from './mends/ice-nomination.ts';
import { dropRelays } from './mends/turn-relays.ts';
import type { IceCredentials } from './offer.ts';
import { Candidate, type CandidatePair, RTCIceGatherer, RTCIceTransport, StunProtocol } from './werift.ts';

/** What stands for a port that is not told (RFC 8839 §5.1). */
const DISCARD_PORT = 9;
/** More candidates than a browser with many interfaces has; each costs up to eight checks. */
const MAX_REMOTE_CANDIDATES = 64;

/** Where and how to look for paths. */
export interface IceAgentOptions {
  /** To be reached at directly; none where the TURN servers alone shall know where we are. */
  readonly hostAddresses: readonly string[];
  /** Asked for at each search, as credentials run out. */
  readonly servers: () => readonly IceServer[];
}

/** The controlled side of ICE (RFC 8445) over one UDP socket an address; it alone knows of sockets. */
export class IceAgent {
  /** For the DTLS transport, which is built upon it. */
  readonly transport: RTCIceTransport;
  readonly #options: IceAgentOptions;
  readonly #abort = new AbortController();
  readonly #candidates = createEmitter<string>();
  readonly #paths = createEmitter<void>();
  readonly #failures = createEmitter<void>();
  readonly #received = createEmitter<Buffer>();
  /** Kept through a restart, so that media flows on until the new path is found. */
  #path: CandidatePair | null = null;
  #remoteCandidates = 0;
  #isClosed = false;
  /** Until the answer is made, candidates go with it. */
  #isTrickling = false;

  /** Each local candidate found after {@link start}. */
  readonly onCandidate = this.#candidates.on;
  /** A path was chosen or changed by the viewer. */
  readonly onPath = this.#paths.on;
  /** Consent has run out (RFC 7675 §5.1). */
  readonly onFailure = this.#failures.on;
  /** Every datagram that is not STUN. */
  readonly onData = this.#received.on;

  constructor(options: IceAgentOptions) {
    this.#options = options;
    this.transport = new RTCIceTransport(new RTCIceGatherer());
    mendIce(this.transport);
    const { connection } = this.transport;
    connection.onIceCandidate.subscribe((candidate) => {
      if (this.#isTrickling) this.#candidates.emit(encodeCandidate(fromWerift(candidate)));
    });
    connection.onData.subscribe((bytes) => this.#received.emit(bytes));
    connection.send = async (packet) => this.send(packet);
    const close = connection.close.bind(connection);
    connection.close = async () => {
      // What was sent last, the goodbyes, leaves in this turn of the loop; a closed socket would swallow it.
      await setImmediate();
      await dropRelays(connection, null);
      await close();
    };
    connection.stateChanged.subscribe((state) => {
      if (state === 'failed') this.#failures.emit();
    });
    boundCheckRetries(connection);
    followNomination(connection, (pair) => {
      this.#path = pair;
      this.#paths.emit();
    });
  }

  get credentials(): IceCredentials {
    const { localUsername, localPassword } = this.transport.connection;
    return { usernameFragment: localUsername, password: localPassword };
  }

  /** Candidate lines found so far. */
  get localCandidates(): string[] {
    return this.transport.connection.localCandidates.map((candidate) =>
      encodeCandidate(fromWerift(candidate)),
    );
  }

  get path(): 'direct' | 'relayed' | null {
    const pair = this.#path;
    if (!pair) return null;
    const [host, port] = pair.remoteAddr;
    const isRelayed = (candidate: Candidate) => candidate.type === 'relay';
    const remotes = this.transport.connection.remoteCandidates.filter(
      (c) => c.host === host && c.port === port,
    );
    return isRelayed(pair.localCandidate) || remotes.some(isRelayed) ? 'relayed' : 'direct';
  }

  /** Grows with every packet and check that came by the chosen path. */
  get heard(): number {
    const pair = this.#path;
    return pair ? pair.packetsReceived + pair.requestsReceived + pair.responsesReceived : 0;
  }

  /**
   * Opens the sockets, or with new credentials starts over on the same ones (RFC 8445 §9).
   * Resolves with whether there is something to {@link start}.
   */
  async begin(remote: IceCredentials): Promise<boolean> {
    const { connection } = this.transport;
    if (this.#isTrickling && connection.remoteUsername === remote.usernameFragment) return false;
    if (connection.remoteUsername !== '') {
      await dropRelays(connection, this.#path?.protocol ?? null);
      this.transport.restart();
      this.#remoteCandidates = 0;
    }
    this.#isTrickling = false;
    renewCredentials(connection);
    connection.iceControlling = false;
    await gatherHosts(connection, this.#options.hostAddresses);
    if (this.#isClosed) {
      // Closed meanwhile: the sockets that have just come up are nobody's.
      await connection.close();
      return false;
    }
    for (const protocol of internalsOf(connection).protocols) outliveErrors(protocol);
    connection.setRemoteParams({ iceLite: false, ...remote });
    return true;
  }

  /** Begins the checks and asks the servers; neither waits for the other. */
  start(): void {
    const { connection } = this.transport;
    this.#isTrickling = true;
    // Ends by nomination or by close; a failure to find a path is the peer's to time.
    void connection.connect().catch(() => undefined);
    const servers = listIceServerAddresses(this.#options.servers());
    void gatherFromServers(connection, servers, this.#abort.signal);
  }

  /** False when there are too many already. */
  addRemoteCandidate(candidate: IceCandidate): boolean {
    if (++this.#remoteCandidates > MAX_REMOTE_CANDIDATES) return false;
    void this.transport.connection.addRemoteCandidate(toWerift(candidate));
    return true;
  }

  /**
   * Straight to the socket of the chosen path. Before the viewer has chosen, the first flight of its handshake is
   * already here and is answered where its checks come from (RFC 8445 §12.1); otherwise it is lost for 300 ms.
   */
  send(packet: Buffer): void {
    const pair = this.#path ?? this.#checkedPair();
    if (!pair || this.#isClosed) return;
    const { protocol } = pair;
    const [host, port] = pair.remoteAddr;
    if (protocol instanceof StunProtocol) {
      if (!protocol.transport.closed) socketOf(protocol).send(packet, port, host);
      return;
    }
    // A relay that refuses one packet is like a network that loses it.
    void protocol.sendData(packet, [host, port]).catch(() => undefined);
  }

  /** The best pair by which the viewer has proved its ICE password. */
  #checkedPair(): CandidatePair | undefined {
    return this.transport.connection.checkList.find(({ requestsReceived }) => requestsReceived > 0);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#path = null;
    this.#abort.abort();
    for (const emitter of [this.#candidates, this.#paths, this.#failures, this.#received]) emitter.clear();
    await this.transport.stop();
  }
}

/** A socket that fails is a path that fails, which the checks notice; without a listener it ends the process. */
function outliveErrors(protocol: IceProtocol): void {
  if (!(protocol instanceof StunProtocol)) return;
  const socket = socketOf(protocol);
  if (socket.listenerCount('error') === 0) socket.on('error', () => undefined);
}

function socketOf(protocol: StunProtocol): Socket {
  return (protocol.transport as unknown as { socket: Socket }).socket; // private only in the types
}

function fromWerift(candidate: Candidate): IceCandidate {
  return {
    foundation: candidate.foundation,
    priority: candidate.priority,
    address: candidate.host,
    port: candidate.port,
    type: candidate.type as IceCandidate['type'], // we make no other
    // Only people who look for faults would use it, and behind TURN it is what shall not be known (RFC 8839 §5.1).
    ...(candidate.type === 'host' ? {} : hiddenRelation(candidate)),
  };
}

function hiddenRelation({ host }: Candidate): Pick<IceCandidate, 'relatedAddress' | 'relatedPort'> {
  return { relatedAddress: isIPv6(host) ? '::' : '0.0.0.0', relatedPort: DISCARD_PORT };
}

function toWerift({ foundation, priority, address, port, type }: IceCandidate): Candidate {
  return new Candidate(foundation, 1, 'udp', priority, address, port, type);
}
