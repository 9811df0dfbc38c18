// Runs inside a namespace of the lab: asks a TURN server for an allocation and for leave to talk to others, and prints its
// answers as JSON. `turn-client.ts` starts it. It is a client of its own, so that nothing of ours decides what is asked.
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { TurnAnswers, TurnQuestions } from './turn-client.ts';
import { ACCEPTED } from './turn-client.ts';

// RFC 8489 §5 and §14, RFC 8656 §17 and §18.
const COOKIE = Buffer.from([0x21, 0x12, 0xa4, 0x42]);
const ALLOCATE = 0x003;
const CREATE_PERMISSION = 0x008;
const USERNAME = 0x0006;
const MESSAGE_INTEGRITY = 0x0008;
const ERROR_CODE = 0x0009;
const XOR_PEER_ADDRESS = 0x0012;
const REALM = 0x0014;
const NONCE = 0x0015;
const REQUESTED_ADDRESS_FAMILY = 0x0017;
const REQUESTED_TRANSPORT = 0x0019;
const UDP = 17;
const HEADER_BYTES = 20;
/** With its attribute's own header. */
const INTEGRITY_BYTES = 24;
const PORT = 3478;
const ANSWER_LIMIT_MS = 3_000;

type Attributes = readonly (readonly [type: number, value: Buffer])[];

const { server, username, credential, family = 4, peers }: TurnQuestions = JSON.parse(process.argv[2] ?? '');
const socket = createSocket('udp4');
console.log(JSON.stringify(await askAll()));
socket.close();

async function askAll(): Promise<TurnAnswers> {
  const wanted: Attributes = [
    [REQUESTED_TRANSPORT, Buffer.from([UDP, 0, 0, 0])],
    [REQUESTED_ADDRESS_FAMILY, Buffer.from([family === 6 ? 2 : 1, 0, 0, 0])],
  ];
  const challenge = await exchange(encode(ALLOCATE, newTransaction(), wanted));
  const allocation = codeOf(await exchange(seal(ALLOCATE, newTransaction(), wanted, challenge)));
  const permissions: Record<string, string> = {};
  for (const peer of allocation === ACCEPTED ? peers : []) {
    const transaction = newTransaction();
    const asked: Attributes = [[XOR_PEER_ADDRESS, encodePeer(peer, transaction)]];
    permissions[peer] = codeOf(await exchange(seal(CREATE_PERMISSION, transaction, asked, challenge)));
  }
  return { allocation, permissions };
}

async function exchange(request: Buffer): Promise<Map<number, Buffer>> {
  socket.send(request, PORT, server);
  const [answer] = await once(socket, 'message', { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
  return decode(answer);
}

function newTransaction(): Buffer {
  return Buffer.concat([COOKIE, randomBytes(12)]);
}

function encode(method: number, transaction: Buffer, attributes: Attributes, bytesToCome = 0): Buffer {
  const body = Buffer.concat(attributes.flatMap(([type, value]) => encodeAttribute(type, value)));
  const start = Buffer.alloc(4);
  start.writeUInt16BE(method, 0);
  start.writeUInt16BE(body.length + bytesToCome, 2);
  return Buffer.concat([start, transaction, body]);
}

/** With what the server has said of itself, and proof of the password (RFC 8489 §9.2.2). */
function seal(
  method: number,
  transaction: Buffer,
  attributes: Attributes,
  challenge: ReadonlyMap<number, Buffer>,
): Buffer {
  const [realm, nonce] = [challenge.get(REALM) ?? Buffer.alloc(0), challenge.get(NONCE) ?? Buffer.alloc(0)];
  const login: Attributes = [
    [USERNAME, Buffer.from(username)],
    [REALM, realm],
    [NONCE, nonce],
  ];
  const request = encode(method, transaction, [...attributes, ...login], INTEGRITY_BYTES);
  const key = createHash('md5').update(`${username}:${realm}:${credential}`).digest();
  const integrity = createHmac('sha1', key).update(request).digest();
  return Buffer.concat([request, ...encodeAttribute(MESSAGE_INTEGRITY, integrity)]);
}

function encodeAttribute(type: number, value: Buffer): Buffer[] {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(value.length, 2);
  return [header, value, Buffer.alloc(-value.length & 3)];
}

function encodePeer(address: string, transaction: Buffer): Buffer {
  const bytes = address.includes(':') ? parseIpv6(address) : Buffer.from(address.split('.').map(Number));
  const masked = bytes.map((byte, at) => byte ^ (transaction[at] ?? 0));
  return Buffer.concat([Buffer.from([0, bytes.length === 16 ? 2 : 1, 0, 9]), masked]);
}

function parseIpv6(address: string): Buffer {
  // Brings IPv4 at its end into the form of the rest.
  const [left = '', right] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const [before, after] = [left, right ?? ''].map((part) => part.split(':').filter(Boolean));
  const zeros = Array.from({ length: 8 - (before?.length ?? 0) - (after?.length ?? 0) }, () => '0');
  const groups = [...(before ?? []), ...zeros, ...(after ?? [])];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

function decode(message: Buffer): Map<number, Buffer> {
  const attributes = new Map<number, Buffer>();
  for (let at = HEADER_BYTES; at + 4 <= message.length; ) {
    const length = message.readUInt16BE(at + 2);
    attributes.set(message.readUInt16BE(at), message.subarray(at + 4, at + 4 + length));
    at += 4 + length + (-length & 3);
  }
  return attributes;
}

/** `accepted`, or the code of the refusal (RFC 8489 §14.8). */
function codeOf(answer: ReadonlyMap<number, Buffer>): string {
  const error = answer.get(ERROR_CODE);
  return error === undefined ? ACCEPTED : String((error[2] ?? 0) * 100 + (error[3] ?? 0));
}
