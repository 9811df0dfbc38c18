import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { openUdpCrossing } from './udp-link.ts';

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
    const crossing = await openUdpCrossing(20);
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
