import { describe, expect, it } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { BitrateRestarts } from './bitrate-restarts.ts';

function create() {
  const clock = new FakeClock();
  const restarts: number[] = [];
  const bitrates = new BitrateRestarts(clock, 1_000_000, (bps) => restarts.push(bps));
  return { clock, bitrates, restarts };
}

describe('BitrateRestarts', () => {
  it('leaves alone what is near enough', () => {
    const { clock, bitrates, restarts } = create();
    for (const bps of [800_000, 1_500_000, 900_000]) bitrates.want(bps);
    clock.advance(60_000);
    expect(restarts).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('goes down when a narrow path lasts, and up much later', () => {
    const { clock, bitrates, restarts } = create();
    bitrates.want(400_000);
    clock.advance(2_999);
    expect(restarts).toEqual([]);
    clock.advance(1);
    expect(restarts).toEqual([400_000]);
    bitrates.want(2_000_000);
    clock.advance(19_999);
    expect(restarts).toHaveLength(1);
    clock.advance(1);
    expect(restarts).toEqual([400_000, 2_000_000]);
  });

  it('does not mind a path that hesitates', () => {
    const { clock, bitrates, restarts } = create();
    bitrates.want(400_000);
    clock.advance(2_000);
    bitrates.want(1_000_000);
    clock.advance(60_000);
    expect(restarts).toEqual([]);
  });

  it('restarts no more often than every ten seconds', () => {
    const { clock, bitrates, restarts } = create();
    bitrates.want(500_000);
    clock.advance(3_000);
    bitrates.want(200_000);
    clock.advance(9_999);
    expect(restarts).toEqual([500_000]);
    clock.advance(1);
    expect(restarts).toEqual([500_000, 200_000]);
  });

  it('has come true with a restart that had another reason', () => {
    const { clock, bitrates, restarts } = create();
    bitrates.want(300_000);
    expect(bitrates.adopt()).toBe(300_000);
    clock.advance(60_000);
    expect(restarts).toEqual([]);
  });
});
