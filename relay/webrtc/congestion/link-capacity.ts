/** A new sample counts this much. */
const WEIGHT = 0.3;
/** A sample this far off, as a share, is another capacity and not noise of the one known. */
const NOISE = 0.35;
/** What was seen so long ago says little about a path through the air. */
const FORGET_AFTER_US = 30_000_000;

/** What the narrowest link carried when it was seen full. */
export class LinkCapacity {
  #bps: number | null = null;
  #seenAtUs = 0;

  /** Bits a second; null while it is not known. */
  at(nowUs: number): number | null {
    return nowUs - this.#seenAtUs > FORGET_AFTER_US ? null : this.#bps;
  }

  /** Takes what a full link carried. */
  add(bps: number, nowUs: number): void {
    const known = this.at(nowUs);
    const isOther = known === null || Math.abs(bps - known) > known * NOISE;
    this.#bps = isOther ? bps : known + (bps - known) * WEIGHT;
    this.#seenAtUs = nowUs;
  }

  /** More has been carried than was known: how much more is not known. */
  forget(): void {
    this.#bps = null;
  }
}
