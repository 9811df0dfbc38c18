import { describe, expect, it } from 'vitest';
import type { CallReport, Stretch } from './testing/call-report.ts';
import {
  NARROW_FOR_S,
  narrowFromS,
  playScenario,
  SCENARIOS,
  type ScenarioName,
} from './testing/scenarios.ts';
import { EXACT_ENCODER, X264_ENCODER } from './testing/simulated-encoder.ts';

// Virtual time: each call is the same every time, whatever the machine does meanwhile. The bounds are looser than the
// figures of `npm run bench -- link-virtual`, to leave room for changes that trade one for another.

function seconds(from: number, to: number): Stretch {
  return { fromUs: from * 1e6, toUs: to * 1e6 };
}

function whole(name: ScenarioName): Stretch {
  return seconds(0, SCENARIOS[name].seconds);
}

/** From when the beginning is over. */
function settled(name: ScenarioName): Stretch {
  return seconds(5, SCENARIOS[name].seconds);
}

function play(name: ScenarioName, encoder = X264_ENCODER, seed = 1): CallReport {
  const [report] = playScenario(name, encoder, seed);
  if (!report) throw new Error('a scenario without a viewer');
  return report;
}

describe('congestion control', () => {
  it('fills an ordinary line within a second, and keeps it full without a queue', () => {
    const report = play('steady');
    expect(report.secondsTo(0.8, whole('steady'))).toBeLessThan(1);
    expect(report.use(settled('steady'))).toBeGreaterThan(0.92);
    expect(report.oneWayMs(0.95, settled('steady'))).toBeLessThan(60);
    expect(report.drops(whole('steady'))).toBe(0);
    expect(report.gaps(settled('steady')).count).toBe(0);
  });

  it('fills it better where the encoder does what it is told', () => {
    const report = play('steady', EXACT_ENCODER);
    expect(report.use(settled('steady'))).toBeGreaterThan(0.94);
    expect(report.oneWayMs(0.95, settled('steady'))).toBeLessThan(50);
  });

  it('leaves no queue standing where pictures of one size are just what the line carries', () => {
    const report = play('steady', { ...EXACT_ENCODER, noise: 0 });
    expect(report.use(settled('steady'))).toBeGreaterThan(0.94);
    expect(report.oneWayMs(0.95, settled('steady'))).toBeLessThan(55);
  });

  it.each([1, 2, 3, 4])('outlives a fall to a fifth with hardly a freeze (phase %i)', (seed) => {
    const report = play('step', X264_ENCODER, seed);
    const from = narrowFromS(seed);
    const narrow = seconds(from, from + NARROW_FOR_S);
    expect(report.drops(narrow)).toBeLessThanOrEqual(30);
    expect(report.gaps(narrow).longestMs).toBeLessThan(500);
    expect(report.gaps(narrow).totalMs).toBeLessThan(1_200);
    expect(report.oneWayMs(0.95, narrow)).toBeLessThan(120);
    expect(report.use(seconds(from + 3, from + NARROW_FOR_S))).toBeGreaterThan(0.85);
  });

  it.each([1, 2, 3, 4])('finds within two seconds that the line is wide again (phase %i)', (seed) => {
    const report = play('step', EXACT_ENCODER, seed);
    const from = narrowFromS(seed) + NARROW_FOR_S;
    expect(report.secondsTo(0.8, seconds(from, SCENARIOS.step.seconds))).toBeLessThan(2.2);
    expect(report.maxRepeatShare(whole('step'))).toBeLessThan(0.1);
  });

  it('goes with a link that changes for ten minutes, with no freeze of half a second', () => {
    const report = play('changing');
    expect(report.gaps(settled('changing')).longestMs).toBeLessThan(500);
    expect(report.use(settled('changing'))).toBeGreaterThan(0.85);
  });

  it('follows a radio link that is never the same for long', () => {
    const report = play('lte');
    expect(report.use(settled('lte'))).toBeGreaterThan(0.55);
    expect(report.oneWayMs(0.95, settled('lte'))).toBeLessThan(120);
    expect(report.gaps(settled('lte')).totalMs).toBeLessThan(3_000);
  });

  it('follows a slow one', () => {
    const report = play('3g');
    expect(report.use(settled('3g'))).toBeGreaterThan(0.75);
    expect(report.oneWayMs(0.95, settled('3g'))).toBeLessThan(180);
  });

  it('starts gently enough for the slowest', () => {
    const report = play('slow3g');
    expect(report.use(settled('slow3g'))).toBeGreaterThan(0.9);
    expect(report.drops(whole('slow3g'))).toBeLessThan(20);
    expect(report.gaps(settled('slow3g')).count).toBe(0);
  });

  it('takes two percent of loss for what it is', () => {
    const report = play('loss');
    expect(report.use(settled('loss'))).toBeGreaterThan(0.88);
    expect(report.framesPerSecond(settled('loss'))).toBeGreaterThan(29);
    expect(report.gaps(settled('loss')).longestMs).toBeLessThan(300);
  });

  it('takes jitter for what it is', () => {
    const report = play('jitter');
    expect(report.use(settled('jitter'))).toBeGreaterThan(0.85);
    expect(report.gaps(settled('jitter')).count).toBe(0);
  });

  it('does not take a busy viewer for a narrow line', () => {
    const report = play('busy-viewer');
    expect(report.use(settled('busy-viewer')) * 50e6).toBeGreaterThan(4e6);
    expect(report.framesPerSecond(settled('busy-viewer'))).toBeGreaterThan(29);
  });

  it('does not fill a buffer because it is there', () => {
    expect(play('deep-buffer').oneWayMs(0.95, settled('deep-buffer'))).toBeLessThan(60);
  });

  it('sends nothing in bursts that a driver would drop', () => {
    expect(play('burst-dropping').drops(whole('burst-dropping'))).toBe(0);
  });

  it('has the picture back half a second after an outage', () => {
    const report = play('outage');
    const from = narrowFromS(1);
    const { longestMs, totalMs } = report.gaps(seconds(from - 1, from + 10));
    expect(longestMs).toBeLessThan(4_100);
    expect(totalMs).toBeLessThan(4_600);
  });

  it('lets three viewers of one camera share a bottleneck evenly', () => {
    const reports = playScenario('three-viewers', EXACT_ENCODER, 1);
    const uses = reports.map((report) => report.use(settled('three-viewers')));
    expect(uses.reduce((sum, use) => sum + use, 0)).toBeGreaterThan(0.85);
    expect(Math.max(...uses) / Math.min(...uses)).toBeLessThan(1.05);
    for (const report of reports) {
      expect(report.oneWayMs(0.95, settled('three-viewers'))).toBeLessThan(100);
      expect(report.drops(whole('three-viewers'))).toBe(0);
    }
  });
});
