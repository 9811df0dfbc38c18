import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { IceServerAddress } from '../ice-server.ts';
import { classes, Message, methods } from '../werift.ts';

/** RFC 8489 §5: method and class, as they stand in the first two bytes. */
export const ALLOCATE_REQUEST = 0x0003;
export const REFRESH_REQUEST = 0x0004;
/** RFC 8489 §14.9, RFC 8656 §18.2. */
const USERNAME_ATTRIBUTE = Buffer.from([0, 6, 0, 1, 'u'.charCodeAt(0)]);
const LIFETIME_ZERO = Buffer.from([0, 0x0d, 0, 4, 0, 0, 0, 0]);

/** A TURN server on loopback that lets in user `u` with password `c`, if anybody. Whoever opens it closes it. */
export interface FakeTurnServer {
  readonly address: Extract<IceServerAddress, { type: 'turn' }>;
  readonly url: string;
  /** What it was asked for, in order. */
  readonly requests: readonly Buffer[];
  /** Resolves when it has been told that an allocation is not needed any more (RFC 8656 §7.1). */
  readonly released: Promise<void>;
  close(): void;
}

export async function openFakeTurnServer({
  letsIn = true,
}: {
  readonly letsIn?: boolean;
} = {}): Promise<FakeTurnServer> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const requests: Buffer[] = [];
  const released = Promise.withResolvers<void>();
  socket.on('message', (request, from) => {
    requests.push(request);
    if (isRelease(request)) released.resolve();
    socket.send(answerTo(request, letsIn).bytes, from.port, from.address);
  });
  const { port } = socket.address();
  return {
    address: {
      ...{ type: 'turn', transport: 'udp', username: 'u', credential: 'c' },
      ...{ host: '127.0.0.1', port },
    },
    url: `turn:127.0.0.1:${port}`,
    requests,
    released: released.promise,
    close: () => socket.close(),
  };
}

function isRelease(request: Buffer): boolean {
  return request.readUInt16BE(0) === REFRESH_REQUEST && request.includes(LIFETIME_ZERO);
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
