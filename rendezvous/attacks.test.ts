import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { encodeUtf8 } from '#shared/bytes.ts';
import {
  encodeConnect,
  encodePingreq,
  encodePublish,
  encodeSubscribe,
  encodeUnsubscribe,
  type IncomingPacket,
} from '../pwa/rendezvous/mqtt-packet.ts';
import { PacketReader } from '../pwa/rendezvous/packet-reader.ts';
import type { RendezvousLimits } from './limits.ts';
import { type RunningRendezvous, startRendezvous } from './start-rendezvous.ts';

const topicOf = (n: number) => `pw1/${n.toString(16).padStart(32, '0')}`;
const topic = topicOf(7);
const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const closable of open.splice(0).reverse()) await closable.close();
});

async function broker(limits: Partial<RendezvousLimits> = {}): Promise<RunningRendezvous> {
  const running = await startRendezvous({ limits });
  open.push(running);
  return running;
}

/** A client that says whatever the test wants, byte by byte. */
class RawClient {
  readonly socket: WebSocket;
  readonly packets: IncomingPacket[] = [];
  readonly closed: Promise<unknown>;
  readonly #reader = new PacketReader();

  constructor(url: string) {
    this.socket = new WebSocket(url, 'mqtt');
    this.socket.on('message', (data) => this.packets.push(...this.#reader.push(data as Buffer)));
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => this.socket.on('close', resolve));
    open.push({ close: () => this.socket.terminate() });
  }

  send(...bytes: (Uint8Array | readonly number[])[]): void {
    for (const some of bytes) this.socket.send(Uint8Array.from(some));
  }

  /** The next packet of a type that has not been taken yet. */
  async next<T extends IncomingPacket['type']>(type: T): Promise<Extract<IncomingPacket, { type: T }>> {
    await expect.poll(() => this.packets.some((packet) => packet.type === type), { interval: 5 }).toBe(true);
    const index = this.packets.findIndex((packet) => packet.type === type);
    return this.packets.splice(index, 1)[0] as Extract<IncomingPacket, { type: T }>;
  }
}

async function connected(url: string, clientId = 'abc'): Promise<RawClient> {
  const client = new RawClient(url);
  await once(client.socket, 'open');
  client.send(encodeConnect({ clientId, keepaliveSeconds: 30 }));
  expect((await client.next('connack')).returnCode).toBe(0);
  return client;
}

const publish = (name: string, text: string, retain = false) =>
  encodePublish(9, { topic: name, payload: encodeUtf8(text), retain, isRepeat: false });

/** Whether a fresh client is still served: the broker lives. */
async function expectServed(url: string): Promise<void> {
  const client = await connected(url);
  client.send(encodePingreq());
  await client.next('pingresp');
}

describe('subscriptions', () => {
  it.each([
    '#',
    '+',
    '+/+',
    'pw1/+',
    'pw1/#',
    '$SYS/#',
    '$SYS/+/heartbeat',
    `$share/g/${topic}`,
    `$share/g/pw1/+`,
  ])('of %s are refused or end the connection, and hear nothing', async (filter) => {
    const { brokerUrl } = await broker();
    const spy = await connected(brokerUrl);
    spy.send(encodeSubscribe(1, [filter]));
    const { granted } = await spy.next('suback');
    expect(granted).toEqual([false]);
    const honest = await connected(brokerUrl);
    honest.send(publish(topic, 'secret', true));
    await honest.next('puback');
    spy.send(encodePingreq());
    await spy.next('pingresp');
    expect(spy.packets).toEqual([]);
  });

  it.each([
    'pw1/',
    'pw1/ABCDEF0123456789ABCDEF0123456789',
    `${topic}0`,
    `${topic}/x`,
    `/${topic}`,
    ' ',
    `pw2/${'0'.repeat(32)}`,
  ])('of %j are refused', async (filter) => {
    const { brokerUrl } = await broker();
    const client = await connected(brokerUrl);
    client.send(encodeSubscribe(1, [filter, topic]));
    expect((await client.next('suback')).granted).toEqual([false, true]);
  });

  it.each(['pw1/+/#x', 'a'.repeat(3).split('').join('#')])(
    'of the malformed filter %j end the connection',
    async (filter) => {
      const { brokerUrl } = await broker();
      const client = await connected(brokerUrl);
      client.send(encodeSubscribe(1, [filter]));
      await client.closed;
      await expectServed(brokerUrl);
    },
  );

  it('are capped a connection, and an UNSUBSCRIBE of others does not help', async () => {
    const { brokerUrl } = await broker({ subscriptionsPerConnection: 3 });
    const client = await connected(brokerUrl);
    client.send(encodeSubscribe(1, [1, 2, 3, 4].map(topicOf)));
    expect((await client.next('suback')).granted).toEqual([true, true, true, false]);
    client.send(encodeUnsubscribe(2, topicOf(99)));
    await client.next('unsuback');
    client.send(encodeSubscribe(3, [topicOf(5)]));
    expect((await client.next('suback')).granted).toEqual([false]);
    client.send(encodeUnsubscribe(4, topicOf(1)));
    await client.next('unsuback');
    client.send(encodeSubscribe(5, [topicOf(5)]));
    expect((await client.next('suback')).granted).toEqual([true]);
  });

  it('are capped a topic, and a place is free again when its holder goes', async () => {
    const { brokerUrl } = await broker({ subscribersPerTopic: 1 });
    const [first, second] = [await connected(brokerUrl), await connected(brokerUrl)];
    first.send(encodeSubscribe(1, [topic]));
    expect((await first.next('suback')).granted).toEqual([true]);
    second.send(encodeSubscribe(1, [topic]));
    expect((await second.next('suback')).granted).toEqual([false]);
    first.socket.terminate();
    await expect
      .poll(async () => {
        second.send(encodeSubscribe(2, [topic]));
        return (await second.next('suback')).granted;
      })
      .toEqual([true]);
  });
});

describe('unsubscribing', () => {
  it('from what one never had frees no place', async () => {
    const { brokerUrl } = await broker({ subscribersPerTopic: 1 });
    const [holder, attacker] = [await connected(brokerUrl), await connected(brokerUrl)];
    holder.send(encodeSubscribe(1, [topic]));
    await holder.next('suback');
    attacker.send(encodeUnsubscribe(1, topic));
    await attacker.next('unsuback');
    attacker.send(encodeSubscribe(2, [topic]));
    expect((await attacker.next('suback')).granted).toEqual([false]);
  });
});

describe('publishing', () => {
  it.each(['#', 'pw1/x', '$SYS/x', 'other', `${topic}/x`])('to %s ends the connection', async (name) => {
    const { brokerUrl } = await broker();
    const client = await connected(brokerUrl);
    client.send(publish(name, 'x'));
    await client.closed;
    await expectServed(brokerUrl);
  });

  it('at QoS 2 ends the connection', async () => {
    const { brokerUrl } = await broker();
    const client = await connected(brokerUrl);
    const bytes = publish(topic, 'x');
    bytes[0] = 0x34;
    client.send(bytes);
    await client.closed;
    await expectServed(brokerUrl);
  });
});

describe('CONNECT', () => {
  const connect = encodeConnect({ clientId: 'abc', keepaliveSeconds: 30 });

  it.each([
    ['a persistent session', (bytes: number[]) => bytes.with(9, 0)],
    ['no keepalive', (bytes: number[]) => bytes.with(11, 0)],
    ['a keepalive of eighteen hours', (bytes: number[]) => bytes.with(10, 255)],
  ])('is refused with %s', async (_name, change) => {
    const { brokerUrl } = await broker();
    const client = new RawClient(brokerUrl);
    await once(client.socket, 'open');
    client.send(change([...connect]));
    expect((await client.next('connack')).returnCode).toBe(5);
    await client.closed;
  });

  it('is refused with a will', async () => {
    const { brokerUrl } = await broker();
    const client = new RawClient(brokerUrl);
    await once(client.socket, 'open');
    const body = [0, 4, 77, 81, 84, 84, 4, 0x06, 0, 30, 0, 1, 97, 0, 1, 98, 0, 1, 99];
    client.send([0x10, body.length, ...body]);
    expect((await client.next('connack')).returnCode).toBe(5);
    await client.closed;
  });

  it.each([3, 5])('is refused for protocol version %i', async (version) => {
    const { brokerUrl } = await broker();
    const client = new RawClient(brokerUrl);
    await once(client.socket, 'open');
    const head = version === 3 ? [0, 6, 77, 81, 73, 115, 100, 112] : [0, 4, 77, 81, 84, 84];
    const body = [...head, version, 2, 0, 30, ...(version === 5 ? [0] : []), 0, 1, 97];
    client.send([0x10, body.length, ...body]);
    if (version === 5) expect((await client.next('connack')).returnCode).toBe(1);
    await client.closed;
    await expectServed(brokerUrl);
  });

  it("with a victim's client id does not throw the victim out", async () => {
    const { brokerUrl } = await broker();
    const victim = await connected(brokerUrl, 'victim');
    const attacker = await connected(brokerUrl, 'victim');
    victim.send(encodePingreq());
    await victim.next('pingresp');
    attacker.send(encodePingreq());
    await attacker.next('pingresp');
  });

  it.each(['constructor', '__proto__', '', '+/#'])(
    'takes the client id %j for what it is',
    async (clientId) => {
      const { brokerUrl } = await broker();
      await connected(brokerUrl, clientId);
      await expectServed(brokerUrl);
    },
  );

  it('must come in time', async () => {
    const { brokerUrl } = await broker({ connectTimeoutMs: 50 });
    const client = new RawClient(brokerUrl);
    await client.closed;
  });

  it('must come first, and once', async () => {
    const { brokerUrl } = await broker();
    const hasty = new RawClient(brokerUrl);
    await once(hasty.socket, 'open');
    hasty.send(publish(topic, 'x'));
    await hasty.closed;
    const twice = await connected(brokerUrl);
    twice.send(connect);
    await twice.closed;
    await expectServed(brokerUrl);
  });
});

describe('bytes', () => {
  it.each([
    ['a length of five bytes', [0x30, 0x80, 0x80, 0x80, 0x80, 1]],
    ['a packet of 256 MB', [0x30, 0xff, 0xff, 0xff, 0x7f]],
    ['a packet over 16 KB', [0x30, 0xff, 0xff, 0x01]],
    ['a packet for clients', [0x20, 2, 0, 0]],
    ['a packet of MQTT 5', [0xf0, 0]],
    ['a SUBSCRIBE with nothing in it', [0x82, 0]],
    ['a SUBSCRIBE cut short', [0x82, 4, 0, 1, 0xff, 0xff]],
    ['a PUBLISH without a packet id', [0x32, 3, 0, 1, 0x61]],
    ['a PUBLISH whose topic runs past its end', [0x30, 3, 0xff, 0xff, 0x61]],
  ])('of %s end the connection, and the broker lives', async (_name, bytes) => {
    const { brokerUrl } = await broker();
    const client = await connected(brokerUrl);
    client.send(bytes);
    await client.closed;
    await expectServed(brokerUrl);
  });

  it('of a WebSocket message over 16 KB, or of text, end the connection', async () => {
    const { brokerUrl } = await broker();
    const [large, text] = [await connected(brokerUrl), await connected(brokerUrl)];
    large.send(new Uint8Array(16 * 1024 + 1));
    text.socket.send('hello');
    await Promise.all([large.closed, text.closed]);
    await expectServed(brokerUrl);
  });

  it('of any kind end at most the connection', async () => {
    const { brokerUrl } = await broker({ packetsPerSecond: 1e6, packetBurst: 1e6 });
    const frames = fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 5 });
    const property = fc.asyncProperty(frames, fc.boolean(), async (chunks, isIntroduced) => {
      const client = new RawClient(brokerUrl);
      await once(client.socket, 'open');
      if (isIntroduced) client.send(encodeConnect({ clientId: 'abc', keepaliveSeconds: 30 }));
      client.send(...chunks);
      client.socket.close();
      await client.closed;
    });
    await fc.assert(property, { numRuns: 100 });
    await expectServed(brokerUrl);
  });

