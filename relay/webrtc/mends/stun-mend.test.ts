import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { type Address, classes, Message, methods, type RTCIceTransport, StunProtocol } from '../werift.ts';
import { MAX_PEER_REFLEXIVE, mendStun } from './stun-mend.ts';
import { LoopbackPair } from './testing/loopback-pair.ts';
import { encodeAttribute, encodeBindingRequest } from './testing/stun-client.ts';

const DATA = Buffer.from([22, 1, 2, 3]);

describe('stock werift (when one of these fails, a mend may go)', () => {
  it.each([
    ['without integrity', undefined],
    ['with wrong integrity', 'a guess'],
  ])('answers a request %s and makes a candidate of the stranger', async (_, password) => {
    await using pair = await LoopbackPair.connect({ mended: false });
    await using stranger = await Stranger.of(pair);
    const { localUsername, remoteUsername } = pair.connection;
    const username = `${localUsername}:${remoteUsername}`;
    const reply = stranger.reply();
    stranger.send(encodeBindingRequest({ username, ...(password ? { password } : {}) }));
    await reply;
    expect(pair.connection.remoteCandidates).toContainEqual(expect.objectContaining({ port: stranger.port }));
  });
});

describe('a mended ICE transport', () => {
  it('leaves every request without the names and password of the session unanswered, and makes no candidate of it', async () => {
    await using pair = await LoopbackPair.connect({ mended: true });
    await using stranger = await Stranger.of(pair);
    await using friend = await Stranger.of(pair);
    const { localUsername, localPassword: password, remoteUsername } = pair.connection;
    const username = `${localUsername}:${remoteUsername}`;
    stranger.send(
      encodeBindingRequest({}),
      encodeBindingRequest({ username }),
      encodeBindingRequest({ username, password: 'a guess' }),
      encodeBindingRequest({ username, password: '' }),
      encodeBindingRequest({ username: `${localUsername}:nobody`, password }),
      encodeBindingRequest({ username: `nobody:${remoteUsername}`, password }),
      encodeBindingRequest({ username: `constructor:${remoteUsername}`, password }),
      encodeBindingRequest({ username, password, type: 0x0003 }),
      encodeBindingRequest({ username, password, unsigned: [encodeAttribute(0x0025, Buffer.alloc(0))] }),
    );
    const reply = friend.reply();
    friend.send(encodeBindingRequest({ username, password }));
    await reply;
    await expect(pair.echo('still here')).resolves.toBe('still here');
    expect(stranger.replies).toEqual([]);
    const ports = pair.connection.remoteCandidates.map(({ port }) => port);
    expect(ports).toContain(friend.port);
    expect(ports).not.toContain(stranger.port);
  });

  it('makes a bounded number of candidates of requests replayed from everywhere', () => {
    const { receive, requests, connection } = fakeTransport();
    for (let port = 1; port <= 3 * MAX_PEER_REFLEXIVE; port++) {
      receive.request(authentic(), ['203.0.113.1', port]);
    }
    expect(requests).toHaveBeenCalledTimes(MAX_PEER_REFLEXIVE);
    receive.request(authentic(), ['203.0.113.1', 1]);
    expect(requests).toHaveBeenCalledTimes(MAX_PEER_REFLEXIVE + 1);
    expect(connection.remoteCandidates).toHaveLength(MAX_PEER_REFLEXIVE);
  });

  it('keeps a bounded number of requests for later', () => {
    const { receive, requests, connection } = fakeTransport();
    for (let n = 0; n < 64; n++) connection.earlyChecks.push(n);
    receive.request(authentic(), ['203.0.113.1', 1]);
    expect(requests).not.toHaveBeenCalled();
  });

  it('still answers names of before a restart, and any second name while the peer’s is unknown', () => {
    const { receive, requests, connection } = fakeTransport();
    connection.userHistory.former = 'former password';
    const former = encodeBindingRequest({ username: 'former:gone', password: 'former password' });
    receive.request(former, ['203.0.113.1', 1]);
    connection.remoteUsername = '';
    receive.request(encodeBindingRequest({ username: 'ours:any', password: 'password' }), ['203.0.113.1', 2]);
    expect(requests).toHaveBeenCalledTimes(2);
  });

  it.each(['datagramReceived', 'handleStunMessage'] as const)(
    'passes on data only from where the peer has asked (%s)',
    (entrance) => {
      const { receive, data } = fakeTransport();
      receive[entrance](DATA, ['203.0.113.1', 1]);
      expect(data).not.toHaveBeenCalled();
      receive[entrance](encodeBindingRequest({}), ['203.0.113.1', 1]);
      expect(data).toHaveBeenCalledOnce();
      receive.request(authentic(), ['203.0.113.1', 1]);
      receive[entrance](DATA, ['203.0.113.1', 1]);
      receive[entrance](DATA, ['203.0.113.1', 2]);
      expect(data).toHaveBeenCalledTimes(2);
    },
  );

  it('remembers the addresses that asked last', () => {
    const { receive, data, connection } = fakeTransport();
    const address = (port: number): Address => ['203.0.113.1', port];
    for (let port = 0; port <= MAX_PEER_REFLEXIVE; port++) {
      connection.remoteCandidates.push({ type: 'host', host: '203.0.113.1', port });
    }
    for (let port = 0; port < MAX_PEER_REFLEXIVE; port++) receive.request(authentic(), address(port));
    receive.request(authentic(), address(0));
    receive.request(authentic(), address(MAX_PEER_REFLEXIVE));
    receive.datagramReceived(DATA, address(1));
    expect(data).not.toHaveBeenCalled();
    receive.datagramReceived(DATA, address(0));
    receive.datagramReceived(DATA, address(MAX_PEER_REFLEXIVE));
    expect(data).toHaveBeenCalledTimes(2);
  });

  it.each(['constructor', '__proto__', 'toString'])('knows no password of “%s”', (name) => {
    const { receive, requests } = fakeTransport();
    const request = encodeBindingRequest({ username: `${name}:theirs`, password: 'password' });
    receive.request(request, ['203.0.113.1', 1]);
    expect(requests).not.toHaveBeenCalled();
  });

  it('guards the sockets that are there already', () => {
    const { protocol, connection } = fakeTransport();
    const existing = { ...protocol, onRequestReceived: { execute: vi.fn() } };
    mendStun({ connection: { ...connection, protocols: [existing] } } as unknown as RTCIceTransport);
    const { execute } = existing.onRequestReceived;
    expect(vi.isMockFunction(execute)).toBe(false);
  });

  it('is mended once, however often it is asked for', () => {
    const { transport, receive, requests } = fakeTransport();
    const { ensureProtocol } = transport.connection as unknown as { ensureProtocol: unknown };
    mendStun(transport);
    expect((transport.connection as unknown as { ensureProtocol: unknown }).ensureProtocol).toBe(
      ensureProtocol,
    );
    receive.request(authentic(), ['203.0.113.1', 1]);
    expect(requests).toHaveBeenCalledOnce();
  });
});

