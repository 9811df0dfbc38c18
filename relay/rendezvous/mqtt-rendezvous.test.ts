import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeUtf8 } from '#shared/bytes.ts';
import type { Rendezvous } from '#shared/rendezvous.ts';
import type { RendezvousError } from '#shared/rendezvous-error.ts';
import { openRendezvous } from './mqtt-rendezvous.ts';

const topic = `pw1/${'b'.repeat(32)}`;
const accepted = Uint8Array.of(0x20, 2, 0, 0);
const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A broker of one port whose every word the test decides: `answer` gets each chunk of bytes. */
async function scriptedBroker(answer: (socket: Socket, chunk: Buffer) => void): Promise<string> {
  const server: Server = createServer((socket) => {
    ends.push(() => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => answer(socket, chunk));
  });
  server.listen(0, '127.0.0.1');
  ends.push(() => server.close());
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `mqtt://127.0.0.1:${address.port}`;
}

/** Accepts every client, acknowledges every publish and subscription, and sends `extra` after the latter. */
function friendly(extra: Uint8Array[] = []): (socket: Socket, chunk: Buffer) => void {
  return (socket, chunk) => {
    const type = (chunk[0] ?? 0) >> 4;
    if (type === 1) socket.write(accepted);
    if (type === 3) socket.write(Uint8Array.of(0x40, 2, chunk[40] ?? 0, chunk[41] ?? 0));
    if (type !== 8) return;
    socket.write(Uint8Array.of(0x90, 3, chunk[2] ?? 0, chunk[3] ?? 0, 1));
    for (const bytes of extra) socket.write(bytes);
  };
}

function open(urls: string[], options: Parameters<typeof openRendezvous>[1] = {}): Rendezvous {
  const rendezvous = openRendezvous(
    urls.map((url) => ({ url })),
    { random: () => 0, ...options },
  );
  ends.push(() => {
    rendezvous.close().catch(() => undefined);
  });
  return rendezvous;
}

/** The first error a link ends with. */
function firstLoss(): { promise: Promise<RendezvousError>; onLost: (error: RendezvousError) => void } {
  const { promise, resolve } = Promise.withResolvers<RendezvousError>();
  return { promise, onLost: resolve };
}

function publishTo(name: string, payload: Uint8Array): Uint8Array {
  const text = encodeUtf8(name);
  const length = 2 + text.length + payload.length;
  return Uint8Array.of(0x30, (length & 0x7f) | 0x80, length >> 7, 0, text.length, ...text, ...payload);
}

describe('relay rendezvous', () => {
  it('publishes and subscribes', async () => {
    const rendezvous = open([await scriptedBroker(friendly([publishTo(topic, encodeUtf8('hello'))]))]);
    await rendezvous.publish(topic, encodeUtf8('1'));
    const heard = await new Promise((resolve, reject) => {
      rendezvous.subscribe(topic, resolve).catch(reject);
    });
    expect(Buffer.from(heard as Uint8Array).toString()).toBe('hello');
  });

  it('moves on to an address that answers', async () => {
    const broker = await scriptedBroker(friendly());
    const rendezvous = open(['mqtt://127.0.0.1:1', broker]);
    await rendezvous.publish(topic, encodeUtf8('1'));
    expect(rendezvous.state).toBe('online');
  });

  it('moves on when the broker dies', async () => {
    let connections = 0;
    const dying = await scriptedBroker((socket) => {
      connections++;
      socket.write(accepted, () => socket.destroy());
    });
    const rendezvous = open([dying, await scriptedBroker(friendly())]);
    await rendezvous.publish(topic, encodeUtf8('1'));
    expect(connections).toBe(1);
  });

  it.each([
    ['a length of five bytes', [0x30, 0x80, 0x80, 0x80, 0x80, 0x01], 'protocol'],
    ['a packet of 256 MB', [0x30, 0xff, 0xff, 0xff, 0x7f], 'too_large'],
    ['a packet over 16 KB', [0x30, 0xff, 0xff, 0x01], 'too_large'],
    ['a message at QoS 2', [0x34, 5, 0, 1, 0x61, 0, 1], 'protocol'],
  ])('leaves a broker that sends %s', async (_name, bytes, code) => {
    const { promise, onLost } = firstLoss();
    const broker = await scriptedBroker((socket) => socket.write(Uint8Array.of(...accepted, ...bytes)));
    open([broker], { onLost });
    expect((await promise).code).toBe(code);
  });

  it('never hands on an oversized message that comes in one piece', async () => {
    const { promise, onLost } = firstLoss();
    const oversized = publishTo(topic, new Uint8Array(16_345));
    const rendezvous = open([await scriptedBroker(friendly([oversized]))], { onLost });
    let heard = 0;
    rendezvous.subscribe(topic, () => heard++).catch(() => undefined);
    expect((await promise).code).toBe('too_large');
    expect(heard).toBe(0);
  });

  it.each([[[0xf0, 0]], [[0x82, 0]], [[0x31]], [[0, 0, 0]], [[0x20, 2, 9, 9]], [[0x90, 2, 0, 1]]])(
    'lives through the hostile bytes %j',
    async (bytes) => {
      let connections = 0;
      const broker = await scriptedBroker((socket, chunk) => {
        if (chunk[0] === 0x10) connections++;
        if (connections > 1) friendly()(socket, chunk);
        else socket.end(Uint8Array.of(...accepted, ...bytes));
      });
      const rendezvous = open([broker]);
      await expect(rendezvous.publish(topic, encodeUtf8('1'))).resolves.toBeUndefined();
    },
  );

  it('may be closed by a listener while more messages wait', async () => {
    const twice = Uint8Array.of(...publishTo(topic, encodeUtf8('1')), ...publishTo(topic, encodeUtf8('2')));
    const rendezvous = open([await scriptedBroker(friendly([twice]))]);
    let heard = 0;
    await rendezvous.subscribe(topic, () => {
      heard++;
      rendezvous.close().catch(() => undefined);
    });
    await expect.poll(() => heard).toBe(1);
    expect(rendezvous.state).toBe('closed');
  });

  it('says when it was refused', async () => {
    const { promise, onLost } = firstLoss();
    open([await scriptedBroker((socket) => socket.write(Uint8Array.of(0x20, 2, 0, 5)))], { onLost });
    expect((await promise).code).toBe('refused');
  });

  it('reports a listener that throws, and lives on', async () => {
    const reported = Promise.withResolvers<unknown>();
    const broker = await scriptedBroker(friendly([publishTo(topic, encodeUtf8('1'))]));
    const rendezvous = open([broker], { report: reported.resolve });
    await rendezvous.subscribe(topic, () => {
      throw new Error('mine');
    });
    expect(await reported.promise).toMatchObject({ message: 'mine' });
    await rendezvous.publish(topic, encodeUtf8('1'));
  });

  it.each(['https://a.example', 'a.example:1883', 'unix:///tmp/x', ''])('takes no address %j', (url) => {
    expect(() => open([url])).toThrow(TypeError);
  });
});