  it('dripped one at a time are a packet like any other', async () => {
    const { brokerUrl } = await broker();
    const client = await connected(brokerUrl);
    for (const byte of encodeSubscribe(1, [topic])) client.send([byte]);
    expect((await client.next('suback')).granted).toEqual([true]);
  });
});

describe('floods', () => {
  it('of retained topics push out their own, not those of others', async () => {
    const running = await broker({ retained: 8, retainedPerAddress: 5 });
    const client = await connected(running.brokerUrl);
    for (let i = 0; i < 40; i++) client.send(publish(topicOf(i), 'x'.repeat(100), true));
    for (let i = 0; i < 40; i++) await client.next('puback');
    const reader = await connected(running.brokerUrl);
    reader.send(
      encodeSubscribe(
        1,
        Array.from({ length: 40 }, (_, i) => topicOf(i)),
      ),
    );
    await reader.next('suback');
    await expect.poll(() => reader.packets.length).toBe(5);
    expect(reader.packets.map((packet) => packet.type === 'publish' && packet.topic)).toEqual(
      [35, 36, 37, 38, 39].map(topicOf),
    );
  });

  it('of connections are refused past the cap of an address', async () => {
    const { brokerUrl } = await broker({ connectionsPerAddress: 3 });
    const three = await Promise.all([connected(brokerUrl), connected(brokerUrl), connected(brokerUrl)]);
    const fourth = new RawClient(brokerUrl);
    await fourth.closed;
    three[0]?.socket.terminate();
    await expect
      .poll(async () => {
        const again = new RawClient(brokerUrl);
        const opened = new Promise((resolve) => again.socket.on('open', () => resolve('open')));
        return await Promise.race([opened, again.closed]);
      })
      .toBe('open');
  });

  it('of connections that say nothing count as well', async () => {
    const { port } = await broker({ connectionsPerAddress: 2 });
    const sockets = [1, 2, 3].map(() => connectTcp(port, '127.0.0.1').resume());
    for (const socket of sockets) {
      socket.on('error', () => undefined);
      open.push({ close: () => socket.destroy() });
    }
    await Promise.any(sockets.map((socket) => once(socket, 'close')));
    expect(sockets.filter((socket) => socket.closed)).toHaveLength(1);
  });

  it('of packets are read at the allowed rate', async () => {
    const { brokerUrl } = await broker({ packetsPerSecond: 100, packetBurst: 10 });
    const client = await connected(brokerUrl);
    const startMs = performance.now();
    for (let i = 0; i < 60; i++) client.send(encodePingreq());
    for (let i = 0; i < 60; i++) await client.next('pingresp');
    // The CONNECT and nine of these are the burst; the others take 10 ms each.
    expect(performance.now() - startMs).toBeGreaterThan(400);
  });

  it('of WebSocket pings are answered at the same rate', async () => {
    const { brokerUrl } = await broker({ packetsPerSecond: 100, packetBurst: 10 });
    const { socket } = await connected(brokerUrl);
    let pongs = 0;
    socket.on('pong', () => pongs++);
    const startMs = performance.now();
    for (let i = 0; i < 60; i++) socket.ping();
    await expect.poll(() => pongs).toBe(60);
    const client = await connected(brokerUrl);
    client.send(encodePingreq());
    await client.next('pingresp');
    expect(performance.now() - startMs).toBeGreaterThan(400);
  });

  it('to a client that does not read cut that client off, and hold up nobody', async () => {
    const { brokerUrl } = await broker({ unreadBytes: 64 * 1024, packetsPerSecond: 1e6, packetBurst: 1e6 });
    const [deaf, flooder, honest] = [
      await connected(brokerUrl),
      await connected(brokerUrl),
      await connected(brokerUrl),
    ];
    deaf.send(encodeSubscribe(1, [topic]));
    await deaf.next('suback');
    deaf.socket.pause();
    honest.send(encodeSubscribe(1, [topicOf(8)]));
    await honest.next('suback');
    for (let i = 0; i < 1_000; i++) flooder.send(publish(topic, 'x'.repeat(10_000)));
    for (let i = 0; i < 1_000; i++) await flooder.next('puback');
    flooder.send(publish(topicOf(8), 'through'));
    await honest.next('publish');
    deaf.socket.resume();
    await deaf.closed;
    await expectServed(brokerUrl);
  }, 15_000);
});

