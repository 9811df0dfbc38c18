import { describe, expect, it } from 'vitest';
import { KeyframeGate } from './keyframe-gate.ts';

const MS = 1000;

describe('keyframe gate', () => {
  it('lets the first wish through at once, and those within half a second as one', () => {
    const gate = new KeyframeGate();
    expect(gate.pass(0, 'open')).toBe(false);
    gate.request(0);
    expect(gate.pass(0, 'open')).toBe(true);
    for (const ms of [10, 200, 400]) gate.request(ms * MS);
    expect(gate.pass(499 * MS, 'open')).toBe(false);
    expect(gate.pass(500 * MS, 'open')).toBe(true);
    expect(gate.pass(5_000 * MS, 'open')).toBe(false);
  });

  it('waits for a full path to clear, for two seconds at most', () => {
    const gate = new KeyframeGate();
    gate.request(0);
    expect(gate.pass(100 * MS, 'full')).toBe(false);
    expect(gate.pass(200 * MS, 'open')).toBe(true);
    gate.request(1_000 * MS);
    expect(gate.pass(2_999 * MS, 'full')).toBe(false);
    expect(gate.pass(3_000 * MS, 'full')).toBe(true);
  });

  it('waits for a dead path as long as it takes', () => {
    const gate = new KeyframeGate();
    gate.request(0);
    expect(gate.pass(60_000 * MS, 'silent')).toBe(false);
    expect(gate.pass(60_001 * MS, 'open')).toBe(true);
  });
});
