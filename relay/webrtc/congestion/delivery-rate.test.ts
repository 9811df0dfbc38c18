import { describe, expect, it } from 'vitest';
import { BusyRate } from './busy-rate.ts';
import { DeliveryRate } from './delivery-rate.ts';

const MS = 1000;

describe('delivery rate', () => {
  it('is what arrived over the window', () => {
    const rate = new DeliveryRate();
    for (let index = 0; index < 100; index++) rate.add(index * 10 * MS, 1000);
    expect(rate.over(150 * MS)).toBeCloseTo(800_000);
    for (let index = 0; index < 100; index++) rate.add((1000 + index) * MS, 1000);
    expect(rate.over(50 * MS)).toBeCloseTo(8_000_000);
  });

  it('is not known from a packet or two, or from what came all at once', () => {
    const rate = new DeliveryRate();
    expect(rate.over(100 * MS)).toBeNull();
    for (let index = 0; index < 5; index++) rate.add(0, 1000);
    expect(rate.over(100 * MS)).toBeNull();
    rate.add(500 * MS, 1000);
    expect(rate.over(100 * MS)).toBeNull();
  });
});

describe('busy rate', () => {
  it('is measured from where the queue last ran empty', () => {
    const busy = new BusyRate();
    for (let index = 0; index < 50; index++) busy.add(index * 10 * MS, 1000, 0);
    expect(busy.over(300 * MS, 40 * MS)).toBeNull();
    for (let index = 1; index < 10; index++) busy.add((490 + index * 20) * MS, 1000, 30 * MS);
    expect(busy.over(300 * MS, 40 * MS)).toBeCloseTo(400_000);
  });

  it('needs some time and some packets', () => {
    const busy = new BusyRate();
    for (let index = 0; index < 4; index++) busy.add(index * 5 * MS, 1000, 30 * MS);
    expect(busy.over(300 * MS, 40 * MS)).toBeNull();
    busy.add(60 * MS, 1000, 30 * MS);
    expect(busy.over(300 * MS, 40 * MS)).not.toBeNull();
  });
});
