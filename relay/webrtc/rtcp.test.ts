import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toNtpTime } from './ntp-time.ts';
import { encodeGoodbye, encodeSenderReport, parseRtcp } from './rtcp.ts';

function bytes(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(/\s/gu, ''), 'hex');
}

describe('rtcp', () => {
  it('reads a compound packet in order', () => {
    const packet = bytes(`
      81c90007 00000001 0000000a 40fffffe 00010005 0000005a 11112222 00010000
      81ce0002 00000001 0000000a
      84ce0004 00000001 00000000 0000000a 07000000`);
    expect(parseRtcp(packet)).toEqual([
      {
        type: 'reception',
        report: {
          ssrc: 10,
          fractionLost: 0.25,
          cumulativeLost: -2,
          highestSequenceNumber: 65_541,
          jitter: 90,
          lastSenderReport: 0x1111_2222,
          delaySinceLastSenderReport: 65_536,
        },
      },
      { type: 'pli', ssrc: 10 },
      { type: 'fir', ssrc: 10, commandNumber: 7 },
    ]);
  });

  it('spreads a NACK over the sequence numbers it names, through the wrap', () => {
    expect(parseRtcp(bytes('81cd0003 00000001 0000000a fffe0005'))).toEqual([
      { type: 'nack', ssrc: 10, sequenceNumbers: [65_534, 65_535, 1] },
    ]);
  });

  it('reads a REMB with its exponent, whichever stream comes first', () => {
    expect(parseRtcp(bytes('8fce0006 00000001 00000000 52454d42 020a4217 0000000b 0000000a'))).toEqual([
      { type: 'remb', bitrateBps: 0x2_4217 * 4, ssrcs: [11, 10] },
    ]);
  });

  it('reads reports on every packet of the transport', () => {
    expect(parseRtcp(bytes('8fcd0005 00000001 0000000a 0005 0002 000003 07 2002 0100'))).toEqual([
      {
        type: 'transport-feedback',
        feedback: {
          baseSequenceNumber: 5,
          referenceTime: 3,
          feedbackCount: 7,
          deltas: Int32Array.of(1, 0),
        },
      },
    ]);
  });

  it('skips what it does not know', () => {
    expect(parseRtcp(bytes('80cc0001 00000001 81cb0001 00000001'))).toEqual([]);
  });

  it('throws on nothing', () => {
    const heads = fc.constantFrom(0x80, 0x81, 0x84, 0x8f, 0x9f);
    const types = fc.integer({ min: 199, max: 207 });
    const packets = fc
      .array(fc.tuple(heads, types, fc.uint8Array({ maxLength: 40 })), { maxLength: 4 })
      .map((parts) =>
        Buffer.concat(
          parts.map(([head, type, body]) => Buffer.from([head, type, 0, body.length >> 2, ...body])),
        ),
      );
    fc.assert(fc.property(packets, (packet) => Array.isArray(parseRtcp(packet))));
  });

  it('writes a sender report with its canonical name', () => {
    const packet = encodeSenderReport({
      ssrc: 10,
      ntp: toNtpTime(1500),
      rtpTimestamp: 0xffff_ffff,
      packetsSent: 2 ** 32 + 1,
      payloadBytesSent: 99,
      cname: 'ab',
    });
    expect(packet.toString('hex')).toBe(
      `80c80006 0000000a 83aa7e81 80000000 ffffffff 00000001 00000063 81ca0003 0000000a 01026162 00000000`.replaceAll(
        ' ',
        '',
      ),
    );
  });

  it('says goodbye for both streams', () => {
    expect(encodeGoodbye([10, 11]).toString('hex')).toBe('82cb0002' + '0000000a' + '0000000b');
  });
});
