import { connect as connectTcp } from 'node:net';
import { Duplex, pipeline, Transform } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { createWebSocketStream, WebSocket } from 'ws';
import { FrameGuard, MAX_PACKET_BYTES } from '#shared/mqtt-frames.ts';
import { RendezvousError } from '#shared/rendezvous-error.ts';
import { DIAL_TIMEOUT_MS } from '#shared/rendezvous-limits.ts';

/** PUBLISH at QoS 2 or 3 (MQTT 3.1.1 §3.3.1.2): never asked for, so never owed an answer. */
const PUBLISH_ABOVE_QOS_1 = 0x34;
const PUBLISH_QOS_MASK = 0xf4;
/** Largest WebSocket message taken; a broker may put a few packets into one. */
const MAX_FRAME_BYTES = 16 * MAX_PACKET_BYTES;
/** Registered ports (MQTT 3.1.1 §4.2). */
const MQTT_PORT = 1883;
const MQTTS_PORT = 8883;

/** URL schemes `openBrokerStream` knows. */
export const BROKER_PROTOCOLS = ['ws:', 'wss:', 'mqtt:', 'mqtts:'];

/**
 * Bytes from and to the broker at `url`. Ends with a RendezvousError on a packet that is oversized, malformed in its
 * length or above QoS 1, before MQTT.js sees it: MQTT.js gathers whatever length is announced, and throws past every
 * handler on a message at QoS 2 that comes while it ends.
 */
export function openBrokerStream(url: URL, ca?: string): Duplex {
  const socket = openSocket(url, ca === undefined ? {} : { ca });
  const guard = new FrameGuard();
  const checked = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      try {
        guard.push(chunk, expectAtMostQos1);
        done(null, chunk);
      } catch (error) {
        done(error instanceof Error ? error : new RendezvousError('protocol', 'failed', { cause: error }));
      }
    },
  });
  // The error, if any, reaches the caller through the pair.
  pipeline(socket, checked, () => socket.destroy());
  const stream = Duplex.from({ readable: checked, writable: socket });
  // MQTT has no half-open connections.
  return stream.once('end', () => stream.destroy());
}

function openSocket(url: URL, tls: { ca?: string }): Duplex {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  switch (url.protocol) {
    case 'mqtt:':
      return connectTcp({ host, port: Number(url.port) || MQTT_PORT, noDelay: true });
    case 'mqtts:':
      return connectTls({ host, port: Number(url.port) || MQTTS_PORT, servername: host, ...tls });
    default: {
      const options = {
        maxPayload: MAX_FRAME_BYTES,
        perMessageDeflate: false,
        handshakeTimeout: DIAL_TIMEOUT_MS,
      };
      return createWebSocketStream(new WebSocket(url, 'mqtt', { ...options, ...tls }));
    }
  }
}

function expectAtMostQos1(first: number): void {
  if ((first & PUBLISH_QOS_MASK) === PUBLISH_ABOVE_QOS_1)
    throw new RendezvousError('protocol', 'message above QoS 1');
}
