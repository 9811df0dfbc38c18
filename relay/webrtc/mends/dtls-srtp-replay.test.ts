import { describe, expect, it } from 'vitest';
import { estimateIndex, refuseSrtcpReplay, refuseSrtpReplay } from './dtls-srtp-replay.ts';

const replayed = expect.objectContaining({ code: 'replayed' });

describe('SRTP', () => {
  it('is taken once a packet', () => {
    const session = acceptAll();
    refuseSrtpReplay(session);
    session.decrypt(rtp(1, 10));
    session.decrypt(rtp(1, 9));
    session.decrypt(rtp(2, 10));
    for (const packet of [rtp(1, 10), rtp(1, 9), rtp(2, 10)]) {
      expect(() => session.decrypt(packet)).toThrow(replayed);
    }
  });

  it('is taken once a packet over the wrap of sequence numbers', () => {
    const session = acceptAll();
    refuseSrtpReplay(session);
    for (const sequence of [65534, 65535, 0, 1]) session.decrypt(rtp(1, sequence));
    expect(() => session.decrypt(rtp(1, 65535))).toThrow(replayed);
    expect(() => session.decrypt(rtp(1, 0))).toThrow(replayed);
    expect(session.decrypt(rtp(1, 2))).toHaveLength(20);
  });

  it('that is not authentic uses up nothing', () => {
    const session = acceptAll();
    const accept = session.decrypt;
    session.decrypt = (packet) => {
      if (packet.at(-1) === 0xff) throw new RangeError('tag');
      return accept(packet);
    };
    refuseSrtpReplay(session);
    const forged = rtp(1, 10);
    forged.writeUInt8(0xff, 19);
    expect(() => session.decrypt(forged)).toThrow(RangeError);
    expect(session.decrypt(rtp(1, 10))).toHaveLength(20);
  });

  it('is taken of a bounded number of sources', () => {
    const session = acceptAll();
    refuseSrtpReplay(session);
    for (let source = 0; source < 32; source++) session.decrypt(rtp(source, 1));
    expect(() => session.decrypt(rtp(99, 1))).toThrow(replayed);
    expect(session.decrypt(rtp(5, 2))).toHaveLength(20);
  });

  it.each([
    [10, -1, 10],
    [11, 10, 11],
    [1, 65535, 65537],
    [65535, 65537, 65535],
    [65535, 1, 65535],
    [40_000, 65536 + 100, 40_000],
  ])('with sequence number %i after index %i has index %i', (sequence, newest, index) => {
    expect(estimateIndex(sequence, newest)).toBe(index);
  });
});

describe('SRTCP', () => {
  it.each([
    ['AES-GCM', 7, 0],
    ['AES-CM', 1, 10],
  ])('is taken once a packet with %s', (_, profile, tagBytes) => {
    const session = acceptAll();
    refuseSrtcpReplay(session, profile);
    session.decrypt(rtcp(1, 1, tagBytes));
    session.decrypt(rtcp(1, 2, tagBytes));
    session.decrypt(rtcp(2, 2, tagBytes));
    expect(() => session.decrypt(rtcp(1, 1, tagBytes))).toThrow(replayed);
    expect(() => session.decrypt(rtcp(1, 2, tagBytes))).toThrow(replayed);
  });
});

function acceptAll(): { decrypt: (packet: Buffer) => Buffer } {
  return { decrypt: (packet) => packet };
}

function rtp(source: number, sequence: number): Buffer {
  const packet = Buffer.alloc(20);
  packet.writeUInt16BE(sequence, 2);
  packet.writeUInt32BE(source, 8);
  return packet;
}

/** The index, with its E flag, comes before the tag in AES-CM and last in AES-GCM. */
function rtcp(source: number, index: number, tagBytes: number): Buffer {
  const packet = Buffer.alloc(24 + tagBytes, 0x5a);
  packet.writeUInt32BE(source, 4);
  packet.writeUInt32BE((0x80000000 | index) >>> 0, 20);
  return packet;
}
