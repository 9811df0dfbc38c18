import type { MessageListener } from './rendezvous.ts';
import { RendezvousError } from './rendezvous-error.ts';

/** One call of `subscribe()`. */
export interface Subscriber {
  readonly listener: MessageListener;
  /** Called once: granted, or why not; absent once answered. */
  settle?: ((error: RendezvousError | null) => void) | undefined;
}

/** Who listens to which topic. Topics are exact: this system has no wildcards. */
export class TopicListeners {
  readonly #byTopic = new Map<string, Set<Subscriber>>();

  get topics(): string[] {
    return [...this.#byTopic.keys()];
  }

  get size(): number {
    return this.#byTopic.size;
  }

  add(topic: string, subscriber: Subscriber): void {
    const all = this.#byTopic.get(topic) ?? new Set();
    this.#byTopic.set(topic, all.add(subscriber));
  }

  /** Whether that was the topic's last one. */
  remove(topic: string, subscriber: Subscriber): boolean {
    const all = this.#byTopic.get(topic);
    if (!all?.delete(subscriber) || all.size > 0) return false;
    return this.#byTopic.delete(topic);
  }

  /** The listeners at this moment; one that is added or removed meanwhile changes nothing. */
  listenersOf(topic: string): MessageListener[] {
    return Array.from(this.#byTopic.get(topic) ?? [], (subscriber) => subscriber.listener);
  }

  /** Tells those who wait for the broker's answer; the refused are forgotten, the long granted stay. */
  answer(topic: string, isGranted: boolean): void {
    for (const subscriber of [...(this.#byTopic.get(topic) ?? [])]) {
      const settle = subscriber.settle;
      if (settle === undefined) continue;
      if (!isGranted) this.remove(topic, subscriber);
      subscriber.settle = undefined;
      settle(isGranted ? null : new RendezvousError('refused', 'subscription refused'));
    }
  }

  /** Forgets everyone; who still waited is told `error`. */
  clear(error: RendezvousError): void {
    for (const subscribers of this.#byTopic.values()) {
      for (const subscriber of subscribers) subscriber.settle?.(error);
    }
    this.#byTopic.clear();
  }
}
