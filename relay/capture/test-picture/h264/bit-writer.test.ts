import { describe, expect, it } from 'vitest';
import { BitWriter } from './bit-writer.ts';

const HEADER = 0x67;

describe('BitWriter', () => {
  it('writes Exp-Golomb codes as ITU-T H.264 Table 9-2 has them', () => {
    const out = new BitWriter();
    for (const value of [0, 1, 2, 7]) out.ue(value); // 1 010 011 0001000
    expect(out.finishNalUnit(HEADER)).toEqual(Uint8Array.of(HEADER, 0b10100110, 0b00100010));
  });

  it('maps signed values to codes in turn', () => {
    const out = new BitWriter();
    for (const value of [0, 1, -1, 2]) out.se(value); // 1 010 011 00100
    expect(out.finishNalUnit(HEADER)).toEqual(Uint8Array.of(HEADER, 0b10100110, 0b01001000));
  });

  it('keeps start codes out of the payload', () => {
    const out = new BitWriter();
    for (const byte of [0, 0, 1, 0, 0, 0, 0, 0, 3]) out.u(byte, 8);
    expect([...out.finishNalUnit(HEADER)]).toEqual([HEADER, 0, 0, 3, 1, 0, 0, 3, 0, 0, 3, 0, 3, 0x80]);
  });

  it('begins afresh after each NAL unit', () => {
    const out = new BitWriter();
    out.u(5, 3);
    out.finishNalUnit(HEADER);
    out.u(1, 1);
    expect(out.finishNalUnit(HEADER)).toEqual(Uint8Array.of(HEADER, 0b11000000));
  });
});
