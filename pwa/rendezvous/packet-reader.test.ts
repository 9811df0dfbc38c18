import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePublish } from './mqtt-packet.ts';
import { PacketReader } from './packet-reader.ts';

const publish = (payload: Uint8Array) =>
  encodePublish(1, { topic: 'pw1/a', payload, retain: false, isRepeat: false });

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

describe('packet reader', () => {
  it('reads the same packets however the stream is cut', () => {
    const payloads = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(payloads, fc.integer({ min: 1, max: 97 }), (list, step) => {
        const stream = join(list.map(publish));
        const reader = new PacketReader();
        const read: Uint8Array[] = [];
        for (let at = 0; at < stream.length; at += step) {
          for (const packet of reader.push(stream.subarray(at, at + step))) {
            if (packet.type === 'publish') read.push(packet.payload);
          }
        }
        expect(read).toEqual(list.map((payload) => Uint8Array.from(payload)));
      }),
    );
  });

  it('takes several packets of one frame, and empty frames', () => {
    const reader = new PacketReader();
    expect(reader.push(new Uint8Array())).toEqual([]);
    expect(reader.push(Uint8Array.of(0xd0, 0, 0xd0, 0, 0x40))).toHaveLength(2);
    expect(reader.push(Uint8Array.of(2, 0, 1))).toEqual([{ type: 'puback', packetId: 1 }]);
  });

  it('refuses a length that never ends, dripped byte by byte', () => {
    const reader = new PacketReader();
    for (const byte of [0x30, 0x80, 0x80, 0x80]) expect(reader.push(Uint8Array.of(byte))).toEqual([]);
    expect(() => reader.push(Uint8Array.of(0x80))).toThrow(expect.objectContaining({ code: 'protocol' }));
  });

  it('refuses an oversized packet at its header', () => {
    const header = Uint8Array.of(0x30, 0xff, 0xff, 0x7f);
    expect(() => new PacketReader().push(header)).toThrow(expect.objectContaining({ code: 'too_large' }));
  });

  it('throws nothing but its own codes, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }), (chunks) => {
        const reader = new PacketReader();
        try {
          for (const chunk of chunks) reader.push(chunk);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^(protocol|too_large)$/) });
        }
      }),
    );
  });
});
