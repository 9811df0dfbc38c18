/** What to do about a queue that neither grows nor goes: nothing, send less for a while, or take it for a longer way. */
export type StandingVerdict = 'none' | 'drain' | 'accept';

/** Less than this is what pictures leave behind. */
const FROM_US = 15_000;
/** A queue that a burst has left is gone by then. */
const FOR_US = 500_000;
/** A queue of ours gets shorter when less is sent; one that stays beyond this share is no queue of ours. */
const STAYS = 0.85;
/** So many times in vain. */
const MAX_DRAINS = 3;

/**
 * Notices a queue that stands: what is sent is just what the path carries, so that no trend shows, and every packet waits.
 * What sending less does not shorten is a longer way, or the queue of others.
 */
export class StandingQueue {
  #sinceUs: number | null = null;
  #drainedFromUs = Number.POSITIVE_INFINITY;
  #inVain = 0;

  /** Takes what the queue holds, microseconds, and whether it grows, which is answered elsewhere. */
  update(queueUs: number, isGrowing: boolean, nowUs: number): StandingVerdict {
    if (queueUs < FROM_US || isGrowing) {
      this.#reset();
      return 'none';
    }
    this.#sinceUs ??= nowUs;
    if (nowUs - this.#sinceUs < FOR_US) return 'none';
    this.#sinceUs = nowUs;
    this.#inVain = queueUs > this.#drainedFromUs * STAYS ? this.#inVain + 1 : 0;
    this.#drainedFromUs = queueUs;
    if (this.#inVain < MAX_DRAINS) return 'drain';
    this.#reset();
    return 'accept';
  }

  #reset(): void {
    this.#sinceUs = null;
    this.#drainedFromUs = Number.POSITIVE_INFINITY;
    this.#inVain = 0;
  }
}
