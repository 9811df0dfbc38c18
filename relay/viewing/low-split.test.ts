import { describe, expect, it } from 'vitest';
import { leastOfMain } from './low-split.ts';

const kbps = (...targets: number[]) => leastOfMain(targets.map((each) => each * 1000)) / 1000;

describe('the least path of the main rendition', () => {
  it.each([
    ['of one viewer is theirs', [300], 300],
    ['of viewers who are near one another is the narrowest', [2_500, 1_600, 1_700], 1_600],
    ['leaves out who is far below', [2_500, 2_400, 400], 2_400],
    ['leaves out one of two who is far below', [2_500, 400], 2_500],
    ['leaves out two of three, who lose nothing by it', [2_500, 400, 390], 2_500],
    ['is not that of one for whom many would have to step down', [2_500, 700, 700], 700],
    ['is not for one to gain by what another loses', [2_500, 1_300], 1_300],
    ['is for many to gain by what one loses', [2_500, 2_500, 2_500, 2_500, 1_300], 2_500],
    ['cares for those in the middle', [2_500, 2_500, 1_800, 200], 1_800],
    ['cares for the low rendition of one though another has keyframes alone', [2_500, 500, 80], 2_500],
    ['counts a path that carries next to nothing where the others carry little more', [100, 85], 85],
    ['counts such paths where there are no others', [80, 20], 80],
    ['of nobody is none', [], 0],
  ])('%s', (_, targets, least) => {
    expect(kbps(...targets)).toBe(least);
  });
});
