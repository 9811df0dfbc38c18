/** What an encoder is set to. */
export interface EncoderRateOptions {
  /** Bits a second. */
  readonly least: number;
  readonly most: number;
  readonly set: (bitrateBps: number) => void;
}

/** A rise by less is not worth a command to the encoder. */
const NOTABLE_RISE = 1.02;

/** The bitrate of one encoder, which is told of changes that matter alone. */
export class EncoderRate {
  readonly #options: EncoderRateOptions;
  #most: number;
  #bitrateBps = 0;

  constructor(options: EncoderRateOptions) {
    this.#options = options;
    this.#most = options.most;
  }

  /** Another ceiling, bits a second, for what is wanted from now on. */
  limit(most: number): void {
    this.#most = most;
  }

  /** Bits a second; 0 while nothing has been set. */
  get bitrateBps(): number {
    return this.#bitrateBps;
  }

  /** Sets what comes nearest to this, where that is news. */
  want(bitrateBps: number): void {
    const { least, set } = this.#options;
    const most = this.#most;
    const next = Math.round(Math.min(most, Math.max(least, bitrateBps)));
    const isNotable = next < this.#bitrateBps || next === most;
    if (next === this.#bitrateBps) return;
    if (!isNotable && next < this.#bitrateBps * NOTABLE_RISE) return;
    this.#bitrateBps = next;
    set(next);
  }

  /** Forgets what was set, for an encoder that ends. */
  reset(): void {
    this.#bitrateBps = 0;
  }
}
