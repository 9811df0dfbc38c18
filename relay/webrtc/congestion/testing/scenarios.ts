import type { RateLimits } from '../rate-controller.ts';
import { CallReport } from './call-report.ts';
import { constantRate, radioTrace, steps } from './rate-trace.ts';
import { SimulatedCall } from './simulated-call.ts';
import { SimulatedCamera } from './simulated-camera.ts';
import type { EncoderModel } from './simulated-encoder.ts';
import { type LinkProfile, SimulatedLink } from './simulated-link.ts';
import { VirtualTime } from './virtual-time.ts';

/** A link, for how long it is watched, and by how many at once. */
export interface Scenario {
  readonly link: (seed: number) => LinkProfile;
  readonly seconds: number;
  /** Default 1. */
  readonly viewers?: number;
}

/** A step falls at another moment of pictures and feedback with each seed. */
const PHASE_S = 0.0137;
/** The step test: when the link narrows, and when it is wide again. */
export const NARROW_FROM_S = 20;
export const NARROW_FOR_S = 30;

/** Of the changing link, one after the other. */
const CHANGING_MBPS = [
  3, 1, 2.5, 0.6, 3, 1.5, 0.8, 4, 0.7, 2, 6, 1.2, 0.5, 2.5, 1, 5, 0.9, 3, 0.5, 1.5, 4, 2, 0.8, 3,
] as const;
const CHANGES_EVERY_S = 25;

/** When the link of the step test narrows for this seed, seconds. */
export function narrowFromS(seed: number): number {
  return NARROW_FROM_S + seed * PHASE_S;
}

/** The links that congestion control is held to. */
export const SCENARIOS = {
  /** An ordinary line. */
  steady: {
    seconds: 60,
    link: (seed) => ({ rate: constantRate(3e6), delayMs: 20, queue: { ms: 300 }, seed }),
  },
  /** Suddenly a fifth, and back. */
  step: {
    seconds: 80,
    link: (seed) => {
      const fromS = narrowFromS(seed);
      const rate = steps([0, 3e6], [fromS, 0.6e6], [fromS + NARROW_FOR_S, 3e6]);
      return { rate, delayMs: 20, queue: { ms: 300 }, seed };
    },
  },
  /** As in RFC 8867 §5.1, with a longer way. */
  variable: {
    seconds: 60,
    link: (seed) => {
      const fromS = narrowFromS(seed);
      const rate = steps([0, 2.5e6], [fromS, 0.6e6], [fromS + 20, 1e6]);
      return { rate, delayMs: 50, queue: { ms: 300 }, seed };
    },
  },
  /** A phone in a town: never the same for long, and now and then nothing for a moment. */
  lte: {
    seconds: 120,
    link: (seed) => ({
      rate: radioTrace({
        ...{ seed: seed * 11, seconds: 120, medianBps: 2.5e6, spread: 0.6, memoryS: 3 },
        ...{ stallsPerS: 0.05, stallMs: 120, stepMs: 20 },
      }),
      delayMs: 25,
      queue: { bytes: 150_000 },
      seed,
    }),
  },
  /** Slower and with a longer way, but calmer. */
  '3g': {
    seconds: 120,
    link: (seed) => ({
      rate: radioTrace({
        ...{ seed: seed * 7, seconds: 120, medianBps: 0.9e6, spread: 0.35, memoryS: 5 },
        ...{ stallsPerS: 0.03, stallMs: 120, stepMs: 40 },
      }),
      delayMs: 50,
      queue: { bytes: 60_000 },
      seed,
    }),
  },
  slow3g: {
    seconds: 60,
    link: (seed) => ({ rate: constantRate(0.4e6), delayMs: 150, queue: { ms: 500 }, seed }),
  },
  loss: {
    seconds: 60,
    link: (seed) => ({ rate: constantRate(3e6), delayMs: 20, queue: { ms: 300 }, loss: 0.02, seed }),
  },
  jitter: {
    seconds: 60,
    link: (seed) => ({ rate: constantRate(3e6), delayMs: 20, jitterMs: 30, queue: { ms: 300 }, seed }),
  },
  'deep-buffer': {
    seconds: 60,
    link: (seed) => ({ rate: constantRate(3e6), delayMs: 20, queue: { ms: 2000 }, seed }),
  },
  /** Wi-Fi whose driver drops what comes in bursts. */
  'burst-dropping': {
    seconds: 60,
    link: (seed) => ({
      rate: constantRate(20e6),
      delayMs: 10,
      queue: { ms: 300 },
      driver: { packetsPerSecond: 2_000, packets: 10 },
      seed,
    }),
  },
  /** A line that is fast enough, to a viewer whose processor is busy with something else every now and then. */
  'busy-viewer': {
    seconds: 60,
    link: (seed) => ({
      rate: radioTrace({
        ...{ seed: seed * 5, seconds: 60, medianBps: 50e6, spread: 0, memoryS: 1 },
        ...{ stallsPerS: 2, stallMs: 60, stepMs: 5 },
      }),
      delayMs: 1,
      queue: { bytes: 1_000_000 },
      seed,
    }),
  },
  /** Ten minutes on the move: another capacity every 25 seconds, from a sixth to five times the one before. */
  changing: {
    seconds: CHANGING_MBPS.length * CHANGES_EVERY_S,
    link: (seed) => {
      const fromS = (index: number) => (index === 0 ? 0 : index * CHANGES_EVERY_S + seed * PHASE_S);
      const rate = steps(...CHANGING_MBPS.map((mbps, index) => [fromS(index), mbps * 1e6] as const));
      return { rate, delayMs: 30, queue: { ms: 300 }, seed };
    },
  },
  /** Nothing for four seconds, and then as before. */
  outage: {
    seconds: 40,
    link: (seed) => ({
      rate: steps([0, 3e6], [narrowFromS(seed), 0], [narrowFromS(seed) + 4, 3e6]),
      delayMs: 20,
      queue: { bytes: 100_000 },
      seed,
    }),
  },
  /** Three viewers of one camera behind one bottleneck. */
  'three-viewers': {
    seconds: 90,
    viewers: 3,
    link: (seed) => ({ rate: constantRate(3e6), delayMs: 20, queue: { ms: 300 }, seed }),
  },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;

/** As a relay with the usual settings, but with a ceiling beyond every link here. */
const LIMITS: RateLimits = { initialBps: 1_000_000, minBps: 100_000, maxBps: 8_000_000 };

/** Plays a scenario to its end; a report for each viewer. */
export function playScenario(name: ScenarioName, encoder: EncoderModel, seed: number): readonly CallReport[] {
  const scenario: Scenario = SCENARIOS[name];
  const profile = scenario.link(seed);
  const time = new VirtualTime();
  const link = new SimulatedLink(time, profile);
  const camera = new SimulatedCamera(time, { ...encoder, seed });
  const { delayMs: returnDelayMs, rate } = profile;
  const calls = Array.from({ length: scenario.viewers ?? 1 }, (_, flow) => {
    return new SimulatedCall({ time, camera, link, returnDelayMs, limits: LIMITS, flow });
  });
  time.runUntil(scenario.seconds * 1e6);
  return calls.map((call, index) => {
    return new CallReport(
      call,
      link.records.filter(({ flow }) => flow === index),
      rate,
    );
  });
}
