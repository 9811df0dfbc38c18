import { createHash } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { tryRelay } from './try-relay.ts';
import { classes, Message, methods } from './werift.ts';

type TurnServer = Parameters<typeof tryRelay>[0];

const { signal } = new AbortController();
const sockets: Socket[] = [];

/** RFC 8489 §5: method and class in the first two bytes, transaction in the last twelve of the header. */
const ALLOCATE_REQUEST = 0x0003;
const REFRESH_REQUEST = 0x0004;
/** RFC 8489 §14.9, RFC 8656 §18.2. */
const USERNAME_ATTRIBUTE = Buffer.from([0, 6, 0, 1, 'u'.charCodeAt(0)]);
const LIFETIME_ZERO = Buffer.from([0, 0x0d, 0, 4, 0, 0, 0, 0]);

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

/** A TURN server that lets in user `u`, if anybody; the requests it had. */
async function serve({ letsIn }: { letsIn: boolean }) {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'listening');
  const requests: Buffer[] = [];
  socket.on('message', (request, { port, address }) => {
    requests.push(request);
    socket.send(answerTo(request, letsIn).bytes, port, address);
  });
  const server: TurnServer = {
    ...{ type: 'turn', transport: 'udp', username: 'u', credential: 'c' },
    ...{ host: '127.0.0.1', port: socket.address().port },
  };
  return { server, requests };
}

function answerTo(request: Buffer, letsIn: boolean): Message {
  const method = request.readUInt16BE(0) === REFRESH_REQUEST ? methods.REFRESH : methods.ALLOCATE;
  const transaction = request.subarray(8, 20);
  if (!letsIn) {
    return new Message(method, classes.ERROR, transaction).setAttribute('ERROR-CODE', [403, 'Forbidden']);
  }
  if (!request.includes(USERNAME_ATTRIBUTE)) {
    return new Message(method, classes.ERROR, transaction)
      .setAttribute('ERROR-CODE', [401, 'Unauthorized'])
      .setAttribute('REALM', 'r')
      .setAttribute('NONCE', Buffer.from('n'));
  }
  const key = createHash('md5').update('u:r:c').digest();
  return new Message(method, classes.RESPONSE, transaction)
    .setAttribute('XOR-RELAYED-ADDRESS', ['203.0.113.1', 40_000])
    .setAttribute('XOR-MAPPED-ADDRESS', ['203.0.113.2', 40_001])
    .setAttribute('LIFETIME', 600)
    .addMessageIntegrity(key);
}

describe('a TURN server that is tried', () => {
  it('relays, and is told that nobody needs that any more', async () => {
    const { server, requests } = await serve({ letsIn: true });
    await tryRelay(server, { signal });
    const types = requests.map((request) => request.readUInt16BE(0));
    expect(types).toEqual([ALLOCATE_REQUEST, ALLOCATE_REQUEST, REFRESH_REQUEST]);
    expect(requests.at(-1)?.includes(LIFETIME_ZERO)).toBe(true);
  });

  it('does not relay for whoever it does not know', async () => {
    const { server } = await serve({ letsIn: false });
    await expect(tryRelay(server, { signal })).rejects.toThrow();
  });

  it('is given up when nobody waits any more', async () => {
    const silent = createSocket('udp4').bind(0, '127.0.0.1');
    sockets.push(silent);
    await once(silent, 'listening');
    const { server } = await serve({ letsIn: true });
    const tried = tryRelay({ ...server, port: silent.address().port }, { signal: AbortSignal.timeout(50) });
    await expect(tried).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
