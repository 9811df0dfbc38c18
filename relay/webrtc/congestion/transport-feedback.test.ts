import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeTransportFeedback, NOT_RECEIVED, parseTransportFeedback } from './transport-feedback.ts';

const address = { senderSsrc: 1, mediaSsrc: 2 };

function parse(hex: string) {
  return parseTransportFeedback(Buffer.from(hex.replaceAll(/\s/gu, ''), 'hex'));
}

/** A feedback packet of `count` statuses from 5 on, reference time 3. */
function feedback(count: number, rest: string) {
  return parse(`8fcd0000 00000001 00000002 0005 ${count.toString(16).padStart(4, '0')} 000003 07 ${rest}`);
}

describe('transport feedback', () => {
  it('is read with its base, its time and its count', () => {
    expect(feedback(1, '2001 28 00')).toMatchObject({
      baseSequenceNumber: 5,
      referenceTime: 3,
      feedbackCount: 7,
    });
  });

  it('is read in run lengths', () => {
    expect([...(feedback(5, '2002 0001 4002 0102 fffe 7fff')?.deltas ?? [])]).toEqual([
      1,
      2,
      NOT_RECEIVED,
      -2,
      32_767,
    ]);
  });

  it('is read in vectors of one-bit and two-bit symbols', () => {
    // 1010..., then 01 10 00.
    const deltas = feedback(17, `${(0b10_10100000000000).toString(16)} d800 01 02 03 8000`)?.deltas ?? [];
    expect([...deltas].filter((delta) => delta !== NOT_RECEIVED)).toEqual([1, 2, 3, -32_768]);
    expect([...deltas].map((delta) => delta !== NOT_RECEIVED).lastIndexOf(true)).toBe(15);
  });

  it('ends with its count though a chunk holds more', () => {
    expect(feedback(2, '3fff 01 02')?.deltas).toHaveLength(2);
  });

  it.each([
    ['without chunks', 3, ''],
    ['with too few chunks', 20, '8000'],
    ['with too few deltas', 2, '2002 01'],
    ['with half a delta', 1, '4001 01'],
    ['with the reserved symbol', 1, '6001 0000'],
    ['with runs of nothing', 1, '0000 0000'],
    ['of no packet', 0, '2001 01'],
    ['of more packets than can be out', 65_535, '1fff '.repeat(8)],
  ])('%s is damaged', (_, count, rest) => {
    expect(feedback(count, rest)).toBeNull();
  });

  it('that was written is read the same', () => {
    const delta = fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: 255 }) },
      fc.integer({ min: -0x8000, max: 0x7fff }),
      fc.constant(NOT_RECEIVED),
    );
    const lists = fc.oneof(
      fc.array(delta, { minLength: 1, maxLength: 60 }),
      fc
        .tuple(delta, fc.integer({ min: 1, max: 4096 }))
        .map(([one, length]) => Array.from({ length }, () => one)),
    );
    fc.assert(
      fc.property(lists, fc.nat(0xffff), fc.nat(0xff_ffff), (list, baseSequenceNumber, referenceTime) => {
        const said = {
          baseSequenceNumber,
          referenceTime,
          feedbackCount: 9,
          deltas: Int32Array.from(list),
        };
        expect(parseTransportFeedback(encodeTransportFeedback(said, address))).toEqual(said);
      }),
    );
  });

  it('throws on nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(40), (bytes, count) => {
        const packet = Buffer.from(bytes);
        if (packet.length > 16) packet.writeUInt16BE(count, 14);
        const read = parseTransportFeedback(packet);
        expect(read === null || read.deltas.length === count).toBe(true);
      }),
    );
  });
});
