import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRtpHeader, parseRtpHeader, stripPadding } from './rtp-packet.ts';

const header = { payloadType: 111, marker: true, sequenceNumber: 65_535, timestamp: 4_000_000_000, ssrc: 9 };

describe('rtp packet', () => {
  it('reads what it writes', () => {
    expect(parseRtpHeader(encodeRtpHeader(header))).toEqual({ ...header, hasPadding: false, bytes: 12 });
  });

  it('finds the payload behind sources and an extension', () => {
    const packet = Buffer.concat([encodeRtpHeader(header), Buffer.alloc(40)]);
    packet.writeUInt8(0xb2, 0);
    packet.writeUInt16BE(2, 12 + 2 * 4 + 2);
    expect(parseRtpHeader(packet)).toMatchObject({ hasPadding: true, bytes: 12 + 8 + 4 + 8 });
  });

  it.each([
    ['a header that is cut off', Buffer.alloc(11, 0x80)],
    ['another version', Buffer.alloc(40, 0x40)],
    ['sources beyond its end', Buffer.concat([Buffer.of(0x8f), Buffer.alloc(20)])],
    [
      'an extension beyond its end',
      Buffer.concat([Buffer.of(0x90), Buffer.alloc(13), Buffer.alloc(9, 0xff)]),
    ],
  ])('is none with %s', (_, packet) => {
    expect(parseRtpHeader(packet)).toBeNull();
  });

  it('never claims more than there is, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const parsed = parseRtpHeader(Buffer.from(bytes));
        expect(parsed === null || parsed.bytes <= bytes.length).toBe(true);
      }),
    );
  });

  it('takes off padding that can be, and refuses what cannot', () => {
    expect(stripPadding(Buffer.from([5, 6, 0, 0, 3]), true)).toEqual(Buffer.from([5, 6]));
    expect(stripPadding(Buffer.from([5, 6]), false)).toEqual(Buffer.from([5, 6]));
    for (const bytes of [[], [0], [1, 3]]) expect(stripPadding(Buffer.from(bytes), true)).toBeNull();
  });
});
