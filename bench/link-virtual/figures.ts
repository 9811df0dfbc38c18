import type { CallReport, Stretch } from '../../relay/webrtc/congestion/testing/call-report.ts';
import {
  NARROW_FOR_S,
  narrowFromS,
  playScenario,
  SCENARIOS,
  type ScenarioName,
} from '../../relay/webrtc/congestion/testing/scenarios.ts';
import type { EncoderModel } from '../../relay/webrtc/congestion/testing/simulated-encoder.ts';

/** One thing that is measured on one link, and what it is held to. */
export interface Figure {
  readonly link: ScenarioName;
  readonly what: string;
  readonly unit: string;
  readonly better: 'less' | 'more';
  readonly pass: number;
  readonly stretch: number | null;
  /** Null when there is no such moment. */
  measure(encoder: EncoderModel, seed: number): number | null;
}

type Read = (reports: readonly CallReport[], moments: Moments) => number | null;

/** The stretches of a scenario that figures are read off. */
interface Moments {
  readonly whole: Stretch;
  /** From when the beginning is over. */
  readonly settled: Stretch;
  /** While the link of a step is narrow, and after. */
  readonly narrow: Stretch;
  readonly wideAgain: Stretch;
}

const SETTLED_AFTER_S = 5;

function momentsOf(link: ScenarioName, seed: number): Moments {
  const endUs = SCENARIOS[link].seconds * 1e6;
  const fromUs = narrowFromS(seed) * 1e6;
  const toUs = fromUs + NARROW_FOR_S * 1e6;
  return {
    whole: { fromUs: 0, toUs: endUs },
    settled: { fromUs: SETTLED_AFTER_S * 1e6, toUs: endUs },
    narrow: { fromUs, toUs: Math.min(toUs, endUs) },
    wideAgain: { fromUs: toUs, toUs: endUs },
  };
}

/** Calls that have been played, for the next figure of the same one. */
const played = new Map<string, readonly CallReport[]>();

function play(link: ScenarioName, encoder: EncoderModel, seed: number): readonly CallReport[] {
  const key = `${link} ${seed} ${encoder.noise}`;
  const reports = played.get(key) ?? playScenario(link, encoder, seed);
  played.set(key, reports);
  return reports;
}

interface FigureOptions {
  readonly unit?: string;
  readonly better?: 'less' | 'more';
  readonly goals: readonly [pass: number, stretch: number | null];
  readonly read: Read;
}

function figure(
  link: ScenarioName,
  what: string,
  { unit = '', better = 'less', goals, read }: FigureOptions,
): Figure {
  const [pass, stretch] = goals;
  const measure = (encoder: EncoderModel, seed: number) =>
    read(play(link, encoder, seed), momentsOf(link, seed));
  return { link, what, unit, better, pass, stretch, measure };
}

/** For a link with one viewer. */
const one =
  (read: (report: CallReport, moments: Moments) => number | null): Read =>
  ([report], moments) =>
    report ? read(report, moments) : null;

const use = (pass: number, stretch: number | null): FigureOptions => ({
  better: 'more',
  goals: [pass, stretch],
  read: one((report, { settled }) => report.use(settled)),
});
const oneWay = (pass: number, stretch: number | null): FigureOptions => ({
  unit: 'ms',
  goals: [pass, stretch],
  read: one((report, { settled }) => report.oneWayMs(0.95, settled)),
});
const gapsInAll = (pass: number, stretch: number | null): FigureOptions => ({
  unit: 'ms',
  goals: [pass, stretch],
  read: one((report, { settled }) => report.gaps(settled).totalMs),
});
const repeats = (pass: number, stretch: number | null): FigureOptions => ({
  goals: [pass, stretch],
  read: one((report, { whole }) => report.maxRepeatShare(whole)),
});

