import { SNAPSHOT_CHANNEL } from '#shared/snapshot-message.ts';
import { decodeStill } from './decode-still.ts';
import { takeSnapshot } from './snapshot.ts';
import { receiveSnapshot, SnapshotError } from './snapshot-channel.ts';

/** What opens data channels beside a picture. */
export interface ChannelOpener {
  /** Null where there is no connection any more. */
  openChannel(label: string): RTCDataChannel | null;
}

/** A picture to keep. */
export interface TakenSnapshot {
  readonly picture: Blob;
  /** Whether it is the camera's own, in full quality; otherwise it is what was on the screen. */
  readonly isFull: boolean;
}

/** One for each connection: the camera serves no second. */
const channels = new WeakMap<ChannelOpener, RTCDataChannel>();

/**
 * A picture from the camera in full quality, or, where it gives none that this browser can make use of, of the frame that
 * is on show; null where there is none of that either.
 */
export async function takeFullSnapshot(
  opener: ChannelOpener | null,
  video: HTMLVideoElement,
): Promise<TakenSnapshot | null> {
  const full = opener === null ? null : await fetchPicture(opener);
  if (full !== null) return { picture: full, isFull: true };
  const shown = await takeSnapshot(video);
  return shown === null ? null : { picture: shown, isFull: false };
}

async function fetchPicture(opener: ChannelOpener): Promise<Blob | null> {
  const channel = channelOf(opener);
  if (channel === null) return null;
  try {
    const { header, bytes } = await receiveSnapshot(channel);
    return header.format === 'video/h264' ? await decodeStill(bytes) : await checkJpeg(bytes);
  } catch (error) {
    if (error instanceof SnapshotError) return null;
    throw error;
  }
}

function channelOf(opener: ChannelOpener): RTCDataChannel | null {
  const known = channels.get(opener);
  if (known && known.readyState !== 'closed' && known.readyState !== 'closing') return known;
  const opened = opener.openChannel(SNAPSHOT_CHANNEL);
  if (opened !== null) channels.set(opener, opened);
  return opened;
}

/** Null for what is none: it would be shared, and not open. */
async function checkJpeg(bytes: Uint8Array<ArrayBuffer>): Promise<Blob | null> {
  const jpeg = new Blob([bytes], { type: 'image/jpeg' });
  try {
    (await createImageBitmap(jpeg)).close();
    return jpeg;
  } catch {
    return null;
  }
}