describe('HTTP upgrade', () => {
  it.each([
    ['another path', '/other', ['mqtt'], 404],
    ['no subprotocol', '/mqtt', [], 400],
    ['a foreign subprotocol', '/mqtt', ['chat'], 400],
  ])('to %s is refused', async (_name, path, protocols, status) => {
    const { port } = await broker();
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols);
    socket.on('error', () => undefined);
    const [, response] = await once(socket, 'unexpected-response');
    expect(response.statusCode).toBe(status);
    socket.terminate();
  });

  it('is refused to a page that is not on the list, where there is one', async () => {
    const running = await startRendezvous({ origins: ['https://cam.example'] });
    open.push(running);
    const socket = new WebSocket(running.brokerUrl, 'mqtt', { origin: 'https://evil.example' });
    socket.on('error', () => undefined);
    const [, response] = await once(socket, 'unexpected-response');
    expect(response.statusCode).toBe(403);
    socket.terminate();
  });

  it('counts the last forwarded address behind a trusted proxy, and none otherwise', async () => {
    const running = await startRendezvous({ trustProxy: true, limits: { connectionsPerAddress: 1 } });
    open.push(running);
    const from = (address: string) => {
      const socket = new WebSocket(running.brokerUrl, 'mqtt', {
        headers: { 'x-forwarded-for': `1.1.1.1, ${address}` },
      });
      socket.on('error', () => undefined);
      open.push({ close: () => socket.terminate() });
      return socket;
    };
    await once(from('10.0.0.1'), 'open');
    await once(from('10.0.0.2'), 'open');
    const [, response] = await once(from('10.0.0.2'), 'unexpected-response');
    expect(response.statusCode).toBe(429);
  });

  it('that stays half said is cut off', async () => {
    const { port } = await broker({ requestTimeoutMs: 200 });
    const socket = connectTcp(port, '127.0.0.1').resume();
    socket.on('error', () => undefined);
    socket.write('GET /mqtt HTTP/1.1\r\nhost: x\r\nx: ');
    await once(socket, 'close');
  });
});
