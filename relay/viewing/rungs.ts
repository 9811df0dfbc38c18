import { leastOfMain, TOO_NARROW_BPS } from './low-split.ts';

/** What of the stream a viewer gets. */
export type Rung =
  /** Every picture, as large as those paths allow that are no narrower than most. */
  | 'full'
  /** The low rendition: the path is so much narrower than the others' that all would have to look as it does. */
  | 'low'
  /** Keyframes alone: there is no low rendition, or the path does not carry even that. */
  | 'keyframes';

/** What is known when rungs are chosen. */
export interface RungConditions {
  readonly nowMs: number;
  /** Whether the source can make a low rendition. */
  readonly hasLow: boolean;
  /** The most that the main rendition takes, bits a second: who could have more has no use for it. */
  readonly maxBps: number;
}

interface Standing {
  rung: Rung;
  /** The rung that the target speaks for, and since when. */
  wanted: Rung;
  wantedSinceMs: number;
}

/** What a path must carry beyond the least for its viewer to be taken up again. */
const NEAR_AGAIN = 1.2;
/** The share of the median that is far below, where keyframes are all there is below. */
const FAR_BELOW_WITHOUT_LOW = 0.4;
/** Short enough that the others hardly notice, long enough for a path that hesitates. */
const DOWN_AFTER_MS = 1_000;
/** Whoever comes back needs a keyframe, which everybody pays for. */
const UP_AFTER_MS = 5_000;
/** From the worst on. */
const ORDER: readonly Rung[] = ['keyframes', 'low', 'full'];

/** Decides who gets what, so that nobody's picture is spoilt by the slowest path. */
export class Rungs<Viewer> {
  readonly #standings = new Map<Viewer, Standing>();

  rungOf(viewer: Viewer): Rung {
    return this.#standings.get(viewer)?.rung ?? 'full';
  }

  /** Takes everybody's targets, bits a second; whose rung has changed. */
  update(targets: ReadonlyMap<Viewer, number>, conditions: RungConditions): readonly Viewer[] {
    for (const viewer of this.#standings.keys()) if (!targets.has(viewer)) this.#standings.delete(viewer);
    if (this.#isNobodyFull) return this.#promoteAll(conditions.nowMs);
    const useful = [...targets].map(([viewer, bps]) => {
      const hasFallen = this.rungOf(viewer) !== 'full';
      return [viewer, Math.min(bps, conditions.maxBps) / (hasFallen ? NEAR_AGAIN : 1)] as const;
    });
    const all = useful.map(([, bps]) => bps);
    const judgement = { ...conditions, least: leastOfMain(all), median: upperMedian(all) };
    return useful.flatMap(([viewer, bps]) => {
      return this.#judge(viewer, wantedRung(bps, judgement), conditions) ? [viewer] : [];
    });
  }

  get #isNobodyFull(): boolean {
    const { size } = this.#standings;
    return size > 0 && [...this.#standings.values()].every(({ rung }) => rung !== 'full');
  }

  /** Whoever was far below the others is not so when they have left. */
  #promoteAll(nowMs: number): readonly Viewer[] {
    for (const viewer of this.#standings.keys()) this.#standings.set(viewer, standing('full', nowMs));
    return [...this.#standings.keys()];
  }

  /** Whether the viewer changes over to this rung. */
  #judge(viewer: Viewer, wanted: Rung, { nowMs, hasLow }: RungConditions): boolean {
    const known = this.#standings.get(viewer) ?? standing('full', nowMs);
    this.#standings.set(viewer, known);
    if (wanted !== known.wanted) {
      known.wanted = wanted;
      known.wantedSinceMs = nowMs;
    }
    if (wanted === known.rung || nowMs - known.wantedSinceMs < this.#waitMs(known.rung, wanted, hasLow))
      return false;
    this.#standings.set(viewer, standing(wanted, nowMs));
    return true;
  }

  #waitMs(rung: Rung, wanted: Rung, hasLow: boolean): number {
    if (rung === 'low' && !hasLow) return 0;
    if (ORDER.indexOf(wanted) > ORDER.indexOf(rung)) return UP_AFTER_MS;
    // Where the low rendition is made already, nothing is to be begun for one more.
    const isMade = [...this.#standings.values()].some((each) => each.rung === 'low');
    return wanted === 'low' && isMade ? 0 : DOWN_AFTER_MS;
  }
}

/** What all targets together say. */
interface Judgement {
  readonly least: number;
  readonly median: number;
  readonly hasLow: boolean;
}

/** The rung that a target speaks for. */
function wantedRung(bps: number, { least, median, hasLow }: Judgement): Rung {
  if (!hasLow) return bps < median * FAR_BELOW_WITHOUT_LOW ? 'keyframes' : 'full';
  if (bps >= least) return 'full';
  return bps < TOO_NARROW_BPS ? 'keyframes' : 'low';
}

function standing(rung: Rung, nowMs: number): Standing {
  return { rung, wanted: rung, wantedSinceMs: nowMs };
}

/** The middle one; of two the higher, so that of two viewers the slower one does not decide. */
function upperMedian(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
