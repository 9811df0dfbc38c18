import { describe, expect, it } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import type { AccessUnit, Rendition } from '../../capture/capture.ts';
import { UnitLog } from './unit-log.ts';

function createLog() {
  const clock = new FakeClock(0);
  let deliver: (unit: AccessUnit) => void = () => undefined;
  const log = new UnitLog(
    {
      onAccessUnit: (listener) => {
        deliver = listener;
        return () => undefined;
      },
    },
    clock,
  );
  const showAt = (atMs: number, isKeyframe = false, rendition: Rendition = 'main') => {
    clock.advance(atMs - clock.nowMs());
    deliver({ nalUnits: [new Uint8Array(125)], isKeyframe, capturedAtMs: atMs - 7, rendition });
  };
  return { clock, log, showAt };
}

describe('UnitLog', () => {
  it('tells gaps, rates and delays of the main rendition', () => {
    const { clock, log, showAt } = createLog();
    for (const atMs of [1_000, 1_040, 1_200, 1_240]) showAt(atMs);
    showAt(1_250, true, 'low');
    expect(log.longestGap(1_000)).toBe(160);
    expect(log.delays(1_200)).toEqual([7, 7]);
    clock.advance(750);
    expect(log.longestGap(1_000)).toBe(760);
    expect(log.bitrate(1_000)).toBe(4_000);
    expect(log.rate(1_000)).toBe(4);
  });

  it('waits for a picture, and not for ever', async () => {
    const { clock, log, showAt } = createLog();
    const keyframe = log.next(({ isKeyframe }) => isKeyframe, 100);
    showAt(20);
    showAt(40, true);
    expect((await keyframe)?.isKeyframe).toBe(true);
    const another = log.next(({ isKeyframe }) => isKeyframe, 100);
    clock.advance(100);
    expect(await another).toBeNull();
    expect(clock.pending).toBe(0);
  });
});
