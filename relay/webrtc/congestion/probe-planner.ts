import type { ProbePlan, ProbeResult } from './probe-cluster.ts';

/** What decides about a probe. */
export interface ProbeConditions {
  readonly nowUs: number;
  readonly targetBps: number;
  /** Bits a second that arrived of late. */
  readonly deliveredBps: number | null;
  readonly isCapacityKnown: boolean;
  readonly queueUs: number;
  /** How far packets wander about by themselves, microseconds. */
  readonly noiseUs: number;
  readonly lossRate: number;
  /** When the target was last lowered. */
  readonly decreasedAtUs: number;
}

/** Long enough to outlast the clumping of radio links, short enough for the queues behind them. */
const SPAN_US = 25_000;
/** Where packets wander about, a probe must last longer than they do. */
const NOISE_SPANS = 2;
const MAX_SPAN_US = 80_000;
/** The first picture, which is a probe, is no measure then: another is made soon. */
const SPOILT_FROM_US = 10_000;
/** The first picture is sent so many times as fast as the first target, and as long as it may last: it is a probe at no cost. */
const FIRST_FACTOR = 12;
const FIRST_SPAN_US = 40_000;
const STEP = 2;
/** Beyond a capacity that is known, and that may be all there is. */
const CAREFUL_STEP = 1.6;
/** A probe of which so much got through calls for a faster one. */
const SUCCESS = 0.7;
const AFTER_DECREASE_US = 1_000_000;
const MAX_QUEUE_US = 30_000;
const MAX_LOSS = 0.05;
const FIRST_SPACING_US = 3_000_000;
const MAX_SPACING_US = 6_000_000;
const BACKOFF = 1.6;
/** What a probe has found is believed in when it has lasted this long; until then the next ones stay as seldom. */
const PROVEN_AFTER_US = 4_000_000;
/** Far below what the path once carried, better times are looked for more often. */
const EAGER_SPACING_US = 1_200_000;
const FAR_BELOW = 0.6;
/** Of the target, what must be in use for more to be of use. */
const IN_USE = 0.85;
/** What the path once carried is forgotten by half in this time. */
const BEST_HALF_LIFE_US = 60_000_000;

/** Decides when to look whether the path carries more. */
export class ProbePlanner {
  readonly #maxBps: number;
  #bestBps = 0;
  #updatedAtUs = 0;
  /** Counts from the first look. */
  #probedAtUs: number | null = null;
  #spacingUs = FIRST_SPACING_US;
  #succeededAtUs: number | null = null;

  /** Nothing is gained by knowing more than `maxBps`. */
  constructor(maxBps: number) {
    this.#maxBps = maxBps;
  }

  /** The probe that the first picture is. */
  first(initialBps: number): ProbePlan {
    return { rateBps: initialBps * FIRST_FACTOR, spanUs: FIRST_SPAN_US, isFilled: false };
  }

  /** A probe that should be sent now, or null. */
  plan(conditions: ProbeConditions): ProbePlan | null {
    const { nowUs, targetBps, deliveredBps, isCapacityKnown } = conditions;
    this.#judgeSuccess(conditions);
    const isFarBelow = targetBps < this.#best(targetBps, nowUs) * FAR_BELOW;
    const isSpoilt = conditions.noiseUs > SPOILT_FROM_US && !isCapacityKnown && conditions.decreasedAtUs < 0;
    const spacingUs = isFarBelow || isSpoilt ? EAGER_SPACING_US : this.#spacingUs;
    this.#probedAtUs ??= nowUs;
    if (targetBps >= this.#maxBps || nowUs - this.#probedAtUs < spacingUs || !isCalm(conditions)) return null;
    // Where pictures are smaller than they might be, more is of no use; but much less than once may be why they are.
    if (!isFarBelow && deliveredBps !== null && deliveredBps < targetBps * IN_USE) return null;
    this.#probedAtUs = nowUs;
    this.#spacingUs = Math.min(MAX_SPACING_US, this.#spacingUs * BACKOFF);
    const noisySpanUs = isCapacityKnown ? 0 : Math.min(MAX_SPAN_US, conditions.noiseUs * NOISE_SPANS);
    const spanUs = Math.max(SPAN_US, noisySpanUs);
    return this.#at(targetBps * (isCapacityKnown && !isFarBelow ? CAREFUL_STEP : STEP), spanUs);
  }

  /** The probe that should follow upon a result, or null. */
  follow({ rateBps, carriedBps, spanUs }: ProbeResult, nowUs: number): ProbePlan | null {
    if (carriedBps < rateBps * SUCCESS) return null;
    this.#succeededAtUs = nowUs;
    return carriedBps < this.#maxBps ? this.#at(carriedBps * STEP, spanUs) : null;
  }

  #judgeSuccess({ nowUs, decreasedAtUs }: ProbeConditions): void {
    if (this.#succeededAtUs === null) return;
    const isRefuted = decreasedAtUs > this.#succeededAtUs;
    const isProven = nowUs - this.#succeededAtUs > PROVEN_AFTER_US;
    if (isProven && !isRefuted) this.#spacingUs = FIRST_SPACING_US;
    if (isProven || isRefuted) this.#succeededAtUs = null;
  }

  #best(targetBps: number, nowUs: number): number {
    const faded = this.#bestBps * 2 ** ((this.#updatedAtUs - nowUs) / BEST_HALF_LIFE_US);
    this.#bestBps = Math.max(faded, targetBps);
    this.#updatedAtUs = nowUs;
    return this.#bestBps;
  }

  #at(bps: number, spanUs: number): ProbePlan {
    return { rateBps: Math.min(bps, this.#maxBps), spanUs, isFilled: true };
  }
}

function isCalm({ nowUs, queueUs, lossRate, decreasedAtUs }: ProbeConditions): boolean {
  return nowUs - decreasedAtUs >= AFTER_DECREASE_US && queueUs <= MAX_QUEUE_US && lossRate <= MAX_LOSS;
}
