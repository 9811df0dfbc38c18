import { encodeUtf8, parseUtf8 } from '#shared/bytes.ts';
import type { FrameHeader } from '#shared/mqtt-frames.ts';
import { RendezvousError } from '#shared/rendezvous-error.ts';

/** What a broker may send us (MQTT 3.1.1 §3); QoS 2 is not among it, as we never ask for it. */
export type IncomingPacket =
  | { readonly type: 'connack'; readonly returnCode: number }
  | {
      readonly type: 'publish';
      readonly topic: string;
      readonly payload: Uint8Array;
      readonly isRetained: boolean;
      /** Present at QoS 1: to be acknowledged. */
      readonly packetId: number | null;
    }
  | { readonly type: 'puback'; readonly packetId: number }
  | { readonly type: 'suback'; readonly packetId: number; readonly granted: readonly boolean[] }
  | { readonly type: 'unsuback'; readonly packetId: number }
  | { readonly type: 'pingresp' };

const CONNACK = 0x20;
const PUBLISH = 0x30;
const PUBACK = 0x40;
const SUBACK = 0x90;
const UNSUBACK = 0xb0;
const PINGRESP = 0xd0;
const SUBSCRIPTION_FAILED = 0x80;

/**
 * The packet whose header is `header` and whose bytes are all there.
 * @throws RendezvousError `protocol`
 */
export function parsePacket(bytes: Uint8Array, { first, bodyStart, end }: FrameHeader): IncomingPacket {
  const body = bytes.subarray(bodyStart, end);
  if (first >> 4 === PUBLISH >> 4) return parsePublish(first & 0x0f, body);
  switch (first) {
    case CONNACK:
      expect(body.length === 2 && uint8(body, 0) <= 1);
      return { type: 'connack', returnCode: uint8(body, 1) };
    case PUBACK:
      expect(body.length === 2);
      return { type: 'puback', packetId: parsePacketId(body, 0) };
    case SUBACK:
      expect(body.length > 2);
      return {
        type: 'suback',
        packetId: parsePacketId(body, 0),
        granted: Array.from(body.subarray(2), isGranted),
      };
    case UNSUBACK:
      expect(body.length === 2);
      return { type: 'unsuback', packetId: parsePacketId(body, 0) };
    case PINGRESP:
      expect(body.length === 0);
      return { type: 'pingresp' };
    default:
      throw new RendezvousError('protocol', 'packet not expected of a broker');
  }
}

function parsePublish(flags: number, body: Uint8Array): IncomingPacket {
  const qos = (flags >> 1) & 3;
  expect(qos <= 1);
  const topicEnd = 2 + uint16(body, 0);
  expect(topicEnd > 2 && topicEnd <= body.length);
  const packetId = qos === 0 ? null : parsePacketId(body, topicEnd);
  return {
    type: 'publish',
    topic: parseText(body.subarray(2, topicEnd)),
    // A copy: the buffer it lies in is used again.
    payload: body.slice(qos === 0 ? topicEnd : topicEnd + 2),
    isRetained: (flags & 1) === 1,
    packetId,
  };
}

function parsePacketId(body: Uint8Array, at: number): number {
  const packetId = uint16(body, at);
  expect(packetId > 0);
  return packetId;
}

/** UTF-8 without U+0000 (MQTT 3.1.1 §1.5.3). */
function parseText(bytes: Uint8Array): string {
  expect(!bytes.includes(0));
  try {
    return parseUtf8(bytes);
  } catch (cause) {
    throw new RendezvousError('protocol', 'text is not UTF-8', { cause });
  }
}

function isGranted(code: number): boolean {
  expect(code <= 2 || code === SUBSCRIPTION_FAILED);
  return code !== SUBSCRIPTION_FAILED;
}

function uint16(bytes: Uint8Array, at: number): number {
  return uint8(bytes, at) * 256 + uint8(bytes, at + 1);
}

