import type { LinkTime } from '../../relay/webrtc/congestion/testing/simulated-link.ts';
import { VirtualTime } from '../../relay/webrtc/congestion/testing/virtual-time.ts';

/** Real time for a simulated link, to the millisecond of this machine's timers; nothing overtakes what fell due before it. */
export class WallTime implements LinkTime, Disposable {
  readonly #due = new VirtualTime();
  #timer: NodeJS.Timeout | undefined;
  #armedUs = Number.POSITIVE_INFINITY;

  /** On the clock of `performance.now()`. */
  get nowUs(): number {
    return performance.now() * 1000;
  }

  at(atUs: number, callback: () => void): void {
    this.#due.at(atUs, callback);
    this.#arm();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #arm(): void {
    const nextUs = this.#due.nextUs;
    if (nextUs === null || nextUs >= this.#armedUs) return;
    clearTimeout(this.#timer);
    this.#armedUs = nextUs;
    this.#timer = setTimeout(() => this.#run(), Math.max(0, nextUs - this.nowUs) / 1000);
  }

  #run(): void {
    this.#armedUs = Number.POSITIVE_INFINITY;
    this.#due.runUntil(this.nowUs);
    this.#arm();
  }
}
