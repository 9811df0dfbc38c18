/** Pixels of a picture. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

const START_OF_IMAGE = 0xd8;
const START_OF_SCAN = 0xda;
/** Of SOF0 to SOF15 these are something else: Huffman tables, a reservation, arithmetic coding (ITU-T T.81 Table B.1). */
const NO_FRAME = [0xc4, 0xc8, 0xcc];

/** How large a JPEG says that it is, without decoding it (ITU-T T.81 §B.2.2); null where it does not say so. */
export function readJpegSize(bytes: Uint8Array): PictureSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[0] !== 0xff || bytes[1] !== START_OF_IMAGE) return null;
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = view.getUint8(at + 1);
    if (marker === START_OF_SCAN) return null;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && !NO_FRAME.includes(marker);
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    // Bytes of 255 may stand before a marker.
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return null;
}
