import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import type { AccessUnit, Rendition } from '../capture/capture.ts';
import { FakeSource } from '../testing/fake-source.ts';
import { createPacketizer } from '../webrtc/packetizer.ts';
import { Broadcast, type Viewer } from './broadcast.ts';

let clock: FakeClock;
let source: FakeSource;
let broadcast: Broadcast;

beforeEach(() => {
  clock = new FakeClock();
  source = new FakeSource();
  source.abilities = { ...source.abilities, canMakeLow: true };
  broadcast = new Broadcast({
    ...{ source, packetizer: createPacketizer(), maxBitrateBps: 2_500_000, clock },
    format: { width: 1280, height: 720, frameRate: 30 },
  });
});

/** Watches, and writes down the rendition of each picture. */
class Watcher implements Viewer {
  seen: string[] = [];
  paces: boolean[] = [];
  failures = 0;
  readonly leave: () => void = broadcast.join(this);

  send(unit: { rendition: Rendition; isKeyframe: boolean }): void {
    this.seen.push(unit.isKeyframe ? unit.rendition.toUpperCase() : unit.rendition);
  }

  fail(): void {
    this.failures += 1;
  }

  warn(trouble: string | null): void {
    this.seen.push(`(${trouble})`);
  }

  pace(isSeldom: boolean): void {
    this.paces.push(isSeldom);
  }

  target(kbps: number, skipMs = 0): void {
    broadcast.setTarget(this, { bitrateBps: kbps * 1000, skipMs });
  }
}

function show(rendition: Rendition, isKeyframe = false): void {
  const unit: AccessUnit = {
    nalUnits: [Uint8Array.of(isKeyframe ? 0x65 : 0x41, 1, 2)],
    ...{ isKeyframe, rendition, capturedAtMs: clock.nowMs() },
  };
  source.show(unit);
}

/** Two who watch, of whom one has a path that is far narrower, for a second. */
function watchUnevenly(narrowKbps = 400): [Watcher, Watcher] {
  const [wide, narrow] = [new Watcher(), new Watcher()];
  wide.target(2_000);
  narrow.target(narrowKbps);
  clock.advance(1_000);
  narrow.target(narrowKbps);
  return [wide, narrow];
}

describe('a broadcast whose camera was unplugged', () => {
  const unplugged = { type: 'died', message: 'no device', trouble: 'gone' } as const;

  it('tells everybody, whoever comes meanwhile too, and that the picture comes again', () => {
    const first = new Watcher();
    show('main', true);
    source.listener?.onInterruption?.(unplugged);
    const second = new Watcher();
    show('main', true);
    show('main');
    expect(first.seen).toEqual(['MAIN', '(gone)', '(null)', 'MAIN', 'main']);
    expect(second.seen).toEqual(['(gone)', '(null)', 'MAIN', 'main']);
  });

  it('has forgotten that when the next viewer comes', () => {
    const first = new Watcher();
    source.listener?.onInterruption?.(unplugged);
    first.leave();
    const second = new Watcher();
    show('main', true);
    expect(second.seen).toEqual(['MAIN']);
  });
});

