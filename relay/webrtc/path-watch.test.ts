import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { createEmitter } from './emitter.ts';
import { PathWatch } from './path-watch.ts';

let clock: FakeClock;
let data: ReturnType<typeof createEmitter<Buffer>>;
let agent: { heard: number; onData: typeof data.on };
let told: string[];
let watch: PathWatch;

beforeEach(() => {
  clock = new FakeClock();
  data = createEmitter<Buffer>();
  agent = { heard: 0, onData: data.on };
  told = [];
  watch = new PathWatch({
    ...{ agent, clock },
    onSilence: () => told.push('silence'),
    onReturn: () => told.push('return'),
  });
});

describe('path watch', () => {
  it('tells of a silence once, and of the first packet after it at once', () => {
    clock.advance(10_000);
    expect(told).toEqual(['silence']);
    data.emit(Buffer.alloc(1));
    expect(told).toEqual(['silence', 'return']);
    clock.advance(10_000);
    expect(told).toEqual(['silence', 'return', 'silence']);
  });

  it('takes a check for a sign of life, too', () => {
    for (let check = 0; check < 10; check += 1) {
      clock.advance(400);
      agent.heard += 1;
    }
    expect(told).toEqual([]);
    clock.advance(2_500);
    agent.heard += 1;
    clock.advance(250);
    expect(told).toEqual(['silence', 'return']);
  });

  it('takes nobody for back who was only a little late', () => {
    clock.advance(1_500);
    data.emit(Buffer.alloc(1));
    expect(told).toEqual(['silence']);
  });

  it('has no timer and hears nothing after it is closed', () => {
    watch.close();
    expect(clock.pending).toBe(0);
    data.emit(Buffer.alloc(1));
    expect(told).toEqual([]);
  });
});
