import { beforeEach, describe, expect, it } from 'vitest';
import type { CongestionControl, PathState } from './congestion/congestion-control.ts';
import { PacedStream } from './paced-stream.ts';
import type { MediaPacket } from './packetizer.ts';
import type { RtpWriter } from './rtp-writer.ts';
import { unitOf } from './testing/units.ts';

const MS = 1000;

/** Notes what is written, and in what order. */
class FakeWriter implements RtpWriter {
  hasRetransmission = true;
  packetsSent = 0;
  picturesSent = 0;
  payloadBytesSent = 0;
  readonly written: string[] = [];
  readonly claimed = new Set<number>();
  /** RTP timestamps of what is too old to be sent again. */
  readonly expired = new Map<number, number>();

  sizeOf({ payload }: MediaPacket): number {
    return payload.length;
  }
  writePacket({ payload }: MediaPacket): number {
    this.written.push('picture');
    return payload.length;
  }
  claimRetransmission(sequenceNumber: number): boolean {
    const isNew = !this.claimed.has(sequenceNumber) && !this.expired.has(sequenceNumber);
    this.claimed.add(sequenceNumber);
    return isNew;
  }
  timestampOfExpired(sequenceNumber: number): number | null {
    return this.expired.get(sequenceNumber) ?? null;
  }
  writeRetransmission(sequenceNumber: number): number {
    this.claimed.delete(sequenceNumber);
    if (this.expired.has(sequenceNumber)) return 0;
    this.written.push(`again ${sequenceNumber}`);
    return 1000;
  }
  writeCopy(): number {
    this.written.push('copy');
    return 1000;
  }
  writeSenderReport(): void {
    this.written.push('report');
  }
  writeGoodbye(): void {
    this.written.push('goodbye');
  }
}

class FakeControl implements CongestionControl {
  nextSequenceNumber = 0;
  targetBps = 4_000_000;
  wantsCopies = false;
  roundTripUs = 100 * MS;
  room = Number.POSITIVE_INFINITY;
  path: PathState = 'open';
  idle = 0;

  pacingBps(): number {
    return this.targetBps;
  }
  hasRoom(_: number, isRetransmission: boolean): boolean {
    return this.room > 0 || isRetransmission;
  }
  backlogUs(): number {
    return 0;
  }
  pathState(): PathState {
    return this.path;
  }
  handleSent(): void {
    this.nextSequenceNumber++;
    this.room--;
  }
  handleIdle(): void {
    this.idle++;
  }
  handleFeedback = () => undefined;
  handleEstimate = () => undefined;
  handleReception = () => undefined;
  handlePathChange = () => undefined;
  tick = () => undefined;
}

let writer: FakeWriter;
let control: FakeControl;
let stream: PacedStream;
let keyframes: number;

beforeEach(() => {
  writer = new FakeWriter();
  control = new FakeControl();
  keyframes = 0;
  stream = new PacedStream({ writer, control, onKeyframeNeeded: () => keyframes++ });
});

/** Pumps every 2 ms until nothing waits, at most so long; how long it took, milliseconds. */
function drain(fromMs = 0, limitMs = 10_000): number {
  for (let ms = fromMs; ms < fromMs + limitMs; ms += 2) if (!stream.pump(ms * MS)) return ms - fromMs;
  return limitMs;
}

