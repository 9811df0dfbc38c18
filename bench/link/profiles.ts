import { constantRate } from '../../relay/webrtc/congestion/testing/rate-trace.ts';
import {
  NARROW_FOR_S,
  narrowFromS,
  SCENARIOS,
  type Scenario,
} from '../../relay/webrtc/congestion/testing/scenarios.ts';
import type { LinkProfile } from '../../relay/webrtc/congestion/testing/simulated-link.ts';

/** A link in real time, and for how long it is watched. */
export interface TimedProfile {
  readonly link: LinkProfile;
  readonly seconds: number;
  /** When it becomes narrow and wide again, seconds; null when it does not. */
  readonly step: { readonly narrowS: number; readonly wideS: number } | null;
}

/** Seconds that are enough to see a link that does not change. */
const STEADY_S = 30;
const SEED = 1;

const HOME: Readonly<Record<string, LinkProfile>> = {
  lan: { rate: constantRate(100e6), delayMs: 1, queue: { ms: 50 } },
  wifi: { rate: constantRate(20e6), delayMs: 3, jitterMs: 10, queue: { ms: 100 } },
};

/** Names of `--profile`, and the simulated link of the same kind. */
const SIMULATED = {
  steady: SCENARIOS.steady,
  '4g': SCENARIOS.lte,
  '3g': SCENARIOS['3g'],
  slow3g: SCENARIOS.slow3g,
  step: SCENARIOS.step,
  jitter: SCENARIOS.jitter,
  loss: SCENARIOS.loss,
  'deep-buffer': SCENARIOS['deep-buffer'],
  'burst-dropping': SCENARIOS['burst-dropping'],
  changing: SCENARIOS.changing,
} as const satisfies Record<string, Scenario>;

export const PROFILE_NAMES = [...Object.keys(HOME), ...Object.keys(SIMULATED)];

/** The link of a name, with the same trace and the same chance each time; null when there is none. */
export function profileOf(name: string): TimedProfile | null {
  const home = HOME[name];
  if (home) return { link: home, seconds: STEADY_S, step: null };
  if (!isSimulated(name)) return null;
  const { link, seconds } = SIMULATED[name];
  const narrowS = narrowFromS(SEED);
  if (name === 'step') return { link: link(SEED), seconds, step: { narrowS, wideS: narrowS + NARROW_FOR_S } };
  const isSteady = link(SEED).rate.length === 1;
  return { link: link(SEED), seconds: isSteady ? STEADY_S : seconds, step: null };
}

function isSimulated(name: string): name is keyof typeof SIMULATED {
  return Object.hasOwn(SIMULATED, name);
}
