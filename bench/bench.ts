import { resolve } from 'node:path';

/** A measurement that `npm run bench` knows. */
export interface Bench {
  /** What it measures, in one line. */
  readonly summary: string;
  /** Its options besides `--json`: name without dashes, meaning, default. */
  readonly options: Readonly<Record<string, BenchOption>>;
  run(context: BenchContext): Promise<Report>;
}

export interface BenchOption {
  readonly meaning: string;
  readonly fallback: string;
}

/** What a bench gets. */
export interface BenchContext {
  /** The value of an option, or its default. */
  readonly option: (name: string) => string;
  /** Tells whoever waits what is being done; never on stdout's last line. */
  readonly progress: (text: string) => void;
}

/** One figure beside its goal in GOALS. */
export interface Verdict {
  readonly what: string;
  readonly measured: number | null;
  readonly goal: number;
  /** What the figure is to be to its goal. */
  readonly bound: 'at most' | 'at least';
  readonly unit: string;
  readonly isMet: boolean;
}

/** What a bench found: rows for the table, and how they stand to the goals. */
export interface Report {
  readonly conditions: Readonly<Record<string, unknown>>;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly verdicts: readonly Verdict[];
}

/** A figure that is to be at most `goal`; one that could not be measured is not met. */
export function atMost(what: string, measured: number | null, goal: number, unit: string): Verdict {
  return { what, measured, goal, bound: 'at most', unit, isMet: measured !== null && measured <= goal };
}

/** A figure that is to be at least `goal`; one that could not be measured is not met. */
export function atLeast(what: string, measured: number | null, goal: number, unit: string): Verdict {
  return { what, measured, goal, bound: 'at least', unit, isMet: measured !== null && measured >= goal };
}

/**
 * An option that is a whole number.
 * @throws TypeError when it is not one above zero.
 */
export function wholeOption({ option }: BenchContext, name: string): number {
  const value = Number(option(name));
  if (!Number.isInteger(value) || value <= 0) throw new TypeError(`--${name} is a whole number above zero`);
  return value;
}

/** For benches that start a relay. */
export const profileOption: BenchOption = {
  meaning: 'directory for a CPU profile of the relay; figures are then too high',
  fallback: '',
};

/** The relay's settings for `profileOption`. */
export function profileSettings({ option }: BenchContext): Readonly<Record<string, string>> {
  const directory = option('profile');
  return directory === '' ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${resolve(directory)}` };
}
