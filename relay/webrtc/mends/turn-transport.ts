import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { type AddressInfo, connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { IceServerAddress } from '../ice-server.ts';
import { type Address, type TurnProtocol, UdpTransport } from '../werift.ts';

export type TurnServerAddress = IceServerAddress & { readonly type: 'turn' };
export type TurnTransport = ConstructorParameters<typeof TurnProtocol>[4];

const CONNECT_TIMEOUT_MS = 8000;
/**
 * What may wait beyond the kernel's own buffer: a quarter of a second of the picture. More would be shown late, and a network
 * would have dropped it.
 */
const MAX_BUFFERED_BYTES = 64 * 1024;

/**
 * Opens a way to a TURN server; gives up, and leaves no socket, when `signal` is aborted.
 * @throws Error of Node where there is none.
 */
export async function openTurnTransport(
  server: TurnServerAddress,
  signal: AbortSignal,
): Promise<TurnTransport> {
  return server.transport === 'udp'
    ? await openDatagrams(server)
    : await TurnStream.open(server, server.transport, signal);
}

/** Stock werift's own, but for errors of the socket, which end the process where nobody hears of them. */
async function openDatagrams({ host }: TurnServerAddress): Promise<TurnTransport> {
  // The resolver puts first what this machine has a route to (RFC 6724): a network may have IPv6 alone.
  const { family } = await lookup(host);
  const transport = await UdpTransport.init(family === 6 ? 'udp6' : 'udp4');
  transport.socket.on('error', () => undefined);
  // Declared without the optional parts that werift's own TURN client asks for.
  return transport as unknown as TurnTransport;
}

/** TURN over TCP or TLS. Stock werift's cannot be given up while it connects, waits to fill packets, and buffers without end. */
class TurnStream implements TurnTransport {
  readonly type: 'tcp' | 'tls';
  readonly #socket: Socket;
  onData: (data: Buffer, from: Address) => void = () => undefined;

  private constructor(type: 'tcp' | 'tls', socket: Socket) {
    this.type = type;
    this.#socket = socket;
    socket.on('data', (data: Buffer) => this.onData(data, this.remoteAddress));
  }

  static async open(
    { host, port }: TurnServerAddress,
    type: 'tcp' | 'tls',
    signal: AbortSignal,
  ): Promise<TurnStream> {
    // Several names may share the one port that gets through, and Node does not say by itself which one is meant.
    const name = isIP(host) === 0 ? { servername: host } : {};
    const socket = type === 'tls' ? connectTls({ host, port, ...name }) : connectTcp({ host, port });
    socket.setNoDelay(true);
    // A connection that breaks is a path that fails, which the checks notice.
    socket.on('error', () => undefined);
    const limit = AbortSignal.any([signal, AbortSignal.timeout(CONNECT_TIMEOUT_MS)]);
    try {
      await once(socket, type === 'tls' ? 'secureConnect' : 'connect', { signal: limit });
      return new TurnStream(type, socket);
    } catch (cause) {
      socket.destroy();
      throw cause;
    }
  }

  get address(): AddressInfo {
    const { localAddress = '', localPort = 0, localFamily = '' } = this.#socket;
    return { address: localAddress, port: localPort, family: localFamily };
  }

  get remoteAddress(): Address {
    return [this.#socket.remoteAddress ?? '', this.#socket.remotePort ?? 0];
  }

  get closed(): boolean {
    return this.#socket.destroyed;
  }

  readonly send = async (data: Buffer): Promise<void> => {
    if (this.#socket.writableLength + data.length <= MAX_BUFFERED_BYTES) this.#socket.write(data);
  };

  readonly close = async (): Promise<void> => {
    if (this.#socket.closed) return;
    const closed = once(this.#socket, 'close');
    this.#socket.destroy();
    await closed;
  };
}
