import type { RendezvousError } from './rendezvous-error.ts';
import type { LinkMessage } from './rendezvous-link.ts';

/** A publish until its acknowledgement, its end of patience or its abort. */
export interface PendingPublish {
  readonly message: Omit<LinkMessage, 'isRepeat'>;
  wasSent: boolean;
  readonly settle: (error: unknown) => void;
}

/** What has been published and not acknowledged, oldest first; survives a change of link. */
export class Outbox {
  readonly #pending = new Set<PendingPublish>();

  get size(): number {
    return this.#pending.size;
  }

  /** Keeps `message` until it is acknowledged; `settled` is called once, with null or the error. */
  add(message: Omit<LinkMessage, 'isRepeat'>, settled: (error: unknown) => void): PendingPublish {
    const entry: PendingPublish = {
      message,
      wasSent: false,
      settle: (error) => {
        if (this.#pending.delete(entry)) settled(error);
      },
    };
    this.#pending.add(entry);
    return entry;
  }

  /** Hands one to `send`, marked as a repeat if it went out before. */
  send(entry: PendingPublish, send: (message: LinkMessage, acknowledged: () => void) => void): void {
    const isRepeat = entry.wasSent;
    entry.wasSent = true;
    send({ ...entry.message, isRepeat }, () => entry.settle(null));
  }

  /** All, in the order they were published (MQTT 3.1.1 §4.6). */
  get entries(): PendingPublish[] {
    return [...this.#pending];
  }

  clear(error: RendezvousError): void {
    for (const entry of this.entries) entry.settle(error);
  }
}
