import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import type { EncoderTarget } from './congestion/encoder-target.ts';
import { RembControl } from './congestion/remb-control.ts';
import { createRtpWriter } from './rtp-writer.ts';
import { unitOf } from './testing/units.ts';
import { ViewerStream } from './viewer-stream.ts';

let clock: FakeClock;
let sent: Buffer[];
let targets: EncoderTarget[];
let keyframes: number;
let stream: ViewerStream;

beforeEach(() => {
  clock = new FakeClock();
  sent = [];
  targets = [];
  keyframes = 0;
  const writer = createRtpWriter({
    ssrc: 1,
    rtxSsrc: 2,
    cname: 'someone',
    format: { payloadType: 96, rtxPayloadType: 97, profileLevelId: '42e01f', feedback: [] },
    extensions: { absSendTime: 1, playoutDelay: null, transportSequenceNumber: null },
    srtp: {
      protectRtp: (header, payload) => Buffer.concat([header, payload]),
      protectRtcp: (packet) => Buffer.from(packet),
    },
    send: (packet) => sent.push(packet),
    now: () => clock.nowMs(),
  });
  stream = new ViewerStream({
    writer,
    control: new RembControl({ initialBps: 1_000_000, minBps: 100_000, maxBps: 5_000_000 }),
    clock,
    nowUs: () => clock.nowMs() * 1000,
    onTarget: (target) => targets.push(target),
    onKeyframeNeeded: () => keyframes++,
  });
});

afterEach(() => {
  stream.close();
  expect(clock.pending).toBe(0);
});

describe('viewer stream', () => {
  it('sends the beginning of a picture at once, and the rest in time', () => {
    stream.handleEstimate(1_000_000);
    stream.send(unitOf(15, { isKeyframe: true }));
    expect(sent).toHaveLength(1);
    clock.advance(50);
    expect(sent.length).toBeGreaterThan(7);
    expect(sent.length).toBeLessThan(11);
    clock.advance(100);
    expect(sent).toHaveLength(15);
  });

  it('keeps no fast timer running when nothing waits', () => {
    stream.send(unitOf(5, { isKeyframe: true }));
    clock.advance(500);
    expect(clock.pending).toBe(1);
  });

  it('tells what may be made when that has changed', () => {
    stream.handleEstimate(2_000_000);
    stream.handleEstimate(2_010_000);
    stream.handleEstimate(1_000_000);
    clock.advance(1_000);
    expect(targets.map(({ bitrateBps }) => bitrateBps)).toEqual([1_748_400, 874_200]);
  });

  it('tells that pictures would only wait, and that they need not any more', () => {
    stream.handleEstimate(200_000);
    stream.send(unitOf(10, { isKeyframe: true }));
    clock.advance(100);
    expect(targets.at(-1)?.skipMs).toBeGreaterThan(100);
    clock.advance(1_000);
    expect(targets.at(-1)?.skipMs).toBe(0);
  });

  it('sends again at once what was sent', () => {
    stream.send(unitOf(1, { isKeyframe: true }));
    const number = sent[0]?.readUInt16BE(2) ?? 0;
    clock.advance(100);
    stream.retransmit([number, number]);
    expect(sent).toHaveLength(2);
    expect(sent[1]?.readUInt32BE(8)).toBe(2);
  });

  it('passes on a wish for a keyframe once in half a second', () => {
    stream.requestKeyframe();
    stream.requestKeyframe();
    expect(keyframes).toBe(1);
    clock.advance(500);
    expect(keyframes).toBe(2);
    clock.advance(5_000);
    expect(keyframes).toBe(2);
  });

  it('stops in the middle of a picture when it is closed', () => {
    stream.handleEstimate(1_000_000);
    stream.send(unitOf(15, { isKeyframe: true }));
    stream.close();
    clock.advance(1_000);
    expect(sent).toHaveLength(1);
  });
});