describe('paced stream', () => {
  it('sends nothing before a keyframe', () => {
    stream.enqueue(unitOf(3), 0);
    expect(stream.pump(0)).toBe(false);
    stream.enqueue(unitOf(3, { isKeyframe: true }), 0);
    drain();
    expect(writer.written).toHaveLength(3);
  });

  it('takes the time that its pace demands', () => {
    stream.enqueue(unitOf(50, { isKeyframe: true }), 0);
    expect(drain()).toBeCloseTo(98, -1);
    expect(stream.waitingBytes).toBe(0);
  });

  it('sends again before it sends on, and copies last', () => {
    stream.enqueue(unitOf(2, { isKeyframe: true }), 0);
    stream.retransmit([7, 8, 7], 0);
    control.wantsCopies = true;
    drain(0, 20);
    expect(writer.written.slice(0, 5)).toEqual(['again 7', 'again 8', 'picture', 'picture', 'copy']);
  });

  it('stops at the window, for pictures sooner than for what they wait for', () => {
    control.room = 2;
    stream.enqueue(unitOf(5, { isKeyframe: true }), 0);
    for (let ms = 0; ms < 50; ms += 2) stream.pump(ms * MS);
    expect(writer.written).toHaveLength(2);
    expect(stream.pump(50 * MS)).toBe(false);
    stream.retransmit([9], 60 * MS);
    stream.pump(60 * MS);
    expect(writer.written.slice(2)).toEqual(['again 9']);
  });

  it('keeps retransmissions within their part of the path', () => {
    control.targetBps = 1_000_000;
    stream.enqueue(unitOf(1, { isKeyframe: true }), 0);
    for (let ms = 0; ms < 5_000; ms += 2) {
      stream.retransmit([ms], ms * MS);
      stream.pump(ms * MS);
    }
    const again = writer.written.filter((what) => what.startsWith('again')).length;
    expect(again * 1000).toBeLessThan(60_000 + (1_000_000 * 5 * 0.2) / 8 + 2_000);
  });

  it('sends a lost retransmission anew without being asked', () => {
    stream.enqueue(unitOf(1, { isKeyframe: true }), 0);
    drain();
    stream.retransmit([5], 10 * MS);
    drain(10);
    stream.handleLoss(0, 60 * MS);
    stream.handleLoss(1, 60 * MS);
    drain(60);
    expect(writer.written).toEqual(['picture', 'again 5', 'again 5']);
    stream.handleLoss(1, 70 * MS);
    drain(70);
    expect(writer.written).toHaveLength(3);
  });

  it('asks for a keyframe, once, when what is missing is too old to be sent again', () => {
    stream.enqueue(unitOf(1, { isKeyframe: true, rtpTimestamp: 9_000 }), 0);
    writer.expired.set(3, 12_000);
    stream.retransmit([3], 0);
    stream.retransmit([3], 100 * MS);
    expect(keyframes).toBe(1);
    stream.enqueue(unitOf(1, { isKeyframe: true, rtpTimestamp: 15_000 }), 200 * MS);
    stream.retransmit([3], 300 * MS);
    expect(keyframes).toBe(1);
  });

  it('asks for one likewise when what is missing has waited too long for its turn', () => {
    stream.enqueue(unitOf(1, { isKeyframe: true, rtpTimestamp: 9_000 }), 0);
    stream.retransmit([3], 0);
    writer.expired.set(3, 9_000);
    drain();
    expect(keyframes).toBe(1);
  });

  it('leaves out what comes too late, and goes on at the next keyframe', () => {
    control.room = 0;
    stream.enqueue(unitOf(1, { isKeyframe: true }), 0);
    control.room = 1;
    drain(0, 10);
    for (let ms = 100; ms <= 1_200; ms += 100) stream.enqueue(unitOf(1), ms * MS);
    expect(keyframes).toBe(1);
    control.room = 100;
    stream.enqueue(unitOf(1), 1_300 * MS);
    stream.enqueue(unitOf(2, { isKeyframe: true }), 1_400 * MS);
    drain(1_400);
    expect(writer.written).toEqual(['picture', 'picture', 'picture']);
  });

  it('asks a dead path whether it lives while it has nothing else to send', () => {
    control.room = 1;
    stream.enqueue(unitOf(1, { isKeyframe: true }), 0);
    drain(0, 10);
    stream.enqueue(unitOf(1), 0);
    stream.enqueue(unitOf(1), 1_000 * MS);
    control.path = 'silent';
    for (let ms = 1_000; ms < 3_000; ms += 100) stream.pump(ms * MS);
    expect(writer.written.filter((what) => what === 'copy')).toHaveLength(4);
    control.path = 'open';
    for (let ms = 3_000; ms < 5_000; ms += 100) stream.pump(ms * MS);
    expect(writer.written.filter((what) => what === 'copy')).toHaveLength(4);
  });

  it('says when nothing waits', () => {
    stream.enqueue(unitOf(2, { isKeyframe: true }), 0);
    drain();
    expect(control.idle).toBe(1);
  });
});
