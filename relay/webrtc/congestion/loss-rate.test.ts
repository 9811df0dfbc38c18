import { describe, expect, it } from 'vitest';
import { LossRate } from './loss-rate.ts';

const MS = 1000;

describe('loss rate', () => {
  it('is the share of the last second', () => {
    const loss = new LossRate();
    for (let index = 0; index < 100; index++) loss.add(index % 10 === 0, index * 10 * MS);
    expect(loss.rate).toBeCloseTo(0.1);
    for (let index = 100; index < 200; index++) loss.add(false, index * 10 * MS);
    expect(loss.rate).toBe(0);
  });

  it('says nothing about a handful of packets', () => {
    const loss = new LossRate();
    for (let index = 0; index < 19; index++) loss.add(true, index * MS);
    expect(loss.rate).toBe(0);
  });

  it('forgets all after a pause', () => {
    const loss = new LossRate();
    for (let index = 0; index < 50; index++) loss.add(true, index * MS);
    for (let index = 0; index < 50; index++) loss.add(false, 60_000 * MS + index * MS);
    expect(loss.rate).toBe(0);
  });
});
