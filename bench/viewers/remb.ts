const PAYLOAD_FEEDBACK = 206;
const APPLICATION_LAYER = 15;
const MANTISSA_BITS = 18;

/** Says what the path of the streams carries (draft-alvestrand-rmcat-remb-03 §2.2). */
export function encodeRemb(bitrateBps: number, ssrcs: readonly number[]): Buffer {
  const packet = Buffer.alloc(20 + ssrcs.length * 4);
  const exponent = Math.max(0, Math.ceil(Math.log2(bitrateBps + 1)) - MANTISSA_BITS);
  const mantissa = Math.floor(bitrateBps / 2 ** exponent);
  packet.writeUInt8(0x80 | APPLICATION_LAYER, 0);
  packet.writeUInt8(PAYLOAD_FEEDBACK, 1);
  packet.writeUInt16BE(packet.length / 4 - 1, 2);
  packet.write('REMB', 12, 'latin1');
  packet.writeUInt8(ssrcs.length, 16);
  packet.writeUIntBE(exponent * 2 ** MANTISSA_BITS + mantissa, 17, 3);
  for (const [index, ssrc] of ssrcs.entries()) packet.writeUInt32BE(ssrc, 20 + index * 4);
  return packet;
}
