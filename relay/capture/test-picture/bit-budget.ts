/** An I_PCM macroblock: 384 samples, its type and its alignment. */
const PCM_BITS = 384 * 8 + 16;
/** Credit and debt are forgotten beyond this many seconds' worth: no burst after a lull. */
const MAX_CARRY_S = 0.1;
const MAX_DEBT_S = 1;
/** Of a picture's share, what the scene itself may take before its quantiser coarsens, and refines again. */
const COARSEN_ABOVE = 0.8;
const REFINE_BELOW = 0.5;
const FINEST_QP = 20;
const COARSEST_QP = 38;
/** A keyframe is what a new viewer waits for: a third smaller than the finest, and no eye sees it. */
const FINEST_KEYFRAME_QP = 28;

/** Spends a bitrate: picks the quantiser of what moves, and how much film grain fills the rest. */
export class BitBudget {
  #bitrateBps: number;
  #credit = 0;
  #sceneBits = 0;
  #qp = 24;

  constructor(bitrateBps: number) {
    this.#bitrateBps = bitrateBps;
  }

  /** Quantiser for the next picture. */
  get qp(): number {
    return this.#qp;
  }

  /** Quantiser for a keyframe. */
  get keyframeQp(): number {
    return Math.max(FINEST_KEYFRAME_QP, this.#qp);
  }

  /** Takes effect with the next picture. */
  set bitrateBps(value: number) {
    this.#bitrateBps = value;
    this.#credit = Math.max(0, this.#credit);
  }

  /** How many grain macroblocks the next picture has room for, `elapsedMs` after the last. */
  earn(elapsedMs: number): number {
    const limit = this.#bitrateBps * MAX_CARRY_S;
    this.#credit = Math.min(limit, this.#credit + (this.#bitrateBps * elapsedMs) / 1000);
    return Math.max(0, Math.floor((this.#credit - this.#sceneBits) / PCM_BITS));
  }

  /** Books a picture of `bits`, of which `grain` macroblocks were grain. */
  spend(bits: number, grain: number, isKeyframe: boolean, frameRate: number): void {
    this.#credit = Math.max(-this.#bitrateBps * MAX_DEBT_S, this.#credit - bits);
    if (isKeyframe) return;
    const scene = bits - grain * PCM_BITS;
    this.#sceneBits = this.#sceneBits * 0.7 + scene * 0.3;
    const share = this.#sceneBits / (this.#bitrateBps / frameRate);
    if (share > COARSEN_ABOVE) this.#qp = Math.min(COARSEST_QP, this.#qp + 1);
    else if (share < REFINE_BELOW) this.#qp = Math.max(FINEST_QP, this.#qp - 1);
  }
}
