import { beforeEach, describe, expect, it } from 'vitest';
import { toCompactNtp, toNtpTime } from './ntp-time.ts';
import { type ReceptionFeedback, ViewerFeedback } from './viewer-feedback.ts';

const NOW_MS = 1_700_000_000_000;

let feedback: ViewerFeedback;
let nacks: (readonly number[])[];
let keyframes: number;
let reports: ReceptionFeedback[];

beforeEach(() => {
  nacks = [];
  keyframes = 0;
  reports = [];
  feedback = new ViewerFeedback({
    ssrc: 10,
    onNack: (sequenceNumbers) => nacks.push(sequenceNumbers),
  });
  feedback.onKeyframeRequest(() => keyframes++);
  feedback.onReception((report) => reports.push(report));
});

function receive(hex: string): void {
  feedback.receive(Buffer.from(hex.replaceAll(' ', ''), 'hex'), NOW_MS);
}

function fir(commandNumber: string): string {
  return `84ce0004 00000001 00000000 0000000a ${commandNumber}000000`;
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}

describe('viewer feedback', () => {
  it('passes on reports on packets, whichever stream they name', () => {
    const bases: number[] = [];
    feedback.onTransportFeedback(({ baseSequenceNumber }) => bases.push(baseSequenceNumber));
    for (const ssrc of ['0000000a', '0000000b'])
      receive(`8fcd0005 00000001 ${ssrc} 0005 0001 000003 07 2001 28 00`);
    expect(bases).toEqual([5, 5]);
  });

  it('takes a repeated FIR for the same request', () => {
    for (const number of ['01', '01', '02']) receive(fir(number));
    expect(keyframes).toBe(2);
  });

  it('hears nothing about other streams', () => {
    receive('81ce0002 00000001 0000000b');
    receive('81cd0003 00000001 0000000b 00010000');
    expect([keyframes, nacks.length]).toEqual([0, 0]);
  });

  it('measures the round trip from a report', () => {
    const sentAt = toCompactNtp(toNtpTime(NOW_MS - 250));
    receive(`81c90007 00000001 0000000a 80000000 00000000 00000384 ${hex(sentAt)} ${hex(0.05 * 65_536)}`);
    expect(reports[0]).toMatchObject({ fractionLost: 0.5, jitterMs: 10 });
    expect(reports[0]?.roundTripMs).toBeCloseTo(200, 0);
  });

  it('does not believe in a negative round trip', () => {
    const future = toCompactNtp(toNtpTime(NOW_MS + 5000));
    receive(`81c90007 00000001 0000000a 00000000 00000000 00000000 ${hex(future)} 00000000`);
    expect(reports[0]?.roundTripMs).toBe(0);
  });

  it('passes on a bounded number of requests a second, whatever round trip the viewer states', () => {
    const everything = Buffer.from(
      `81cd0016 00000001 0000000a ${'0001ffff '.repeat(20)}`.replaceAll(' ', ''),
      'hex',
    );
    const passed = () => nacks.reduce((sum, sequenceNumbers) => sum + sequenceNumbers.length, 0);
    for (let count = 0; count < 100; count++) feedback.receive(everything, NOW_MS + count);
    expect(passed()).toBe(1000);
    feedback.receive(everything, NOW_MS + 1000);
    expect(passed()).toBe(1000 + 340);
  });
});
