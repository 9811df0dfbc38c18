import { describe, expect, it } from 'vitest';
import { chooseControl } from './choose-control.ts';
import { RembControl } from './remb-control.ts';
import { TransportControl } from './transport-control.ts';

describe('the choice of a congestion control', () => {
  it('follows what the viewer tells', () => {
    expect(chooseControl({ hasReports: true, maxBitrateBps: 2_500_000 })).toBeInstanceOf(TransportControl);
    expect(chooseControl({ hasReports: false, maxBitrateBps: 2_500_000 })).toBeInstanceOf(RembControl);
  });

  it('begins with no more than the camera makes, and looks for no more than is of use', () => {
    const control = chooseControl({ hasReports: false, maxBitrateBps: 300_000 });
    expect(control.targetBps).toBe(300_000);
    control.handleEstimate(50_000_000);
    expect(control.targetBps).toBe(600_000);
  });
});
