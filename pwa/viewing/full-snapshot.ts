import { decodeStill } from './decode-still.ts';
import { readJpegSize } from './jpeg-size.ts';
import { keepPicture, nameSnapshot, takeSnapshot } from './snapshot.ts';
import { receiveSnapshot, SnapshotError } from './snapshot-channel.ts';

/** Three times what the largest camera of a Pi takes; decoded, each has four bytes. */
const MAX_PIXELS = 36_000_000;

/** A picture to keep. */
export interface TakenSnapshot {
  readonly picture: Blob;
  /** Whether it is the camera's own, in full quality; otherwise it is what was on the screen. */
  readonly isFull: boolean;
}

/** Takes a picture and hands it to whoever looks; what to say of it, empty where they thought better of it. */
export async function keepSnapshot(
  cameraName: string,
  channel: RTCDataChannel | null,
  video: HTMLVideoElement,
): Promise<string> {
  const taken = await takeFullSnapshot(channel, video);
  if (taken === null) return 'There is no picture to keep';
  const outcome = await keepPicture(taken.picture, nameSnapshot(cameraName, new Date()));
  if (outcome === 'cancelled') return '';
  return taken.isFull ? 'Snapshot saved' : 'Snapshot saved as the screen shows it';
}

/**
 * A picture from the camera in full quality, or, where it gives none that this browser can make use of, of the frame that
 * is on show; null where there is none of that either.
 */
export async function takeFullSnapshot(
  channel: RTCDataChannel | null,
  video: HTMLVideoElement,
): Promise<TakenSnapshot | null> {
  const full = channel === null ? null : await fetchPicture(channel);
  if (full !== null) return { picture: full, isFull: true };
  const shown = await takeSnapshot(video);
  return shown === null ? null : { picture: shown, isFull: false };
}

async function fetchPicture(channel: RTCDataChannel): Promise<Blob | null> {
  try {
    const { header, bytes } = await receiveSnapshot(channel);
    return header.format === 'video/h264' ? await decodeStill(bytes) : await checkJpeg(bytes);
  } catch (error) {
    if (error instanceof SnapshotError) return null;
    throw error;
  }
}

/** Null for what is none, which would be shared, and not open; and for what would take all memory when it is opened. */
async function checkJpeg(bytes: Uint8Array<ArrayBuffer>): Promise<Blob | null> {
  const size = readJpegSize(bytes);
  if (size === null || size.width * size.height > MAX_PIXELS) return null;
  const jpeg = new Blob([bytes], { type: 'image/jpeg' });
  try {
    (await createImageBitmap(jpeg)).close();
    return jpeg;
  } catch {
    return null;
  }
}
