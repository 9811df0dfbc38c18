import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameGuard, MAX_PACKET_BYTES, parseFrameHeader } from './mqtt-frames.ts';

function frame(first: number, bodyLength: number): Uint8Array {
  const length: number[] = [];
  for (let rest = bodyLength; ; rest = Math.floor(rest / 128)) {
    length.push((rest % 128) + (rest > 127 ? 0x80 : 0));
    if (rest < 128) break;
  }
  return Uint8Array.of(first, ...length, ...new Uint8Array(bodyLength));
}

describe('frame header', () => {
  it.each([
    [[0x30], null],
    [[0x30, 0x80], null],
    [[0xd0, 0x00], { first: 0xd0, bodyStart: 2, end: 2 }],
    [[0x30, 0x7f], { first: 0x30, bodyStart: 2, end: 129 }],
    [[0x30, 0x80, 0x01], { first: 0x30, bodyStart: 3, end: 131 }],
  ])('of %j is %j (MQTT 3.1.1 table 2.4)', (bytes, expected) => {
    expect(parseFrameHeader(Uint8Array.from(bytes))).toEqual(expected);
  });

  it.each([
    ['a length of five bytes', [0x30, 0x80, 0x80, 0x80, 0x80, 0x01], 'protocol'],
    ['a length of four bytes and no end', [0x30, 0x80, 0x80, 0x80, 0x80], 'protocol'],
    ['the largest length there is', [0x30, 0xff, 0xff, 0xff, 0x7f], 'too_large'],
    ['one byte too many', [...frame(0x30, MAX_PACKET_BYTES - 2)].slice(0, 4), 'too_large'],
  ])('refuses %s', (_name, bytes, code) => {
    expect(() => parseFrameHeader(Uint8Array.from(bytes))).toThrow(expect.objectContaining({ code }));
  });

  it('refuses an oversized length before it is whole', () => {
    expect(() => parseFrameHeader(Uint8Array.of(0x30, 0xff, 0xff, 0xff))).toThrow(
      expect.objectContaining({ code: 'too_large' }),
    );
  });
});

describe('frame guard', () => {
  it('sees the same packets however the stream is cut', () => {
    const packets = fc.array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.nat(400)), { maxLength: 8 });
    fc.assert(
      fc.property(packets, fc.integer({ min: 1, max: 50 }), (list, step) => {
        const stream = Uint8Array.from(list.flatMap(([first, length]) => [...frame(first, length)]));
        const seen: number[] = [];
        const guard = new FrameGuard();
        for (let at = 0; at < stream.length; at += step) {
          guard.push(stream.subarray(at, at + step), (first) => seen.push(first));
        }
        expect(seen).toEqual(list.map(([first]) => first));
      }),
    );
  });

  it('throws nothing but its own codes, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          new FrameGuard().push(bytes, () => undefined);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^(protocol|too_large)$/) });
        }
      }),
    );
  });
});
