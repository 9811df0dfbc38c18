import { beforeEach, describe, expect, it } from 'vitest';
import { type ArrivedPacket, SendHistory } from './send-history.ts';
import { NOT_RECEIVED, type TransportFeedback } from './transport-feedback.ts';

const MS = 1000;

let history: SendHistory;
let arrived: ArrivedPacket[];
let lost: number[];

beforeEach(() => {
  history = new SendHistory();
  arrived = [];
  lost = [];
});

function report(feedback: Partial<TransportFeedback> & { deltas: Int32Array }, nowUs: number): void {
  history.report({ baseSequenceNumber: 0, referenceTime: 0, feedbackCount: 0, ...feedback }, nowUs, {
    onArrival: (packet) => arrived.push({ ...packet }),
    onLoss: (sequenceNumber) => lost.push(sequenceNumber),
  });
}

/** Sends `count` packets of 1,000 bytes, one a millisecond. */
function send(count: number, fromUs = 0): void {
  for (let index = 0; index < count; index++) history.add(1000, fromUs + index * MS);
}

describe('send history', () => {
  it('puts sending and arrival together', () => {
    history.add(1200, 5 * MS);
    history.add(800, 7 * MS, 3);
    report({ referenceTime: 2, deltas: Int32Array.of(4, 8) }, 60 * MS);
    expect(arrived).toEqual([
      { sentAtUs: 5 * MS, arrivedAtUs: 129 * MS, bytes: 1200, cluster: 0 },
      { sentAtUs: 7 * MS, arrivedAtUs: 131 * MS, bytes: 800, cluster: 3 },
    ]);
  });

  it('tells of each packet once, and of a missing one that comes late', () => {
    send(3);
    report({ deltas: Int32Array.of(1, NOT_RECEIVED, 1) }, 50 * MS);
    report({ deltas: Int32Array.of(1, 9, 1) }, 100 * MS);
    expect(arrived.map(({ sentAtUs }) => sentAtUs)).toEqual([0, 2 * MS, MS]);
    expect(lost).toEqual([1]);
  });

  it('counts as in flight what was sent after the newest packet told of', () => {
    send(10);
    expect(history.inFlightBytes).toBe(10_000);
    report({ deltas: Int32Array.of(1, NOT_RECEIVED, 1) }, 50 * MS);
    expect(history.inFlightBytes).toBe(7_000);
    expect(history.inFlightSinceUs).toBe(3 * MS);
  });

  it('gives up after three seconds without a word', () => {
    send(2);
    expect(history.settle(2_999 * MS)).toBe(false);
    expect(history.settle(3_002 * MS)).toBe(true);
    expect(history.inFlightBytes).toBe(0);
    expect(history.inFlightSinceUs).toBeNull();
  });

  it('follows numbers through the wrap of their 16 bits', () => {
    send(0xffff);
    history.add(700, 70_000 * MS);
    history.add(701, 70_001 * MS);
    expect(history.nextSequenceNumber).toBe(1);
    report({ baseSequenceNumber: 0xffff, deltas: Int32Array.of(1, 1) }, 70_050 * MS);
    expect(arrived.map(({ bytes }) => bytes)).toEqual([700, 701]);
  });

  it('follows the reference time through the wrap of its 24 bits', () => {
    send(2);
    report({ referenceTime: 0xff_ffff, deltas: Int32Array.of(0) }, 50 * MS);
    report({ baseSequenceNumber: 1, referenceTime: 0, deltas: Int32Array.of(0) }, 100 * MS);
    expect((arrived[1]?.arrivedAtUs ?? 0) - (arrived[0]?.arrivedAtUs ?? 0)).toBe(64 * MS);
  });

  it('does not believe in packets that were never sent, or long ago', () => {
    send(5_000);
    report({ baseSequenceNumber: 4_990, deltas: new Int32Array(100) }, 5_100 * MS);
    report({ baseSequenceNumber: 0, deltas: new Int32Array(100) }, 5_100 * MS);
    expect(arrived).toHaveLength(10);
  });

  it('counts a packet as lost no sooner than half a second after it was sent', () => {
    send(40);
    report({ deltas: Int32Array.from({ length: 40 }, (_, i) => (i % 4 ? 1 : NOT_RECEIVED)) }, 100 * MS);
    expect(history.lossRate).toBe(0);
    history.settle(600 * MS);
    expect(history.lossRate).toBe(0.25);
    history.forgetLosses();
    expect(history.lossRate).toBe(0);
  });

  it('takes nothing for lost that no feedback has named', () => {
    send(40);
    report({ baseSequenceNumber: 39, deltas: Int32Array.of(1) }, 100 * MS);
    history.settle(600 * MS);
    expect(history.lossRate).toBe(0);
  });
});
