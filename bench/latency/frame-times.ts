import type { ShownFrame } from '../../e2e/stage/picture-clock.ts';
import { round, type Summary, summarize } from '../statistics.ts';

/** A gap longer than this is seen as a freeze: more than four frames at 30 a second. */
const FREEZE_MS = 150;

/** How a stretch of video was shown. */
export interface Smoothness {
  /** Capture to presentation, milliseconds; null without a single valid clock. */
  readonly latency: Summary | null;
  readonly framesPerSecond: number;
  readonly freezes: number;
  /** Length of all freezes together, seconds. */
  readonly frozenSeconds: number;
  readonly longestGapMs: number;
  /** Shown, but with a clock strip that does not add up. */
  readonly framesWithoutClock: number;
}

/** Reads latency and smoothness off presented frames, at least two, in the order they were shown. */
export function measureFrames(frames: readonly ShownFrame[]): Smoothness {
  const delays = frames.flatMap(({ shownAtMs, capturedAtMs }) =>
    capturedAtMs === null ? [] : [shownAtMs - capturedAtMs],
  );
  const gaps = frames.slice(1).map((frame, index) => frame.shownAtMs - (frames[index]?.shownAtMs ?? 0));
  const freezes = gaps.filter((gap) => gap > FREEZE_MS);
  const total = gaps.reduce((sum, gap) => sum + gap, 0);
  return {
    latency: summarize(delays),
    framesPerSecond: round((gaps.length * 1000) / total, 1),
    freezes: freezes.length,
    frozenSeconds: round(freezes.reduce((sum, gap) => sum + gap, 0) / 1000, 2),
    longestGapMs: round(Math.max(...gaps), 0),
    framesWithoutClock: frames.length - delays.length,
  };
}
