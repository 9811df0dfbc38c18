import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { RendezvousAddress } from '#shared/rendezvous.ts';
import { openRendezvous } from '../../../relay/rendezvous/mqtt-rendezvous.ts';

/** Of the usual wait before a client dials again: a program that starts is asked every 10 to 200 ms. */
const HASTE = 0.02;
const ASK_AGAIN_MS = 20;

/** Resolves when the broker at `address` lets a client in; rejects with the reason of `signal`. */
export async function untilLetIn(address: RendezvousAddress, signal: AbortSignal): Promise<void> {
  const rendezvous = openRendezvous([address], { random: () => HASTE });
  try {
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      rendezvous.onStateChange((state) => state === 'online' && resolve());
    });
  } finally {
    await rendezvous.close();
  }
}

/** Resolves when something accepts connections at a port of this machine; rejects with the reason of `signal`. */
export async function untilAccepted(port: number, signal: AbortSignal): Promise<void> {
  while (!(await accepts(port))) {
    signal.throwIfAborted();
    await delay(ASK_AGAIN_MS);
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Different ports of loopback that nobody listens on at this moment. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listenAnywhere));
  const ports = servers.map(portOf);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

async function listenAnywhere(): Promise<Server> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('not a TCP port');
  return address.port;
}