/** Everything measured; the goals of the first rows are those the design was held to, use and delay as packets see them. */
export const FIGURES: readonly Figure[] = [
  figure('steady', 'time to 80 %', {
    unit: 's',
    goals: [2.5, 1.5],
    read: one((report, { whole }) => report.secondsTo(0.8, whole)),
  }),
  figure('steady', 'use', use(0.9, 0.93)),
  figure('steady', 'p95 one-way', oneWay(60, 45)),
  figure('step', 'p95 one-way while narrow', {
    unit: 'ms',
    goals: [133, 87],
    read: one((report, { narrow }) => report.oneWayMs(0.95, narrow)),
  }),
  figure('step', 'p95 picture delay while narrow', {
    unit: 'ms',
    goals: [300, 170],
    read: one((report, { narrow }) => report.pictureMs(0.95, narrow)),
  }),
  figure('step', 'longest gap', {
    unit: 'ms',
    goals: [600, 400],
    read: one((report, { narrow }) => report.gaps(narrow).longestMs),
  }),
  figure('step', 'gaps in all', {
    unit: 'ms',
    goals: [1800, 1000],
    read: one((report, { narrow }) => report.gaps(narrow).totalMs),
  }),
  figure('step', 'packets dropped', {
    goals: [30, 10],
    read: one((report, { narrow }) => report.drops(narrow)),
  }),
  figure('step', 'recovery to 80 %', {
    unit: 's',
    goals: [4, 2],
    read: one((report, { wideAgain }) => report.secondsTo(0.8, wideAgain)),
  }),
  figure('step', 'use of the whole run', {
    better: 'more',
    goals: [0.9, 0.91],
    read: one((report, { whole }) => report.use(whole)),
  }),
  figure('step', 'sent twice in any 10 s', repeats(0.1, 0.05)),
  figure('variable', 'gaps in all', {
    unit: 'ms',
    goals: [1100, 500],
    read: one((report, { narrow }) => report.gaps(narrow).totalMs),
  }),
  figure('variable', 'p95 picture delay', {
    unit: 'ms',
    goals: [366, 300],
    read: one((report, { narrow }) => report.pictureMs(0.95, narrow)),
  }),
  figure('changing', 'longest gap', {
    unit: 'ms',
    goals: [500, 300],
    read: one((report, { settled }) => report.gaps(settled).longestMs),
  }),
  figure('changing', 'gaps in all', gapsInAll(6000, 3000)),
  figure('changing', 'use', use(0.85, 0.9)),
  figure('changing', 'p95 one-way', oneWay(200, 120)),
  figure('lte', 'use', use(0.6, 0.65)),
  figure('lte', 'p95 one-way', oneWay(120, 100)),
  figure('lte', 'gaps in all', gapsInAll(3000, 700)),
  figure('lte', 'sent twice in any 10 s', repeats(0.1, 0.05)),
  figure('3g', 'use', use(0.75, 0.8)),
  figure('3g', 'p95 one-way', oneWay(180, 150)),
  figure('slow3g', 'use', use(0.85, 0.9)),
  figure('loss', 'use', use(0.9, null)),
  figure('loss', 'pictures a second', {
    better: 'more',
    goals: [27, 29.5],
    read: one((report, { settled }) => report.framesPerSecond(settled)),
  }),
  figure('loss', 'sent twice in any 10 s', repeats(0.1, 0.05)),
  figure('jitter', 'time to 80 %', {
    unit: 's',
    goals: [2.5, 2],
    read: one((report, { whole }) => report.secondsTo(0.8, whole)),
  }),
  figure('jitter', 'use', use(0.8, 0.9)),
  figure('deep-buffer', 'p95 one-way', oneWay(60, 45)),
  figure('burst-dropping', 'packets dropped', {
    goals: [0, 0],
    read: one((report, { whole }) => report.drops(whole)),
  }),
  figure('outage', 'gap beyond the outage', {
    unit: 'ms',
    goals: [1000, 500],
    read: one((report, { settled }) => report.gaps(settled).totalMs - 4000),
  }),
  figure('three-viewers', 'use', {
    better: 'more',
    goals: [0.85, 0.9],
    read: (reports, { settled }) => reports.reduce((sum, report) => sum + report.use(settled), 0),
  }),
  figure('three-viewers', 'spread', {
    goals: [0.05, 0.01],
    read: (reports, { settled }) => {
      const uses = reports.map((report) => report.use(settled));
      return Math.max(...uses) / Math.min(...uses) - 1;
    },
  }),
  figure('three-viewers', 'p95 one-way', {
    unit: 'ms',
    goals: [100, 60],
    read: (reports, { settled }) => Math.max(...reports.map((report) => report.oneWayMs(0.95, settled))),
  }),
  figure('three-viewers', 'packets dropped', {
    goals: [0, 0],
    read: (reports, { whole }) => reports.reduce((sum, report) => sum + report.drops(whole), 0),
  }),
];
