import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeByteStream, isKeyframe, splitByteStream } from './nal-units.ts';

describe('splitByteStream', () => {
  it('takes both lengths of start code and leaves delimiters out', () => {
    const stream = Uint8Array.of(
      0,
      0,
      0,
      1,
      9,
      0xf0,
      0,
      0,
      0,
      1,
      0x67,
      1,
      2,
      0,
      0,
      1,
      0x68,
      3,
      0,
      0,
      1,
      0x65,
      4,
    );
    const nalUnits = splitByteStream(stream);
    expect(nalUnits.map((nalUnit) => [...nalUnit])).toEqual([
      [0x67, 1, 2],
      [0x68, 3],
      [0x65, 4],
    ]);
    expect(isKeyframe(nalUnits)).toBe(true);
  });

  it('finds nothing where there is no start code', () => {
    expect(splitByteStream(Uint8Array.of(1, 2, 3))).toEqual([]);
    expect(splitByteStream(new Uint8Array(0))).toEqual([]);
    expect(splitByteStream(Uint8Array.of(0, 0, 1))).toEqual([]);
  });

  it('gives back the units of any stream', () => {
    const nalUnit = fc
      .array(fc.integer({ min: 2, max: 255 }), { minLength: 2, maxLength: 40 })
      .filter((bytes) => ((bytes[0] ?? 0) & 31) !== 9);
    fc.assert(
      fc.property(fc.array(nalUnit, { maxLength: 8 }), (nalUnits) => {
        const stream = encodeByteStream(nalUnits.map((bytes) => Uint8Array.from(bytes)));
        expect(splitByteStream(stream).map((bytes) => [...bytes])).toEqual(nalUnits);
      }),
    );
  });

  it('survives anything', () => {
    const nearStartCodes = fc.array(fc.constantFrom(0, 0, 0, 1, 9, 0x65), { maxLength: 200 });
    fc.assert(
      fc.property(nearStartCodes, (bytes) => {
        for (const nalUnit of splitByteStream(Uint8Array.from(bytes)))
          expect(nalUnit.length).toBeGreaterThan(1);
      }),
    );
  });
});
