import type { PathState } from './congestion/congestion-control.ts';

/** Keyframes are large: more often they would take the place of the pictures between them. */
const SPACING_US = 500_000;
/** A viewer without a picture has nothing to lose any more, however full its path. */
const MAX_WAIT_US = 2_000_000;

/** Lets a viewer's wishes for a keyframe through: one in half a second, and none into a path that is full or dead. */
export class KeyframeGate {
  #wantedAtUs: number | null = null;
  #passedAtUs = Number.NEGATIVE_INFINITY;

  /** Notes a wish; those that come before it is fulfilled are the same one. */
  request(nowUs: number): void {
    this.#wantedAtUs ??= nowUs;
  }

  /** Whether a keyframe is to be asked for now; the wish is then fulfilled. */
  pass(nowUs: number, path: PathState): boolean {
    if (this.#wantedAtUs === null || path === 'silent' || nowUs - this.#passedAtUs < SPACING_US) return false;
    if (path === 'full' && nowUs - this.#wantedAtUs < MAX_WAIT_US) return false;
    this.#wantedAtUs = null;
    this.#passedAtUs = nowUs;
    return true;
  }
}
