import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSequenceInfo } from './sequence-parameter-set.ts';
import { TestPicture } from './test-picture/test-picture.ts';
import { nextUnit } from './testing/next-unit.ts';

const fromHex = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

describe('readSequenceInfo', () => {
  it.each([
    // x264, high profile, 1920x1080: a row of macroblocks is cropped.
    ['6764002aacd940780227e5c0440000030004000003 00f03c60c658'.replaceAll(' ', ''), 100, 1920, 1080],
    // Constrained baseline, 640x480, of a hardware encoder.
    ['6742c01eda0280f684000003000400000300f23c58ba80', 66, 640, 480],
  ])('reads %s', (hex, profile, width, height) => {
    expect(readSequenceInfo([Uint8Array.of(9, 0xf0), fromHex(hex)])).toEqual({ profile, width, height });
  });

  it('reads what the test picture writes, in every size', async () => {
    for (const format of [
      { width: 1280, height: 720, frameRate: 30 },
      { width: 322, height: 242, frameRate: 30 },
    ]) {
      const picture = new TestPicture({ format });
      const unit = nextUnit(picture);
      await picture.start();
      const { width, height } = format;
      expect(readSequenceInfo((await unit).nalUnits)).toMatchObject({ width, height });
      await picture.close();
    }
  });

  it('finds nothing where there is none', () => {
    expect(readSequenceInfo([Uint8Array.of(0x65, 1, 2)])).toBeNull();
    expect(readSequenceInfo([Uint8Array.of(0x67, 66)])).toBeNull();
  });

  it('survives anything', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        readSequenceInfo([Uint8Array.of(0x67, ...bytes)]);
      }),
    );
  });
});
