import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UdpTransport } from '../werift.ts';
import { openTurnTransport, type TurnServerAddress } from './turn-transport.ts';

const OVERLOAD_BYTES = 32 * 2 ** 20;

let server: Server;
let sockets: Socket[];
let abort: AbortController;

beforeEach(async () => {
  sockets = [];
  abort = new AbortController();
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    sockets.push(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  server.close();
  await once(server, 'close');
});

function addressOver(transport: TurnServerAddress['transport'], host = '127.0.0.1'): TurnServerAddress {
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return { type: 'turn', host, port, transport, username: 'u', credential: 'c' };
}

describe('TURN over TCP', () => {
  it('carries bytes both ways, at once', async () => {
    const transport = await openTurnTransport(addressOver('tcp'), abort.signal);
    await transport.send(Buffer.from('there'));
    if (sockets.length === 0) await once(server, 'connection');
    const [there] = sockets;
    expect(String((await once(there ?? server, 'data'))[0])).toBe('there');
    const back = new Promise((resolve) => {
      transport.onData = (data, from) => resolve([String(data), from]);
    });
    there?.write('back');
    expect(await back).toEqual(['back', ['127.0.0.1', addressOver('tcp').port]]);
    await transport.close();
    expect(transport.closed).toBe(true);
  });

  it('drops what a congested connection could only deliver late', async () => {
    const transport = await openTurnTransport(addressOver('tcp'), abort.signal);
    const connection = sockets[0] ?? (await once(server, 'connection'))[0];
    connection.pause();
    const packet = Buffer.alloc(1200);
    // Far more than kernels buffer on a loopback connection.
    for (let sent = 0; sent < OVERLOAD_BYTES; sent += packet.length) await transport.send(packet);
    let received = 0;
    let isThrough = false;
    connection.on('data', (data: Buffer) => {
      received += data.length;
      isThrough ||= data.includes('the end');
    });
    connection.resume();
    while (!isThrough) {
      await transport.send(Buffer.from('the end'));
      await setImmediate();
    }
    expect(received).toBeLessThan(OVERLOAD_BYTES / 2);
    await transport.close();
  });

  it('fails where nobody listens', async () => {
    const address = addressOver('tcp');
    await expect(openTurnTransport({ ...address, port: 1 }, abort.signal)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });
});

it('TURN over TLS is given up in the middle of its handshake, and keeps no socket', async () => {
  const opening = openTurnTransport(addressOver('tls'), abort.signal);
  const [connection] = await once(server, 'connection');
  abort.abort();
  await expect(opening).rejects.toMatchObject({ code: 'ABORT_ERR' });
  connection.resume();
  await once(connection, 'close');
});

it('TURN over UDP outlives a socket that fails', async () => {
  const transport = await openTurnTransport(addressOver('udp'), abort.signal);
  const { socket } = transport as unknown as UdpTransport; // what it is made of
  expect(() => socket.emit('error', new Error('network is down'))).not.toThrow();
  await transport.close();
});
