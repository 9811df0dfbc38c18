import type { RendezvousAddress } from './rendezvous.ts';
import type { RendezvousError } from './rendezvous-error.ts';

/**
 * One connection to one broker, from dialling to its loss. Each side has its own (sockets differ); what spans
 * several connections is `LinkedRendezvous`. Only used between `onOpen` and `onLost`, but for `close()`.
 */
export interface Link {
  /** Sends at QoS 1; `acknowledged` is called at its PUBACK, and never if the link is lost first. */
  publish(message: LinkMessage, acknowledged: () => void): void;
  /** Asks for `topics` at QoS 1; `answered` gets, per topic, whether the broker granted it. */
  subscribe(topics: readonly string[], answered: (granted: readonly boolean[]) => void): void;
  unsubscribe(topic: string): void;
  /** Asks for a sign of life, which `onAlive` reports. */
  ping(): void;
  /** Lets go of the socket, without waiting for anything; no event follows. Idempotent. */
  close(): void;
}

export interface LinkMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain: boolean;
  /** It was sent before, and may have arrived (DUP, MQTT 3.1.1 §3.3.1.1). */
  readonly isRepeat: boolean;
}

/** What a link tells its owner; none of these throws. */
export interface LinkEvents {
  /** The broker accepted us (CONNACK 0). Once. */
  onOpen(): void;
  onMessage(topic: string, payload: Uint8Array, isRetained: boolean): void;
  /** Something arrived, whatever it was. */
  onAlive(): void;
  /** It never opened, or is open no more. Once, and the last event. */
  onLost(error: RendezvousError): void;
}

/** Starts dialling `address`; never throws, calls none of `events` before it returns. */
export type OpenLink = (address: RendezvousAddress, events: LinkEvents) => Link;
