/** What both sides need of a broker, whichever library speaks to it (MQTT 3.1.1, QoS 0 and 1). */
export interface Rendezvous {
  /** `online` while the broker acknowledges us. */
  readonly state: RendezvousState;
  /** Calls `listener` at every change of state; the returned function stops that. */
  onStateChange(listener: (state: RendezvousState) => void): () => void;
  /**
   * Delivers what is published on `topic` until the returned function is called; survives reconnection.
   * The promise resolves when the broker has granted the subscription, however long the broker is away: abort
   * `signal` to give up. Each call on a topic has the broker send the retained message again, to all its listeners.
   * @throws RendezvousError `refused`, `busy` past 1,024 topics, `closed`
   */
  subscribe(
    topic: string,
    listener: MessageListener,
    options?: { signal?: AbortSignal },
  ): Promise<Unsubscribe>;
  /**
   * Publishes at QoS 1 and resolves when the broker has acknowledged it.
   * @throws RendezvousError `offline` when no broker acknowledged within the time limit (it may still have arrived),
   * `too_large` past 16,128 bytes, `busy` when 256 are under way, `closed`
   */
  publish(topic: string, payload: Uint8Array, options?: PublishOptions): Promise<void>;
  /**
   * Asks the broker for a sign of life, and reconnects when none comes within `timeoutMs`, with 0 in any case; waiting to
   * reconnect, does so now. Resolves with the answer or the end of its wait.
   */
  probe(timeoutMs: number): Promise<void>;
  /** Says goodbye and ends; idempotent. */
  close(): Promise<void>;
}

export type RendezvousState = 'connecting' | 'online' | 'closed';

/** `isRetained` tells a message the broker kept from one that was just sent. */
export type MessageListener = (payload: Uint8Array, meta: { isRetained: boolean }) => void;

export type Unsubscribe = () => void;

export interface PublishOptions {
  /** Have the broker keep it for later subscribers (MQTT 3.1.1 §3.3.1.3); an empty payload clears it. Default false. */
  readonly retain?: boolean;
  /** How long to wait for the acknowledgement, reconnections included. Default 10,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Where a broker is and how to be let in. */
export interface RendezvousAddress {
  /** `ws:`, `wss:`; on the relay also `mqtt:`, `mqtts:`. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
}
