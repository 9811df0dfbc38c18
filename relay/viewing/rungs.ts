/** What of the stream a viewer gets. One encoder makes one rung; a second one would be another member here. */
export type Rung =
  /** Every picture. */
  | 'full'
  /** Keyframes alone: the path is so much narrower than the others' that all would have to look as it does. */
  | 'keyframes';

interface Standing {
  rung: Rung;
  /** Since when the target has spoken for the other rung; null while it does not. */
  otherSinceMs: number | null;
}

/** A target below this share of the median is far below: nearer ones are worth waiting for. */
const FAR_BELOW = 0.4;
const NEAR_AGAIN = 0.5;
/** Short enough that the others hardly notice, long enough for a path that hesitates. */
const DOWN_AFTER_MS = 1_000;
/** Whoever comes back needs a keyframe, which everybody pays for. */
const UP_AFTER_MS = 5_000;

/** Decides who gets every picture, so that nobody's is spoilt by the slowest path. */
export class Rungs<Viewer> {
  readonly #standings = new Map<Viewer, Standing>();

  rungOf(viewer: Viewer): Rung {
    return this.#standings.get(viewer)?.rung ?? 'full';
  }

  /** Takes everybody's targets, bits a second; whose rung has changed. */
  update(targets: ReadonlyMap<Viewer, number>, nowMs: number): readonly Viewer[] {
    for (const viewer of this.#standings.keys()) if (!targets.has(viewer)) this.#standings.delete(viewer);
    if (this.#isNobodyFull) return this.#promoteAll();
    const median = upperMedian([...targets.values()]);
    const judged = [...targets].filter(([viewer, bps]) => this.#judge(viewer, bps / median, nowMs));
    return judged.map(([viewer]) => viewer);
  }

  get #isNobodyFull(): boolean {
    return (
      this.#standings.size > 0 && [...this.#standings.values()].every(({ rung }) => rung === 'keyframes')
    );
  }

  /** Whoever was far below the others is not so when they have left. */
  #promoteAll(): readonly Viewer[] {
    for (const standing of this.#standings.values()) standing.rung = 'full';
    return [...this.#standings.keys()];
  }

  #judge(viewer: Viewer, share: number, nowMs: number): boolean {
    const standing = this.#standings.get(viewer) ?? { rung: 'full', otherSinceMs: null };
    this.#standings.set(viewer, standing);
    const isFull = standing.rung === 'full';
    if (isFull ? share >= FAR_BELOW : share < NEAR_AGAIN) {
      standing.otherSinceMs = null;
      return false;
    }
    standing.otherSinceMs ??= nowMs;
    if (nowMs - standing.otherSinceMs < (isFull ? DOWN_AFTER_MS : UP_AFTER_MS)) return false;
    standing.rung = isFull ? 'keyframes' : 'full';
    standing.otherSinceMs = null;
    return true;
  }
}

/** The middle one; of two the higher, so that of two viewers the slower one does not decide. */
function upperMedian(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
