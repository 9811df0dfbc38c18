import { beforeEach, describe, expect, it } from 'vitest';
import { StandingQueue, type StandingVerdict } from './standing-queue.ts';

let standing: StandingQueue;
let nowUs: number;

beforeEach(() => {
  standing = new StandingQueue();
  nowUs = 0;
});

/** Reports every 50 ms for so long, with a queue that may depend on the time; the verdicts that are not `none`. */
function report(forMs: number, queueMs: (nowMs: number) => number, isGrowing = false): StandingVerdict[] {
  const verdicts: StandingVerdict[] = [];
  for (const endUs = nowUs + forMs * 1000; nowUs < endUs; nowUs += 50_000) {
    const verdict = standing.update(queueMs(nowUs / 1000) * 1000, isGrowing, nowUs);
    if (verdict !== 'none') verdicts.push(verdict);
  }
  return verdicts;
}

describe('a standing queue', () => {
  it('is drained after half a second, and again while it gets shorter', () => {
    expect(report(500, () => 60)).toEqual([]);
    expect(report(50, () => 60)).toEqual(['drain']);
    expect(report(1_000, (ms) => 60 - ms / 50)).toEqual(['drain', 'drain']);
  });

  it('is none while it is short, or comes and goes', () => {
    expect(report(5_000, () => 14)).toEqual([]);
    expect(report(5_000, (ms) => (Math.floor(ms / 400) % 2 === 0 ? 60 : 5))).toEqual([]);
  });

  it('is another matter while it grows', () => {
    expect(report(5_000, () => 60, true)).toEqual([]);
  });

  it('that does not go, whatever is sent, is a longer way', () => {
    expect(report(2_100, () => 40)).toEqual(['drain', 'drain', 'drain', 'accept']);
    expect(report(500, () => 5)).toEqual([]);
  });
});