describe('a response', () => {
  it('counts in stock werift only when it is signed and from where it was asked for', async () => {
    const peer: Address = ['203.0.113.1', 1];
    const key = Buffer.from('their password');
    const protocol = new StunProtocol();
    protocol.transport = {
      closed: false,
      send: async () => undefined,
    } as unknown as typeof protocol.transport;
    const inside = protocol as unknown as { datagramReceived: (datagram: Buffer, from: Address) => void };
    const receive = inside.datagramReceived.bind(protocol); // private in the types
    const request = new Message(methods.BINDING, classes.REQUEST);
    const answer = protocol.request(request, peer, key, { retransmissions: 0, responseTimeout: 5000 });
    await vi.waitFor(() => expect(protocol.transactionsKeys).toHaveLength(1));
    const response = (type: number, password?: string) =>
      encodeBindingRequest({ type, transactionId: request.transactionId, ...(password ? { password } : {}) });
    receive(response(0x0101), peer);
    receive(response(0x0111), peer);
    receive(response(0x0101, 'a guess'), peer);
    receive(response(0x0101, 'their password'), ['203.0.113.1', 2]);
    expect(protocol.transactionsKeys).toHaveLength(1);
    receive(response(0x0101, 'their password'), peer);
    await expect(answer).resolves.toMatchObject([{ messageClass: classes.RESPONSE }, peer]);
  });
});

function authentic(): Buffer {
  return encodeBindingRequest({ username: 'ours:theirs', password: 'password' });
}

/** A mended transport over an ICE connection without sockets. */
function fakeTransport() {
  const requests = vi.fn();
  const data = vi.fn();
  const connection = {
    localUsername: 'ours',
    localPassword: 'password',
    remoteUsername: 'theirs',
    userHistory: {} as Record<string, string>,
    remoteCandidates: [] as { type: string; host: string; port: number }[],
    earlyChecks: [] as unknown[],
    protocols: [] as unknown[],
    ensureProtocol: vi.fn(),
  };
  const protocol = {
    onRequestReceived: {
      execute: (_message: unknown, [host, port]: Address, _datagram: Buffer) => {
        requests();
        const isKnown = connection.remoteCandidates.some(
          (known) => known.host === host && known.port === port,
        );
        if (!isKnown) connection.remoteCandidates.push({ type: 'prflx', host, port });
      },
    },
    datagramReceived: (_datagram: Buffer, _from: Address) => data(),
    handleStunMessage: (_datagram: Buffer, _from: Address) => data(),
  };
  const transport = { connection } as unknown as RTCIceTransport;
  mendStun(transport);
  connection.ensureProtocol(protocol);
  const receive = {
    request: (datagram: Buffer, from: Address) => protocol.onRequestReceived.execute(null, from, datagram),
    datagramReceived: (datagram: Buffer, from: Address) => protocol.datagramReceived(datagram, from),
    handleStunMessage: (datagram: Buffer, from: Address) => protocol.handleStunMessage(datagram, from),
  };
  return { transport, connection, protocol, requests, data, receive };
}

/** A socket the camera has not heard of. */
class Stranger implements AsyncDisposable {
  readonly replies: Buffer[] = [];
  readonly #socket: Socket;
  readonly #to: Address;

  private constructor(socket: Socket, to: Address) {
    this.#socket = socket;
    this.#to = to;
    socket.on('message', (bytes) => this.replies.push(bytes));
  }

  static async of(pair: LoopbackPair): Promise<Stranger> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new Stranger(socket, pair.address);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  send(...datagrams: Buffer[]): void {
    const [host, port] = this.#to;
    for (const datagram of datagrams) this.#socket.send(datagram, port, host);
  }

  reply(): Promise<unknown> {
    return once(this.#socket, 'message');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await once(this.#socket, 'close');
  }
}
