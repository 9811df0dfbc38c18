import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import {
  ALLOCATE_REQUEST,
  type FakeTurnServer,
  openFakeTurnServer,
  REFRESH_REQUEST,
} from './testing/fake-turn-server.ts';
import { tryRelay } from './try-relay.ts';

const { signal } = new AbortController();
let server: FakeTurnServer;

afterEach(() => server.close());

describe('a TURN server that is tried', () => {
  it('relays, and is told that nobody needs that any more', async () => {
    server = await openFakeTurnServer();
    await tryRelay(server.address, { signal });
    const types = server.requests.map((request) => request.readUInt16BE(0));
    expect(types).toEqual([ALLOCATE_REQUEST, ALLOCATE_REQUEST, REFRESH_REQUEST]);
    await server.released;
  });

  it('does not relay for whoever it does not know', async () => {
    server = await openFakeTurnServer({ letsIn: false });
    await expect(tryRelay(server.address, { signal })).rejects.toThrow();
  });

  it('is given up when nobody waits any more', async () => {
    server = await openFakeTurnServer();
    const silent = createSocket('udp4').bind(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = { ...server.address, port: silent.address().port };
    const tried = tryRelay(address, { signal: AbortSignal.timeout(50) });
    await expect(tried).rejects.toMatchObject({ name: 'TimeoutError' });
    silent.close();
  });
});
