import type { MediaPacket, PacketizedUnit } from '../packetizer.ts';

/** A picture already cut into so many packets of so many bytes. */
export function unitOf(
  packets: number,
  { isKeyframe = false, bytes = 1000, rtpTimestamp = 0 } = {},
): PacketizedUnit {
  const payload = new Uint8Array(bytes);
  const all: MediaPacket[] = Array.from({ length: packets }, (_, index) => {
    return { payload, marker: index === packets - 1, rtpTimestamp, capturedAtMs: 0 };
  });
  return { packets: all, rtpTimestamp, isKeyframe, rendition: 'main' };
}
