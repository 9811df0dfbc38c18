import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { type AddressAccount, AddressLedger, addressKey } from './address-ledger.ts';
import type { Broker } from './broker.ts';
import type { RendezvousLimits } from './limits.ts';

export interface AcceptOptions {
  readonly limits: RendezvousLimits;
  /** URL path of the broker. */
  readonly path: string;
  readonly origins?: readonly string[];
  readonly trustProxy?: boolean;
}

/** Counts every connection of the port on the account of its address, and gives those that want MQTT to the broker. */
export function acceptConnections(server: Server, broker: Broker, options: AcceptOptions): WebSocketServer {
  const { limits, trustProxy = false } = options;
  const ledger = new AddressLedger(limits);
  // By address and port of the peer: under TLS the socket that connects is not the one that asks.
  const accounts = new Map<string, AddressAccount>();
  const openAccount = (socket: Duplex, address: string | undefined): AddressAccount | null => {
    const account = ledger.open(addressKey(address ?? ''), performance.now());
    if (account !== null) socket.once('close', () => ledger.close(account));
    return account;
  };
  // Behind a proxy all connections have one address: those are counted once their request tells the client's.
  if (!trustProxy) {
    server.on('connection', (socket: Socket) => {
      const peer = peerOf(socket);
      const account = openAccount(socket, socket.remoteAddress);
      if (account === null) {
        socket.destroy();
        return;
      }
      accounts.set(peer, account);
      socket.once('close', () => accounts.delete(peer));
    });
  }
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.packetBytes,
    perMessageDeflate: false,
    // Pongs count like packets, and against what a client leaves unread.
    autoPong: false,
    handleProtocols: () => 'mqtt',
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const status = refusalOf(request, options);
    if (status !== null) {
      refuseUpgrade(socket, status);
      return;
    }
    const account = trustProxy
      ? openAccount(socket, forwardedAddress(request))
      : accounts.get(peerOf(request.socket));
    if (account == null) refuseUpgrade(socket, 429);
    else webSockets.handleUpgrade(request, socket, head, (webSocket) => broker.serve(webSocket, account));
  });
  return webSockets;
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function refusalOf(request: IncomingMessage, { path, origins }: AcceptOptions): number | null {
  if (request.url?.replace(/\?.*$/s, '') !== path) return 404;
  const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (!protocols.includes('mqtt')) return 400;
  const { origin } = request.headers;
  return origins !== undefined && origin !== undefined && !origins.includes(origin) ? 403 : null;
}

function refuseUpgrade(socket: Duplex, status: number): void {
  // Time limits of HTTP no longer hold for this socket: its end is not left to the client.
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

/** What the nearest proxy saw; the entries before it are the client's own words. */
function forwardedAddress(request: IncomingMessage): string | undefined {
  const forwarded = [request.headers['x-forwarded-for'] ?? ''].flat().join(',');
  return forwarded.split(',').at(-1)?.trim() || request.socket.remoteAddress;
}
