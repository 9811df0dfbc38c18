import type { Clock } from '#shared/clock.ts';
import type { AccessUnit, Capture } from '../../capture/capture.ts';

interface Arrival {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly unit: AccessUnit;
}

/** Writes down when the pictures of a capture come. */
export class UnitLog {
  readonly #clock: Clock;
  readonly #arrivals: Arrival[] = [];
  readonly #stop: () => void;
  #waiting: {
    readonly isIt: (unit: AccessUnit) => boolean;
    readonly resolve: (unit: AccessUnit) => void;
  } | null = null;

  constructor(capture: Pick<Capture, 'onAccessUnit'>, clock: Clock) {
    this.#clock = clock;
    this.#stop = capture.onAccessUnit((unit) => this.#note(unit));
  }

  /** The next one that `isIt`, or null where none comes within `limitMs`; one can be waited for at a time. */
  async next(isIt: (unit: AccessUnit) => boolean, limitMs: number): Promise<AccessUnit | null> {
    const { promise, resolve } = Promise.withResolvers<AccessUnit | null>();
    this.#waiting = { isIt, resolve };
    const cancel = this.#clock.after(limitMs, () => resolve(null));
    const unit = await promise;
    cancel();
    this.#waiting = null;
    return unit;
  }

  /** From the capture of each picture, or its arrival at the encoder, to here, since `sinceMs`; ms. */
  delays(sinceMs: number): number[] {
    return this.#main(sinceMs).map(({ atMs, unit }) => atMs - unit.capturedAtMs);
  }

  /** The longest time without a picture from `sinceMs` until now, ms. */
  longestGap(sinceMs: number): number {
    const edges = [sinceMs, ...this.#main(sinceMs).map(({ atMs }) => atMs), this.#clock.nowMs()];
    return Math.max(...edges.slice(1).map((atMs, index) => atMs - (edges[index] ?? atMs)));
  }

  /** Bits a second from `sinceMs` until now. */
  bitrate(sinceMs: number): number {
    const bytes = this.#main(sinceMs)
      .flatMap(({ unit }) => unit.nalUnits.map(({ length }) => length))
      .reduce((sum, length) => sum + length, 0);
    return (bytes * 8 * 1000) / (this.#clock.nowMs() - sinceMs);
  }

  /** Pictures a second from `sinceMs` until now. */
  rate(sinceMs: number): number {
    return (this.#main(sinceMs).length * 1000) / (this.#clock.nowMs() - sinceMs);
  }

  close(): void {
    this.#stop();
  }

  #main(sinceMs: number): readonly Arrival[] {
    return this.#arrivals.filter(({ atMs, unit }) => atMs >= sinceMs && unit.rendition === 'main');
  }

  #note(unit: AccessUnit): void {
    this.#arrivals.push({ atMs: this.#clock.nowMs(), unit });
    if (this.#waiting?.isIt(unit)) this.#waiting.resolve(unit);
  }
}