function uint8(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new RendezvousError('protocol', 'packet too short');
  return byte;
}

function expect(isSo: boolean): void {
  if (!isSo) throw new RendezvousError('protocol', 'malformed packet');
}

/** What a CONNECT carries besides a clean session and no will. */
export interface ConnectOptions {
  /** Up to 23 letters and digits, which every broker takes (MQTT 3.1.1 §3.1.3.1). */
  readonly clientId: string;
  readonly keepaliveSeconds: number;
  readonly username?: string | undefined;
  /** Only with a username (MQTT 3.1.1 §3.1.2.9). */
  readonly password?: string | undefined;
}

/** CONNECT with a clean session (MQTT 3.1.1 §3.1). */
export function encodeConnect({
  clientId,
  keepaliveSeconds,
  username,
  password,
}: ConnectOptions): Uint8Array<ArrayBuffer> {
  const hasPassword = username !== undefined && password !== undefined;
  const flags = 0x02 | (username === undefined ? 0 : 0x80) | (hasPassword ? 0x40 : 0);
  return encodePacket(0x10, [
    ...text('MQTT'),
    4,
    flags,
    ...int16(keepaliveSeconds),
    ...text(clientId),
    ...(username === undefined ? [] : text(username)),
    ...(hasPassword ? text(password) : []),
  ]);
}

/** PUBLISH at QoS 1 (MQTT 3.1.1 §3.3). */
export function encodePublish(
  packetId: number,
  message: { topic: string; payload: Uint8Array; retain: boolean; isRepeat: boolean },
): Uint8Array<ArrayBuffer> {
  const flags = (message.isRepeat ? 0x08 : 0) | 0x02 | (message.retain ? 0x01 : 0);
  return encodePacket(PUBLISH | flags, [...text(message.topic), ...int16(packetId)], message.payload);
}

/** PUBACK (MQTT 3.1.1 §3.4). */
export function encodePuback(packetId: number): Uint8Array<ArrayBuffer> {
  return encodePacket(PUBACK, int16(packetId));
}

/** SUBSCRIBE at QoS 1 to each of `topics` (MQTT 3.1.1 §3.8). */
export function encodeSubscribe(packetId: number, topics: readonly string[]): Uint8Array<ArrayBuffer> {
  return encodePacket(0x82, [...int16(packetId), ...topics.flatMap((topic) => [...text(topic), 1])]);
}

/** UNSUBSCRIBE (MQTT 3.1.1 §3.10). */
export function encodeUnsubscribe(packetId: number, topic: string): Uint8Array<ArrayBuffer> {
  return encodePacket(0xa2, [...int16(packetId), ...text(topic)]);
}

/** PINGREQ (MQTT 3.1.1 §3.12). */
export function encodePingreq(): Uint8Array<ArrayBuffer> {
  return encodePacket(0xc0, []);
}

/** DISCONNECT (MQTT 3.1.1 §3.14). */
export function encodeDisconnect(): Uint8Array<ArrayBuffer> {
  return encodePacket(0xe0, []);
}

function encodePacket(
  first: number,
  head: readonly number[],
  payload: Uint8Array = new Uint8Array(),
): Uint8Array<ArrayBuffer> {
  const length = remainingLength(head.length + payload.length);
  const bytes = new Uint8Array(1 + length.length + head.length + payload.length);
  bytes.set([first, ...length, ...head]);
  bytes.set(payload, bytes.length - payload.length);
  return bytes;
}

/** Seven bits a byte, the lowest first (MQTT 3.1.1 §2.2.3). */
function remainingLength(length: number): number[] {
  return length < 0x80 ? [length] : [(length & 0x7f) | 0x80, ...remainingLength(length >> 7)];
}

function text(value: string): number[] {
  const bytes = encodeUtf8(value);
  return [...int16(bytes.length), ...bytes];
}

function int16(value: number): number[] {
  return [value >> 8, value & 0xff];
}
