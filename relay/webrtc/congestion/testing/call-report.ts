import { capacityBits, type RateTrace } from './rate-trace.ts';
import type { SimulatedCall } from './simulated-call.ts';
import type { LinkRecord } from './simulated-link.ts';

/** A stretch of a call, microseconds. */
export interface Stretch {
  readonly fromUs: number;
  readonly toUs: number;
}

/** Pauses in the picture of more than 150 ms. */
export interface Gaps {
  readonly count: number;
  readonly longestMs: number;
  /** All of them together. */
  readonly totalMs: number;
}

/** A gap longer than this is seen as a freeze: more than four pictures at 30 a second. */
const FREEZE_US = 150_000;
/** Rates are told over half a second: fifteen pictures. */
const RATE_WINDOW_US = 500_000;
const RATE_STEP_US = 10_000;
const SHARE_WINDOW_US = 10_000_000;
const SHARE_STEP_US = 500_000;

/** Reads a simulated call off the records of its link. */
export class CallReport {
  readonly #call: SimulatedCall;
  readonly #records: readonly LinkRecord[];
  readonly #trace: RateTrace;

  /** `records` are those of the call's own packets. */
  constructor(call: SimulatedCall, records: readonly LinkRecord[], trace: RateTrace) {
    this.#call = call;
    this.#records = records;
    this.#trace = trace;
  }

  /** What pictures took of the link, retransmissions and copies not counted. */
  use(stretch: Stretch): number {
    const bits = this.#deliveredBits(stretch) - this.#repeatedBits(stretch);
    return bits / capacityBits(this.#trace, stretch.fromUs, stretch.toUs);
  }

  /** What pictures took, bits a second, retransmissions and copies not counted. */
  bps(stretch: Stretch): number {
    const bits = this.#deliveredBits(stretch) - this.#repeatedBits(stretch);
    return (bits * 1e6) / (stretch.toUs - stretch.fromUs);
  }

  /** Seconds until pictures have filled a share of the link for half a second; null when they never do. */
  secondsTo(share: number, { fromUs, toUs }: Stretch): number | null {
    for (let endUs = fromUs + RATE_WINDOW_US; endUs <= toUs; endUs += RATE_STEP_US) {
      if (this.use({ fromUs: endUs - RATE_WINDOW_US, toUs: endUs }) >= share) return (endUs - fromUs) / 1e6;
    }
    return null;
  }

  /** How long packets were on their way, milliseconds, at a percentile (0 to 1). */
  oneWayMs(share: number, stretch: Stretch): number {
    const delays = this.#records.flatMap(({ enteredUs, leftUs }) =>
      leftUs !== null && isWithin(enteredUs, stretch) ? [(leftUs - enteredUs) / 1000] : [],
    );
    return percentile(delays, share);
  }

  /** From capture until a picture is whole, and all before it, milliseconds, at a percentile (0 to 1). */
  pictureMs(share: number, stretch: Stretch): number {
    const delays = this.#call.viewer.shown.flatMap(({ capturedAtUs, shownAtUs }) =>
      isWithin(capturedAtUs, stretch) ? [(shownAtUs - capturedAtUs) / 1000] : [],
    );
    return percentile(delays, share);
  }

  /** Packets that a full queue or driver has dropped. */
  drops(stretch: Stretch): number {
    return this.#records.filter(
      ({ why, enteredUs }) => why !== 'delivered' && why !== 'loss' && isWithin(enteredUs, stretch),
    ).length;
  }

  gaps({ fromUs, toUs }: Stretch): Gaps {
    const moments = this.#call.viewer.shown.map(({ shownAtUs }) => shownAtUs);
    const within = moments.filter((atUs) => atUs >= fromUs && atUs < toUs);
    const bounds = [within.length > 0 ? within[0] : fromUs, ...within, toUs].map((atUs) => atUs ?? fromUs);
    const gaps = bounds.slice(1).map((atUs, index) => atUs - (bounds[index] ?? atUs));
    const long = gaps.filter((gap) => gap > FREEZE_US);
    return {
      count: long.length,
      longestMs: Math.round(Math.max(0, ...long) / 1000),
      totalMs: Math.round(long.reduce((sum, gap) => sum + gap, 0) / 1000),
    };
  }

  framesPerSecond(stretch: Stretch): number {
    const shown = this.#call.viewer.shown.filter(({ shownAtUs }) => isWithin(shownAtUs, stretch));
    return (shown.length * 1e6) / (stretch.toUs - stretch.fromUs);
  }

  /** Of what was sent, the largest share that was sent again or as a copy, in any ten seconds. */
  maxRepeatShare({ fromUs, toUs }: Stretch): number {
    let most = 0;
    for (let startUs = fromUs; startUs + SHARE_WINDOW_US <= toUs; startUs += SHARE_STEP_US) {
      const window = { fromUs: startUs, toUs: startUs + SHARE_WINDOW_US };
      most = Math.max(most, this.#repeatedBits(window) / Math.max(1, this.#deliveredBits(window)));
    }
    return most;
  }

  #deliveredBits({ fromUs, toUs }: Stretch): number {
    let bytes = 0;
    for (const { leftUs, bytes: size } of this.#records) {
      if (leftUs !== null && leftUs >= fromUs && leftUs < toUs) bytes += size;
    }
    return bytes * 8;
  }

  #repeatedBits({ fromUs, toUs }: Stretch): number {
    let bytes = 0;
    for (const { atUs, bytes: size } of this.#call.repeats) if (atUs >= fromUs && atUs < toUs) bytes += size;
    return bytes * 8;
  }
}

function isWithin(atUs: number, { fromUs, toUs }: Stretch): boolean {
  return atUs >= fromUs && atUs < toUs;
}

/** The smallest value that at least `share` of the values do not exceed; not a number when there are none. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
