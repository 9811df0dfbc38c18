import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IceServerAddress } from '../ice-server.ts';
import { classes, Message, methods, RTCIceGatherer, RTCIceTransport } from '../werift.ts';
import { gatherFromServers, gatherHosts } from './ice-gathering.ts';
import type { IceConnection } from './ice-internals.ts';

let connection: IceConnection;
let sockets: Socket[];
let abort: AbortController;

beforeEach(() => {
  ({ connection } = new RTCIceTransport(new RTCIceGatherer()));
  sockets = [];
  abort = new AbortController();
});

afterEach(async () => {
  abort.abort();
  await connection.close();
  for (const socket of sockets) socket.close();
});

/** A server that takes requests and, where it is told how, answers them. */
async function openServer(reply: (request: Message, from: Socket) => Buffer | null): Promise<{
  address: IceServerAddress;
  asked: () => Promise<unknown>;
}> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'listening');
  const asked = Promise.withResolvers<void>();
  socket.on('message', (bytes, from) => {
    const request = new Message(methods.BINDING, classes.RESPONSE, bytes.subarray(8, 20));
    asked.resolve();
    const answer = reply(request, socket);
    if (answer) socket.send(answer, from.port, from.address);
  });
  const address: IceServerAddress = { type: 'stun', host: '127.0.0.1', port: socket.address().port };
  return { address, asked: () => asked.promise };
}

function mappedTo(host: string): (response: Message) => Buffer {
  return (response) => response.setAttribute('XOR-MAPPED-ADDRESS', [host, 40_000]).bytes;
}

const silent = () => null;

describe('ice gathering', () => {
  it('finds host candidates without asking anyone', async () => {
    await gatherHosts(connection, ['127.0.0.1']);
    expect(connection.localCandidates.map(({ type, host }) => [type, host])).toEqual([['host', '127.0.0.1']]);
    expect(connection.stunServer).toBeUndefined();
  });

  it('is given a public STUN server by stock werift', () => {
    expect(connection.stunServer?.[0]).toContain('google');
  });

  it('asks every server, and takes what comes while others are silent', async () => {
    const dead = await openServer(silent);
    const one = await openServer(mappedTo('203.0.113.1'));
    const two = await openServer(mappedTo('203.0.113.2'));
    await gatherHosts(connection, ['127.0.0.1']);
    const found = Promise.withResolvers<void>();
    const hosts: string[] = [];
    connection.onIceCandidate.subscribe(({ type, host }) => {
      if (type === 'srflx' && hosts.push(host) === 2) found.resolve();
    });
    void gatherFromServers(connection, [dead.address, one.address, two.address], abort.signal);
    await Promise.all([found.promise, dead.asked()]);
    expect(hosts.sort()).toEqual(['203.0.113.1', '203.0.113.2']);
  });

  it('is waited for by stock werift, which asks one server only', async () => {
    const dead = await openServer(silent);
    const never = await openServer(mappedTo('203.0.113.1'));
    connection.options = { ...connection.options, stunGatherTimeout: 0.5, useIpv6: false };
    connection.stunServer = [dead.address.host, dead.address.port];
    const startedAt = performance.now();
    await connection.gatherCandidates();
    expect(performance.now() - startedAt).toBeGreaterThan(450);
    expect(await Promise.race([never.asked(), Promise.resolve('not asked')])).toBe('not asked');
  });

  it('gives up at once when it is no longer wanted, a TURN server included', async () => {
    const dead = await openServer(silent);
    const turn: IceServerAddress = {
      type: 'turn',
      host: '127.0.0.1',
      port: dead.address.port,
      transport: 'udp',
      username: 'u',
      credential: 'c',
    };
    await gatherHosts(connection, ['127.0.0.1']);
    const gathered = gatherFromServers(connection, [dead.address, turn], abort.signal);
    await dead.asked();
    abort.abort();
    await gathered;
    expect(connection.localCandidates).toHaveLength(1);
  });
});
