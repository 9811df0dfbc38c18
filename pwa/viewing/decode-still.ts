/** Of an IDR picture that was coded well; another encoding would only lose. */
const JPEG_QUALITY = 0.95;
const SPS = 7;
const PATIENCE_MS = 3_000;

/**
 * Makes a JPEG of one IDR access unit of H.264, a byte stream with its SPS and PPS; null where this browser cannot, or the
 * picture cannot be decoded.
 */
export async function decodeStill(bytes: Uint8Array<ArrayBuffer>): Promise<Blob | null> {
  const codec = codecOf(bytes);
  if (codec === null || !('VideoDecoder' in globalThis)) return null;
  const frame = await decodeOne(codec, bytes).catch(() => null);
  if (frame === null) return null;
  try {
    const canvas = document.createElement('canvas');
    canvas.width = frame.displayWidth;
    canvas.height = frame.displayHeight;
    canvas.getContext('2d')?.drawImage(frame, 0, 0);
    return await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', JPEG_QUALITY));
  } finally {
    frame.close();
  }
}

async function decodeOne(codec: string, data: Uint8Array<ArrayBuffer>): Promise<VideoFrame> {
  const { promise, resolve, reject } = Promise.withResolvers<VideoFrame>();
  const decoder = new VideoDecoder({ output: resolve, error: reject });
  const patience = setTimeout(reject, PATIENCE_MS, new DOMException('no frame', 'TimeoutError'));
  try {
    decoder.configure({ codec, optimizeForLatency: true });
    decoder.decode(new EncodedVideoChunk({ type: 'key', timestamp: 0, data }));
    decoder.flush().catch(reject);
    return await promise;
  } finally {
    clearTimeout(patience);
    if (decoder.state !== 'closed') decoder.close();
  }
}

/** As RFC 6381 §3.3 names it, of the profile, constraints and level in the SPS (ITU-T H.264 §7.3.2.1.1). */
function codecOf(bytes: Uint8Array): string | null {
  for (let at = 0; at + 6 < bytes.length; at++) {
    const isStart = bytes[at] === 0 && bytes[at + 1] === 0 && bytes[at + 2] === 1;
    if (!isStart || ((bytes[at + 3] ?? 0) & 0x1f) !== SPS) continue;
    const digits = [...bytes.subarray(at + 4, at + 7)].map((byte) => byte.toString(16).padStart(2, '0'));
    return `avc1.${digits.join('')}`;
  }
  return null;
}
