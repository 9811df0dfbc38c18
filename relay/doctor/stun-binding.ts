import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';

/** RFC 8489 §5, §3. */
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const MAGIC_COOKIE = 0x2112a442;
const HEADER_BYTES = 20;
/** RFC 8489 §6.2.1 begins with half a second and doubles. */
const FIRST_WAIT_MS = 500;
const ATTEMPTS = 4;

/**
 * Asks a STUN server where we come from, and resolves with whether it answered at all.
 * @throws Error of Node when its name cannot be resolved, or there is no way to it.
 */
export async function answersBinding(
  { host, port }: { readonly host: string; readonly port: number },
  { signal }: { readonly signal: AbortSignal },
): Promise<boolean> {
  const { address, family } = await lookup(host);
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  try {
    socket.connect(port, address);
    await once(socket, 'connect', { signal });
    return await exchange(socket, signal);
  } finally {
    socket.close();
  }
}

async function exchange(socket: Socket, signal: AbortSignal): Promise<boolean> {
  const request = encodeBindingRequest(randomBytes(12));
  for (let attempt = 0, waitMs = FIRST_WAIT_MS; attempt < ATTEMPTS; attempt++, waitMs *= 2) {
    socket.send(request);
    if (await hears(socket, request, AbortSignal.any([signal, AbortSignal.timeout(waitMs)]))) return true;
    signal.throwIfAborted();
  }
  return false;
}

async function hears(socket: Socket, request: Buffer, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const hear = (bytes: Buffer) => isAnswerTo(request, bytes) && resolve(true);
  const miss = () => resolve(false);
  socket.on('message', hear).once('error', reject);
  signal.addEventListener('abort', miss, { once: true });
  try {
    return await promise;
  } finally {
    socket.off('message', hear).off('error', reject);
    signal.removeEventListener('abort', miss);
  }
}

function encodeBindingRequest(transactionId: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES - transactionId.length);
  header.writeUInt16BE(BINDING_REQUEST, 0);
  header.writeUInt32BE(MAGIC_COOKIE, 4);
  return Buffer.concat([header, transactionId]);
}

/** A success with our transaction's cookie and id. */
function isAnswerTo(request: Buffer, bytes: Buffer): boolean {
  if (bytes.length < HEADER_BYTES || bytes.readUInt16BE(0) !== BINDING_SUCCESS) return false;
  return bytes.subarray(4, HEADER_BYTES).equals(request.subarray(4));
}