describe('a broadcast to a path that is far narrower than the other', () => {
  it('has a low rendition made for it, and raises the main one once the viewer has gone over', () => {
    const [wide, narrow] = watchUnevenly();
    expect([source.bitrateBps, source.lowBitrateBps, source.requests]).toEqual([400_000, 400_000, ['low']]);
    show('main');
    show('low', true);
    wide.target(2_000);
    show('main');
    show('low');
    expect(source.bitrateBps).toBe(2_000_000);
    expect([wide.seen, narrow.seen]).toEqual([
      ['main', 'main'],
      ['main', 'LOW', 'low'],
    ]);
  });

  it('gives the low rendition what the narrowest of its viewers can have, within its bounds', () => {
    const [, narrow] = watchUnevenly(700);
    expect(source.lowBitrateBps).toBe(500_000);
    narrow.target(120);
    expect(source.lowBitrateBps).toBe(120_000);
    narrow.target(95);
    expect(source.lowBitrateBps).toBe(100_000);
  });

  it('asks for keyframes of the rendition that the viewer gets', () => {
    const [wide, narrow] = watchUnevenly();
    source.requests.length = 0;
    broadcast.requestKeyframe(narrow);
    broadcast.requestKeyframe(wide);
    broadcast.requestKeyframe({ send: () => undefined, fail: () => undefined });
    expect(source.requests).toEqual(['low', 'main']);
  });

  it('takes it up again after five seconds, at a keyframe, and ends the second encoder then', () => {
    const [wide, narrow] = watchUnevenly();
    show('low', true);
    narrow.target(1_900);
    clock.advance(5_000);
    source.requests.length = 0;
    narrow.target(1_900);
    expect([source.requests, source.lowBitrateBps]).toEqual([['main'], 500_000]);
    show('low');
    show('main', true);
    wide.target(2_000);
    expect([source.bitrateBps, source.lowBitrateBps]).toEqual([1_900_000, null]);
    show('main');
    expect(narrow.seen).toEqual(['LOW', 'low', 'MAIN', 'main']);
  });

  it('ends the second encoder when nobody is left on it', () => {
    const [wide, narrow] = watchUnevenly();
    narrow.leave();
    expect(source.lowBitrateBps).toBeNull();
    wide.leave();
    const [first, second] = watchUnevenly();
    expect(source.lowBitrateBps).toBe(400_000);
    first.leave();
    second.leave();
    expect(source.lowBitrateBps).toBeNull();
  });

  it('shows the last one left everything', () => {
    const [wide, narrow] = watchUnevenly();
    show('low', true);
    wide.leave();
    expect(source.requests.at(-1)).toBe('main');
    show('main', true);
    narrow.target(400);
    expect([narrow.seen, source.lowBitrateBps, source.bitrateBps]).toEqual([['LOW', 'MAIN'], null, 400_000]);
  });

  it('gives a path that carries not even that keyframes of the low rendition, each three seconds', () => {
    const [, narrow] = watchUnevenly(80);
    expect(source.lowBitrateBps).toBe(100_000);
    show('main');
    show('low', true);
    show('low');
    clock.advance(2_999);
    show('low');
    source.requests.length = 0;
    clock.advance(1);
    show('low');
    expect(source.requests).toEqual(['low']);
    show('low', true);
    expect(narrow.seen).toEqual(['LOW', 'LOW']);
  });

  it('gives it keyframes of the main rendition where there is no other', () => {
    source.abilities = { ...source.abilities, canMakeLow: false };
    const [, narrow] = watchUnevenly();
    show('main');
    show('main', true);
    show('main');
    expect([source.lowBitrateBps, source.requests, narrow.seen]).toEqual([null, ['main'], ['MAIN']]);
  });

  it('tells who gets keyframes alone that they are seldom, and when they are no more', () => {
    source.abilities = { ...source.abilities, canMakeLow: false };
    const [wide, narrow] = watchUnevenly();
    expect(narrow.paces).toEqual([true]);
    narrow.target(2_000);
    clock.advance(5_000);
    narrow.target(2_000);
    expect([wide.paces, narrow.paces]).toEqual([[], [true, false]]);
  });

  it('leaves out pictures only where they would wait with all who get the main rendition', () => {
    const [wide, narrow] = watchUnevenly();
    show('low', true);
    narrow.target(300, 400);
    expect(source.skippedMs).toEqual([]);
    wide.target(1_800, 200);
    expect(source.skippedMs).toEqual([200]);
  });
});

describe('a broadcast', () => {
  it('tells everybody when the picture cannot be had, and ends both encoders', () => {
    const [wide, narrow] = watchUnevenly();
    source.listener?.onFailure();
    expect([wide.failures, narrow.failures, source.lowBitrateBps]).toEqual([1, 1, null]);
  });
});
