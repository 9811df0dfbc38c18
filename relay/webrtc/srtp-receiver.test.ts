import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRtpHeader, parseRtpHeader } from './rtp-packet.ts';
import { createSrtpSender } from './srtp.ts';
import { createSrtpReceiver } from './srtp-receiver.ts';

const master = { key: randomBytes(16), salt: randomBytes(12) };
const sender = createSrtpSender(master);

/** An authentic packet; the index is its rollover counter and sequence number. */
function protect(index: number, ssrc = 7, payload = Buffer.from(`packet ${index}`)): Buffer {
  const sequenceNumber = index % 0x1_0000;
  const rolloverCounter = Math.floor(index / 0x1_0000);
  const header = encodeRtpHeader({ payloadType: 111, marker: false, sequenceNumber, timestamp: 1, ssrc });
  return sender.protectRtp(header, payload, { ssrc, rolloverCounter, sequenceNumber });
}

function openWith(receiver = createSrtpReceiver(master)): (packet: Buffer) => string | null {
  return (packet) => {
    const header = parseRtpHeader(packet);
    return (header && receiver.unprotectRtp(packet, header)?.toString()) ?? null;
  };
}

describe('srtp receiver', () => {
  it('opens what was sealed, in any order, and across rollovers of the sequence number', () => {
    const open = openWith();
    for (const index of [65_533, 65_535, 65_534, 65_537, 65_536, 98_000, 130_000, 131_071, 131_073, 131_072])
      expect(open(protect(index))).toBe(`packet ${index}`);
  });

  it('opens no packet twice, and none that is far behind', () => {
    const open = openWith();
    for (const index of [1000, 1001, 1100]) open(protect(index));
    for (const index of [1000, 1001, 1100, 1020]) expect(open(protect(index))).toBeNull();
    expect(open(protect(1099))).toBe('packet 1099');
  });

  it('is not led astray by forged packets: what is authentic is opened after them', () => {
    const open = openWith();
    open(protect(10));
    for (const index of [60_000, 30_000, 40_000]) {
      const forged = protect(index);
      forged.writeUInt8(forged.readUInt8(14) ^ 1, 14);
      expect(open(forged)).toBeNull();
    }
    expect(open(protect(11))).toBe('packet 11');
  });

  it('keeps a count for each stream, and takes no more streams than a phone has', () => {
    const open = openWith();
    for (let ssrc = 1; ssrc <= 16; ssrc++) expect(open(protect(5, ssrc))).toBe('packet 5');
    expect(open(protect(5, 17))).toBeNull();
    expect(open(protect(6, 16))).toBe('packet 6');
  });

  it('refuses any change of a packet, its header included, and anything else', () => {
    const packet = protect(10, 7, Buffer.from('some sound of a phone'));
    fc.assert(
      fc.property(fc.nat(packet.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(packet);
        changed.writeUInt8(changed.readUInt8(at) ^ change, at);
        expect(openWith()(changed)).toBeNull();
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(openWith()(Buffer.from(bytes))).toBeNull();
      }),
    );
    for (let length = 0; length < packet.length; length++)
      expect(openWith()(packet.subarray(0, length))).toBeNull();
  });
});
