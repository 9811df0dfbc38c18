import { createNormal, createRandom } from './random.ts';

/** What a link carries from a moment on, until the next step. */
export interface RateStep {
  readonly fromUs: number;
  readonly bps: number;
}

/** Steps in order, the first at 0; the last one lasts. */
export type RateTrace = readonly RateStep[];

export function constantRate(bps: number): RateTrace {
  return [{ fromUs: 0, bps }];
}

/** Seconds and bits a second, in turn. */
export function steps(...pairs: readonly (readonly [seconds: number, bps: number])[]): RateTrace {
  return pairs.map(([seconds, bps]) => ({ fromUs: seconds * 1e6, bps }));
}

export interface RadioTraceOptions {
  readonly seed: number;
  readonly seconds: number;
  /** Median of the capacity. */
  readonly medianBps: number;
  /** Deviation of the capacity's logarithm: 0.5 halves and doubles it now and then. */
  readonly spread: number;
  /** How long the radio conditions last, seconds. */
  readonly memoryS: number;
  /** How often nothing gets through for a while, times a second. */
  readonly stallsPerS: number;
  readonly stallMs: number;
  readonly stepMs: number;
}

/** A radio link: its logarithm wanders about the median (Ornstein-Uhlenbeck), with stalls as at a handover. */
export function radioTrace(options: RadioTraceOptions): RateTrace {
  const { seed, seconds, medianBps, spread, memoryS, stallsPerS, stallMs, stepMs } = options;
  const random = createRandom(seed);
  const normal = createNormal(random);
  const pull = Math.exp(-stepMs / 1000 / memoryS);
  const push = spread * Math.sqrt(1 - pull * pull);
  let level = 0;
  let stalledUntilMs = 0;
  const wandering = Array.from({ length: Math.ceil((seconds * 1000) / stepMs) }, (_, index) => {
    const atMs = index * stepMs;
    level = level * pull + normal() * push;
    if (random() < (stallsPerS * stepMs) / 1000) stalledUntilMs = atMs + stallMs * (0.5 + random());
    const bps = atMs < stalledUntilMs ? 0 : medianBps * Math.exp(level);
    return { fromUs: atMs * 1000, bps };
  });
  // Whatever the end of the trace, a packet gets through at last.
  return [...wandering, { fromUs: seconds * 1e6, bps: medianBps }];
}

/** Bits that the link can carry between two moments. */
export function capacityBits(trace: RateTrace, fromUs: number, toUs: number): number {
  let bits = 0;
  for (const [index, step] of trace.entries()) {
    const start = Math.max(step.fromUs, fromUs);
    const end = Math.min(trace[index + 1]?.fromUs ?? Number.POSITIVE_INFINITY, toUs);
    if (end > start) bits += (step.bps * (end - start)) / 1e6;
  }
  return bits;
}
