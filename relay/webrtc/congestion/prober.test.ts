import { beforeEach, describe, expect, it } from 'vitest';
import { Prober } from './prober.ts';

const MS = 1000;
/** 25 ms at 4 Mbit/s: eleven packets of 1,200 bytes. */
const PLAN = { rateBps: 4_000_000, spanUs: 25 * MS, isFilled: true };
const SPACING_US = 2.4 * MS;

let prober: Prober;

beforeEach(() => {
  prober = new Prober();
});

/** Sends packets at the probe's rate until it is whole; the number of its cluster for each. */
function sendWhole(fromUs = 0): number[] {
  const clusters: number[] = [];
  for (let atUs = fromUs; prober.rateBps !== null; atUs += SPACING_US)
    clusters.push(prober.handleSent(1200, atUs));
  return clusters;
}

/** Has packets arrive so far apart. */
function arrive(clusters: readonly number[], spacingUs: number): void {
  for (const [index, cluster] of clusters.entries())
    prober.handleArrival({ sentAtUs: 0, arrivedAtUs: index * spacingUs, bytes: 1200, cluster });
}

describe('prober', () => {
  it('is done when the span is full, and says what was carried', () => {
    prober.start(PLAN);
    const clusters = sendWhole();
    expect(clusters).toHaveLength(11);
    expect(new Set(clusters).size).toBe(1);
    arrive(clusters, SPACING_US);
    expect(prober.takeResult()).toMatchObject({ rateBps: 4_000_000, carriedBps: 4_000_000 });
    expect(prober.isBusy).toBe(false);
  });

  it('takes a little off what a slower path showed', () => {
    prober.start(PLAN);
    arrive(sendWhole(), 4.8 * MS);
    expect(prober.takeResult()?.carriedBps).toBeCloseTo(2_000_000 * 0.95);
  });

  it('does not believe that a path is faster than it was tried', () => {
    prober.start(PLAN);
    arrive(sendWhole(), 0.1 * MS);
    expect(prober.takeResult()?.carriedBps).toBeCloseTo(4_000_000);
    prober.start(PLAN);
    arrive(sendWhole(), 0);
    expect(prober.takeResult()?.carriedBps).toBeCloseTo(4_000_000);
  });

  it('waits for four fifths of its packets, and not for ever', () => {
    prober.start(PLAN);
    const clusters = sendWhole();
    arrive(clusters.slice(0, 8), SPACING_US);
    expect(prober.takeResult()).toBeNull();
    prober.tick(1_000 * MS);
    expect(prober.isBusy).toBe(true);
    prober.tick(1_001 * MS);
    expect(prober.isBusy).toBe(false);
  });

  it('begins with a picture, or without one when none comes', () => {
    prober.start(PLAN);
    prober.tick(0);
    expect(prober.wantsCopies).toBe(false);
    prober.handleSent(1200, 10 * MS);
    expect(prober.wantsCopies).toBe(true);
    prober.start(PLAN);
    prober.tick(200 * MS);
    prober.tick(301 * MS);
    expect(prober.wantsCopies).toBe(true);
  });

  it('ends by itself when there is nothing to fill it with', () => {
    prober.start(PLAN);
    prober.handleSent(1200, 0);
    prober.tick(101 * MS);
    expect(prober.rateBps).toBeNull();
  });

  it('ends with the picture it is made of', () => {
    prober.start({ ...PLAN, isFilled: false });
    for (const index of [0, 1, 2]) prober.handleSent(1300, index * MS);
    expect(prober.wantsCopies).toBe(false);
    prober.handleIdle();
    expect(prober.rateBps).toBeNull();
    arrive([1, 1, 1], MS);
    expect(prober.takeResult()).not.toBeNull();
  });

  it('fills up a picture that is too small to tell anything', () => {
    prober.start({ ...PLAN, isFilled: false });
    prober.handleSent(1200, 0);
    prober.handleIdle();
    expect(prober.wantsCopies).toBe(true);
  });

  it('forgets what it is told to', () => {
    prober.start(PLAN);
    const clusters = sendWhole();
    prober.abort();
    arrive(clusters, SPACING_US);
    expect(prober.takeResult()).toBeNull();
    expect(prober.handleSent(1200, 0)).toBe(0);
  });
});
