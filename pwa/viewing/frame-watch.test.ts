import { beforeEach, expect, test } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { FrameWatch } from './frame-watch.ts';

let clock: FakeClock;
let frames: number;
let told: string[];
let watch: FrameWatch;

beforeEach(() => {
  clock = new FakeClock();
  frames = 1;
  told = [];
  watch = new FrameWatch({
    clock,
    stallMs: 800,
    read: async () => ({ framesDecoded: frames, path: 'direct', isResting: false }),
    onFrame: () => told.push('frame'),
    onPause: () => told.push('pause'),
    onStall: () => told.push('stall'),
  });
});

/** Lets so much time go by, and every look come to its end. */
async function pass(ms: number): Promise<void> {
  for (let elapsed = 0; elapsed < ms; elapsed += 50) {
    clock.advance(50);
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  }
}

test('says that the picture pauses, and then that it stalls', async () => {
  await pass(100);
  expect(told).toEqual(['frame']);
  await pass(1_100);
  expect(told).toEqual(['frame', 'pause', 'stall']);
});

test('sees a stall sooner for a moment after something that may have cut the path', async () => {
  await pass(300);
  watch.suspect();
  await pass(250);
  expect(told).toContain('stall');
});

test('waits longer where pictures are seldom, whatever it suspects', async () => {
  await pass(100);
  watch.allow(8_000);
  watch.suspect();
  await pass(3_000);
  frames += 1;
  await pass(3_000);
  expect(told).toEqual(['frame', 'frame']);
  watch.allow(800);
  await pass(500);
  expect(told.at(-1)).toBe('stall');
});
