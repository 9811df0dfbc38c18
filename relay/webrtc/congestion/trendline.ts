/** What the change of delay says about the path (draft-ietf-rmcat-gcc-02 §5.4). */
export type PathUse = 'underuse' | 'normal' | 'overuse';

/** Groups that the slope is drawn through. */
const WINDOW = 20;
const SMOOTHING = 0.9;
const GAIN = 4;
/** The slope counts for more the more groups it stands on, up to here. */
const MAX_WEIGHT = 60;
const INITIAL_THRESHOLD_MS = 12.5;
const MIN_THRESHOLD_MS = 6;
const MAX_THRESHOLD_MS = 600;
/** How fast the threshold follows a trend above and below it, per millisecond. */
const RISE = 0.0087;
const FALL = 0.039;
/** A trend this far above the threshold is a leap of the route, which the threshold must not follow. */
const MAX_ADAPT_OFFSET_MS = 15;
const MAX_STEP_MS = 100;
/** Overuse counts once it has lasted this long. */
const OVERUSE_TIME_MS = 10;

/** Draws a line through the delays of the last groups and tells whether a queue is growing (draft-ietf-rmcat-gcc-02 §5.3-5.5). */
export class Trendline {
  readonly #timesMs = new Float64Array(WINDOW);
  readonly #delaysMs = new Float64Array(WINDOW);
  #count = 0;
  #accumulatedMs = 0;
  #smoothedMs = 0;
  #thresholdMs = INITIAL_THRESHOLD_MS;
  #startMs = 0;
  #lastMs = Number.NaN;
  #overuseMs = -1;
  #overuseCount = 0;
  #trendMs = 0;
  #use: PathUse = 'normal';

  get use(): PathUse {
    return this.#use;
  }

  /** Takes the distances of two groups, as sent and as arrived, and the later one's arrival; all in microseconds. */
  update(sendDeltaUs: number, arrivalDeltaUs: number, arrivedAtUs: number): PathUse {
    const nowMs = arrivedAtUs / 1000;
    if (this.#count === 0) this.#startMs = nowMs;
    this.#accumulatedMs += (arrivalDeltaUs - sendDeltaUs) / 1000;
    this.#smoothedMs = SMOOTHING * this.#smoothedMs + (1 - SMOOTHING) * this.#accumulatedMs;
    const index = this.#count % WINDOW;
    this.#timesMs[index] = nowMs - this.#startMs;
    this.#delaysMs[index] = this.#smoothedMs;
    this.#count++;
    const slope = this.#count < WINDOW ? 0 : this.#slope();
    this.#judge(slope * Math.min(this.#count, MAX_WEIGHT) * GAIN, sendDeltaUs / 1000, nowMs);
    return this.#use;
  }

  #judge(trendMs: number, sendDeltaMs: number, nowMs: number): void {
    if (trendMs > this.#thresholdMs) {
      this.#overuseMs = this.#overuseMs < 0 ? sendDeltaMs / 2 : this.#overuseMs + sendDeltaMs;
      this.#overuseCount++;
      if (this.#overuseMs > OVERUSE_TIME_MS && this.#overuseCount > 1 && trendMs >= this.#trendMs) {
        this.#overuseMs = 0;
        this.#overuseCount = 0;
        this.#use = 'overuse';
      }
    } else {
      this.#overuseMs = -1;
      this.#overuseCount = 0;
      this.#use = trendMs < -this.#thresholdMs ? 'underuse' : 'normal';
    }
    this.#trendMs = trendMs;
    this.#adapt(Math.abs(trendMs), nowMs);
  }

  #adapt(trendMs: number, nowMs: number): void {
    const stepMs = Math.min(Number.isNaN(this.#lastMs) ? 0 : nowMs - this.#lastMs, MAX_STEP_MS);
    this.#lastMs = nowMs;
    if (trendMs > this.#thresholdMs + MAX_ADAPT_OFFSET_MS) return;
    const rate = trendMs < this.#thresholdMs ? FALL : RISE;
    const next = this.#thresholdMs + rate * (trendMs - this.#thresholdMs) * stepMs;
    this.#thresholdMs = Math.min(MAX_THRESHOLD_MS, Math.max(MIN_THRESHOLD_MS, next));
  }

  /** Least squares; milliseconds of delay per millisecond. */
  #slope(): number {
    let timeSum = 0;
    let delaySum = 0;
    for (let index = 0; index < WINDOW; index++) {
      timeSum += this.#timesMs[index] ?? 0;
      delaySum += this.#delaysMs[index] ?? 0;
    }
    let covariance = 0;
    let variance = 0;
    for (let index = 0; index < WINDOW; index++) {
      const time = (this.#timesMs[index] ?? 0) - timeSum / WINDOW;
      covariance += time * ((this.#delaysMs[index] ?? 0) - delaySum / WINDOW);
      variance += time * time;
    }
    return variance === 0 ? 0 : covariance / variance;
  }
}
