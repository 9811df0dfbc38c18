import { describe, expect, it } from 'vitest';
import { encoderTargetOf, type StreamLoad } from './encoder-target.ts';

const LOAD: StreamLoad = { targetBps: 1_000_000, retransmissionBps: 0, waitingBytes: 0, backlogUs: 0 };

describe('encoder target', () => {
  it('leaves room for headers and for pictures that turn out larger', () => {
    expect(encoderTargetOf(LOAD)).toEqual({ bitrateBps: 874_200, skipMs: 0 });
  });

  it('takes off what is sent again', () => {
    expect(encoderTargetOf({ ...LOAD, retransmissionBps: 200_000 }).bitrateBps).toBe(686_200);
  });

  it('works off what waits longer than 60 ms, and always leaves a picture something', () => {
    expect(encoderTargetOf({ ...LOAD, waitingBytes: 7_500 }).bitrateBps).toBe(874_200);
    expect(encoderTargetOf({ ...LOAD, waitingBytes: 20_000 }).bitrateBps).toBe(686_200);
    expect(encoderTargetOf({ ...LOAD, waitingBytes: 200_000 }).bitrateBps).toBe(282_000);
  });

  it('has pictures left out while they would only wait', () => {
    expect(encoderTargetOf({ ...LOAD, backlogUs: 150_000 }).skipMs).toBe(0);
    expect(encoderTargetOf({ ...LOAD, backlogUs: 400_000 }).skipMs).toBe(350);
  });
});
