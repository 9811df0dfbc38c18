import { writeFile } from 'node:fs/promises';
import { crc32, deflateSync } from 'node:zlib';
import type { GreyPicture } from './qr-picture.ts';

/** Chromium plays the file in a loop, so one second of stillness is as good as a minute. */
const FRAME_RATE = 10;
const FRAMES = 2;
const GREY_CHROMA = 128;

/** Writes a still picture as a Y4M film (4:2:0), which Chromium takes for its camera. */
export async function writeY4m(path: string, { width, height, luma }: GreyPicture): Promise<void> {
  const chroma = Buffer.alloc((width * height) / 2, GREY_CHROMA);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, chroma]);
  const header = Buffer.from(`YUV4MPEG2 W${width} H${height} F${FRAME_RATE}:1 Ip A1:1 C420\n`);
  await writeFile(path, Buffer.concat([header, ...Array.from({ length: FRAMES }, () => frame)]));
}

/** The picture as a PNG file (ISO/IEC 15948): a photo from the library. */
export function encodePng({ width, height, luma }: GreyPicture): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // Bits a sample; the rest stays zero: grey, deflate, no filter method but the one, not interlaced.
  const rows = Buffer.alloc((width + 1) * height);
  for (let row = 0; row < height; row++)
    rows.set(luma.subarray(row * width, (row + 1) * width), row * (width + 1) + 1);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
