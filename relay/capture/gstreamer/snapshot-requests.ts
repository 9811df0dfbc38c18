import type { Clock } from '#shared/clock.ts';
import { CaptureError } from '../capture-error.ts';
import type { Snapshot } from '../snapshot.ts';

/** Longer than the slowest Pi takes for a JPEG of its largest picture. */
const SNAPSHOT_LIMIT_MS = 5_000;

/** Those who wait for a snapshot; one picture serves all. */
export class SnapshotRequests {
  readonly #clock: Clock;
  readonly #order: () => void;
  readonly #waiting = new Set<(snapshot: Snapshot | null) => void>();

  constructor(clock: Clock, order: () => void) {
    this.#clock = clock;
    this.#order = order;
  }

  /** @throws CaptureError `no_picture` */
  async ask(): Promise<Snapshot> {
    const { promise, resolve } = Promise.withResolvers<Snapshot | null>();
    if (this.#waiting.size === 0) this.#order();
    this.#waiting.add(resolve);
    const cancel = this.#clock.after(SNAPSHOT_LIMIT_MS, () => resolve(null));
    const snapshot = await promise;
    cancel();
    this.#waiting.delete(resolve);
    if (snapshot) return snapshot;
    throw new CaptureError('no_picture', 'The camera gave no picture that could be kept.');
  }

  /** A picture came. */
  give({ jpeg, width, height }: { jpeg: Uint8Array; width: number; height: number }): void {
    this.#settle({ type: 'image/jpeg', bytes: jpeg, width, height });
  }

  /** None will come. */
  close(): void {
    this.#settle(null);
  }

  #settle(snapshot: Snapshot | null): void {
    for (const resolve of this.#waiting) resolve(snapshot);
    this.#waiting.clear();
  }
}
