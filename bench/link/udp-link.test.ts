import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { delayedBy, openUdpCrossing, openUdpLink } from './udp-link.ts';

const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

async function openSocket() {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  ends.push(() => socket.close());
  await once(socket, 'listening');
  return socket;
}

describe('a slow UDP path', () => {
  it('leads there and back, and keeps what came before it was aimed', async () => {
    const [viewer, camera] = [await openSocket(), await openSocket()];
    const crossing = await openUdpCrossing(delayedBy(20));
    ends.push(() => crossing.close());
    camera.on('message', (bytes, from) => camera.send(`${bytes} back`, from.port, from.address));

    const sentAt = performance.now();
    viewer.send('there', crossing.port, '127.0.0.1');
    crossing.aim({ host: '127.0.0.1', port: camera.address().port });
    const [answer] = await once(viewer, 'message');

    expect(String(answer)).toBe('there back');
    expect(performance.now() - sentAt).toBeGreaterThanOrEqual(39);
  });
});

describe('a narrow UDP path', () => {
  it('takes as long as its rate, drops what its queue does not hold, and can be reloaded', async () => {
    const [viewer, camera] = [await openSocket(), await openSocket()];
    const rate = (bps: number) => ({ rate: [{ fromUs: 0, bps }], delayMs: 5, queue: { bytes: 5_000 } });
    const link = openUdpLink(rate(80_000));
    ends.push(() => link[Symbol.dispose]());
    const crossing = await openUdpCrossing(link.ways);
    ends.push(() => crossing.close());
    crossing.aim({ host: '127.0.0.1', port: camera.address().port });
    const answer = (count: number, from: { port: number; address: string }) => {
      for (let index = 0; index < count; index++) camera.send(Buffer.alloc(972), from.port, from.address);
    };

    viewer.send('there', crossing.port, '127.0.0.1');
    const [, from] = await once(camera, 'message');
    answer(8, from);
    for (let index = 0; index < 5; index++) await once(viewer, 'message');
    expect(link.records.map(({ why }) => why)).toEqual([
      ...Array.from({ length: 5 }, () => 'delivered'),
      ...Array.from({ length: 3 }, () => 'queue'),
    ]);
    link.reload(rate(80_000_000));
    // No more than the queue holds, as all may come at once.
    answer(5, from);
    for (let index = 0; index < 5; index++) await once(viewer, 'message');
    expect(link.records.filter(({ why }) => why === 'queue')).toHaveLength(3);
  });
});
