import { MAX_PACKET_BYTES } from './mqtt-frames.ts';

/** How often we ask an idle broker for a sign of life; the CONNECT packet promises the same (MQTT 3.1.1 §3.1.2.10). */
export const KEEPALIVE_MS = 30_000;
/** How long the answer to that may take. */
export const KEEPALIVE_GRACE_MS = 10_000;
/** From dialling to CONNACK; a mobile network in a lift takes seconds. */
export const DIAL_TIMEOUT_MS = 10_000;
/** How long a publish waits for its acknowledgement, reconnections included, unless told otherwise. */
export const PUBLISH_TIMEOUT_MS = 10_000;
/** Reconnection: first within half a second, in the end every five on average: somebody is looking at a spinner. */
export const RECONNECT_BASE_MS = 500;
export const RECONNECT_CAP_MS = 10_000;
/** Topics at once: four a grant, for more grants than a camera keeps. */
export const MAX_TOPICS = 1_024;
/** Topics in one SUBSCRIBE, so that it stays below 3.5 KB (Mosquitto's WebSocket listener slows down past that). */
export const TOPICS_PER_SUBSCRIBE = 64;
/** Largest payload, in bytes: a whole packet less its header, topic and packet identifier. */
export const MAX_PAYLOAD_BYTES = MAX_PACKET_BYTES - 256;

/** Publishes under way at once; past it the caller is told `busy`. */
export const MAX_PENDING_PUBLISHES = 256;
