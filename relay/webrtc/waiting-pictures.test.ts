import { beforeEach, describe, expect, it } from 'vitest';
import { unitOf } from './testing/units.ts';
import { WaitingPictures } from './waiting-pictures.ts';

const MS = 1000;
/** 1,000 bytes of payload each. */
const PACKET_BYTES = 1072;

let waiting: WaitingPictures;

beforeEach(() => {
  waiting = new WaitingPictures(({ payload }) => payload.length + 72);
});

function takeAll(): number {
  let count = 0;
  while (waiting.take()) count++;
  return count;
}

describe('waiting pictures', () => {
  it('leave packet by packet, in order', () => {
    const [first, second] = [unitOf(2), unitOf(1)];
    for (const unit of [first, second]) waiting.add(unit, 0);
    expect(waiting.bytes).toBe(3 * PACKET_BYTES);
    expect([waiting.take(), waiting.take(), waiting.take()]).toEqual([...first.packets, ...second.packets]);
    expect(waiting.take()).toBeNull();
    expect([waiting.bytes, waiting.isEmpty]).toEqual([0, true]);
  });

  it('are left out when the oldest has waited for a second', () => {
    for (let index = 0; index < 4; index++) waiting.add(unitOf(2), index * 300 * MS);
    expect(waiting.dropStale(999 * MS)).toBe('nothing');
    expect(waiting.dropStale(1_000 * MS)).toBe('everything');
    expect(waiting.isEmpty).toBe(true);
  });

  it('are left out up to a keyframe that waits among them', () => {
    waiting.add(unitOf(2), 0);
    waiting.add(unitOf(5, { isKeyframe: true }), 500 * MS);
    waiting.add(unitOf(1), 600 * MS);
    expect(waiting.dropStale(1_000 * MS)).toBe('up-to-keyframe');
    expect(waiting.bytes).toBe(6 * PACKET_BYTES);
    expect(takeAll()).toBe(6);
  });

  it('do not break off what has begun', () => {
    waiting.add(unitOf(3), 0);
    waiting.add(unitOf(2), 0);
    waiting.take();
    expect(waiting.dropStale(5_000 * MS)).toBe('everything');
    expect(takeAll()).toBe(2);
  });

  it('keep a keyframe however long it waits', () => {
    waiting.add(unitOf(3, { isKeyframe: true }), 0);
    waiting.add(unitOf(1), 100 * MS);
    expect(waiting.dropStale(5_000 * MS)).toBe('nothing');
    expect(takeAll()).toBe(4);
  });
});
