import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineMessageReader, MAX_PICTURE_BYTES } from './engine-message.ts';

function encode(kind: string, payload: Uint8Array | string): Buffer {
  const header = Buffer.alloc(5, kind);
  header.writeUInt32BE(payload.length, 1);
  return Buffer.concat([header, Buffer.from(payload)]);
}

function encodePicture(capturedAtMs: number, byteStream: Uint8Array): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(capturedAtMs));
  return encode('P', Buffer.concat([time, byteStream]));
}

describe('EngineMessageReader', () => {
  it('reads messages however they are cut', () => {
    const picture = Uint8Array.of(0, 0, 0, 1, 0x65, 1, 2, 3);
    const stream = Buffer.concat([
      encode('R', '{"encoder":"x264"}'),
      encodePicture(1_790_000_000_000, picture),
      encode('R', '{"encoder":"x264"}'),
    ]);
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length)), (cuts) => {
        const reader = new EngineMessageReader();
        const edges = [0, ...cuts.sort((a, b) => a - b), stream.length];
        const messages = edges.flatMap((edge, index) => reader.push(stream.subarray(edge, edges[index + 1])));
        expect(messages.map(({ type }) => type)).toEqual(['ready', 'picture', 'ready']);
        const [, second] = messages;
        if (second?.type !== 'picture') throw new Error('no picture');
        expect(second.capturedAtMs).toBe(1_790_000_000_000);
        expect([...second.byteStream]).toEqual([...picture]);
      }),
    );
  });

  it('reads a fault and strips what a terminal would obey', () => {
    const reader = new EngineMessageReader();
    expect(reader.push(encode('F', 'failed_to_start\nno \u001b[31mcamera'))).toEqual([
      { type: 'fault', code: 'failed_to_start', message: 'no  [31mcamera' },
    ]);
  });

  it.each([
    ['an unknown kind', encode('X', '')],
    ['a picture that is too large', Buffer.from([0x50, ...lengthOf(MAX_PICTURE_BYTES + 9)])],
    ['a picture without bytes', encode('P', 'time')],
    ['a ready that says something else', encode('R', '{"encoder":"abacus"}')],
    ['an answer that is no JSON', encode('I', '{{')],
    ['a snapshot without a picture', encode('S', 'widthsize')],
    ['a fault with an unknown code', encode('F', 'whatever\nx')],
    ['a fault without end', Buffer.from([0x46, ...lengthOf(1_000_000)])],
    ['text where a message should be', Buffer.from('Traceback (most recent call last):')],
  ])('refuses %s', (_, bytes) => {
    expect(() => new EngineMessageReader().push(bytes)).toThrow(RangeError);
  });

  it('never fails otherwise, whatever arrives', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          new EngineMessageReader().push(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});

function lengthOf(bytes: number): number[] {
  return [bytes >>> 24, (bytes >> 16) & 255, (bytes >> 8) & 255, bytes & 255];
}
