import { MAX_PACKET_BYTES } from '#shared/mqtt-frames.ts';

/** What one stranger may take of this machine, and all strangers together. An address is an IPv4 or an IPv6 /64. */
export interface RendezvousLimits {
  /** Whole MQTT packet. */
  readonly packetBytes: number;
  /** Connections, HTTP or WebSocket, all together and per address. */
  readonly connections: number;
  readonly connectionsPerAddress: number;
  /** From TCP to a whole HTTP request, and that to be a WebSocket. */
  readonly requestTimeoutMs: number;
  /** From WebSocket to CONNECT. */
  readonly connectTimeoutMs: number;
  /** Longest keepalive a client may ask for: bounds how long a dead one is kept, at half as much again. */
  readonly keepaliveSeconds: number;
  readonly subscriptionsPerConnection: number;
  /** A camera or a phone listens to a topic, twice for a while when it reconnects: more only multiplies a flood. */
  readonly subscribersPerTopic: number;
  /** MQTT packets of any type from one address: how many a second, and how many at once. Past it, reading pauses. */
  readonly packetsPerSecond: number;
  readonly packetBurst: number;
  /** Bytes sent to a client that does not read; past it the client is cut off. */
  readonly unreadBytes: number;
  /** Retained messages kept: all together in number and payload bytes, and per address in number. */
  readonly retained: number;
  readonly retainedBytes: number;
  readonly retainedPerAddress: number;
}

/** For a household or a small club on a Pi: about 100 MB at the very worst. */
export const DEFAULT_LIMITS: RendezvousLimits = Object.freeze({
  packetBytes: MAX_PACKET_BYTES,
  connections: 1_000,
  connectionsPerAddress: 64,
  requestTimeoutMs: 10_000,
  connectTimeoutMs: 5_000,
  keepaliveSeconds: 120,
  subscriptionsPerConnection: 1_024,
  subscribersPerTopic: 8,
  packetsPerSecond: 200,
  packetBurst: 1_000,
  unreadBytes: 256 * 1024,
  retained: 10_000,
  retainedBytes: 16 * 1024 * 1024,
  retainedPerAddress: 500,
});
