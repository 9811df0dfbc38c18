import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPacketizer, MAX_PAYLOAD_BYTES, type PacketizedUnit } from './packetizer.ts';
import { keyframe, picture } from './testing/pictures.ts';

/** Puts NAL units together again as a receiver does (RFC 6184 §5.7.1, §5.8). */
function depacketize({ packets }: PacketizedUnit): Buffer[] {
  const nalUnits: Buffer[] = [];
  for (const { payload } of packets) {
    const bytes = Buffer.from(payload);
    const type = bytes.readUInt8(0) & 0x1f;
    if (type === 24) nalUnits.push(...split(bytes));
    else if (type === 28) joinFragment(nalUnits, bytes);
    else nalUnits.push(bytes);
  }
  return nalUnits;
}

function split(packet: Buffer): Buffer[] {
  const nalUnits: Buffer[] = [];
  for (let at = 1; at < packet.length; at += 2 + packet.readUInt16BE(at)) {
    nalUnits.push(packet.subarray(at + 2, at + 2 + packet.readUInt16BE(at)));
  }
  return nalUnits;
}

function joinFragment(nalUnits: Buffer[], packet: Buffer): void {
  const header = packet.readUInt8(1);
  const body = packet.subarray(2);
  if (header & 0x80) {
    nalUnits.push(Buffer.concat([Buffer.from([(packet.readUInt8(0) & 0x60) | (header & 0x1f)]), body]));
  } else {
    nalUnits.push(Buffer.concat([nalUnits.pop() ?? Buffer.alloc(0), body]));
  }
}

describe('packetizer', () => {
  it('sends parameter sets together and cuts the slice evenly', () => {
    const unit = createPacketizer().packetize(keyframe(0, 3000));
    expect(unit.packets.map(({ payload }) => (payload[0] ?? 0) & 0x1f)).toEqual([24, 28, 28, 28]);
    expect(unit.packets.map(({ marker }) => marker)).toEqual([false, false, false, true]);
    expect(unit.isKeyframe).toBe(true);
  });

  it('loses nothing and stays within the limit, whatever the sizes', () => {
    const sizes = fc.array(fc.integer({ min: 2, max: 20_000 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(sizes, (lengths) => {
        const nalUnits = lengths.map((length) => Buffer.alloc(length, 7).fill(0x41, 0, 1));
        const unit = createPacketizer().packetize({
          nalUnits,
          isKeyframe: false,
          capturedAtMs: 0,
          rendition: 'main',
        });
        expect(Math.max(...unit.packets.map(({ payload }) => payload.length))).toBeLessThanOrEqual(
          MAX_PAYLOAD_BYTES,
        );
        expect(depacketize(unit)).toEqual(nalUnits);
      }),
    );
  });

  it('leaves out access unit delimiters', () => {
    const nalUnits = [Uint8Array.of(9, 0xf0), ...picture(0).nalUnits];
    const unit = createPacketizer().packetize({
      nalUnits,
      isKeyframe: false,
      capturedAtMs: 0,
      rendition: 'main',
    });
    expect(unit.packets).toHaveLength(1);
  });

  it('counts 90 ticks a millisecond, from anywhere, through the wrap', () => {
    const packetizer = createPacketizer();
    const at = (ms: number) => packetizer.packetize(picture(ms)).rtpTimestamp;
    const start = at(1_700_000_000_000);
    expect((at(1_700_000_000_040) - start) >>> 0).toBe(3600);
    const day = 24 * 3600 * 1000;
    expect((at(1_700_000_000_000 + day) - start) >>> 0).toBe((day * 90) % 2 ** 32);
  });

  it('goes on forward when the wall clock is set back', () => {
    const packetizer = createPacketizer();
    const at = (ms: number) => packetizer.packetize(picture(ms)).rtpTimestamp;
    const before = at(1_700_000_000_000);
    const after = at(1_600_000_000_000);
    expect((after - before) >>> 0).toBe(33 * 90);
    expect((at(1_600_000_000_040) - after) >>> 0).toBe(3600);
  });

  it('gives pictures of one moment one timestamp, whichever rendition comes first', () => {
    const packetizer = createPacketizer();
    const at = (ms: number, rendition: 'main' | 'low') =>
      packetizer.packetize({ ...picture(ms), rendition }).rtpTimestamp;
    const main = at(1_700_000_000_000, 'main');
    expect(at(1_700_000_000_000, 'low')).toBe(main);
    const later = at(1_700_000_000_040, 'low');
    expect((later - main) >>> 0).toBe(3600);
    expect(at(1_700_000_000_040, 'main')).toBe(later);
  });
});
