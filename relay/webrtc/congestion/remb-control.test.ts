import { describe, expect, it } from 'vitest';
import { RembControl } from './remb-control.ts';

const LIMITS = { initialBps: 1_000_000, minBps: 100_000, maxBps: 5_000_000 };

describe('remb control', () => {
  it('follows the estimate within its limits', () => {
    const control = new RembControl(LIMITS);
    expect(control.targetBps).toBe(1_000_000);
    const targets = [2_000_000, 50_000, 9_000_000].map((estimateBps) => {
      control.handleEstimate(estimateBps);
      return control.targetBps;
    });
    expect(targets).toEqual([2_000_000, 100_000, 5_000_000]);
  });

  it('sends the first picture fast, and paces what follows', () => {
    const control = new RembControl(LIMITS);
    expect(control.pacingBps()).toBe(8_000_000);
    control.handleEstimate(1_000_000);
    expect(control.pacingBps()).toBe(1_500_000);
    control.handleEstimate(20_000_000);
    expect(control.pacingBps()).toBe(20_000_000);
  });

  it('falls with heavy losses, which the estimate does not see, and rises again without', () => {
    const control = new RembControl(LIMITS);
    control.handleEstimate(2_000_000);
    control.handleReception(0.05, null);
    expect(control.targetBps).toBe(2_000_000);
    control.handleReception(0.4, null);
    expect(control.targetBps).toBe(1_600_000);
    expect(control.pathState()).toBe('full');
    for (let report = 0; report < 10; report++) control.handleReception(0, null);
    expect(control.targetBps).toBe(2_000_000);
    expect(control.pathState()).toBe('open');
  });

  it('numbers what it sends through the wrap', () => {
    const control = new RembControl(LIMITS);
    for (let sent = 0; sent < 0x1_0001; sent++) control.handleSent();
    expect(control.nextSequenceNumber).toBe(1);
  });
});
