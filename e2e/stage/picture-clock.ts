import type { Page } from '@playwright/test';
import { readClockStrip, unwrapClockStrip } from '#shared/clock-strip.ts';

/** One picture that was really shown, and when its clock says it was taken. */
export interface ShownFrame {
  /** When it was presented, milliseconds since the Unix epoch. */
  readonly shownAtMs: number;
  /** What its strip says, milliseconds since the Unix epoch; null where it shows no valid time. */
  readonly capturedAtMs: number | null;
  readonly width: number;
  readonly height: number;
}

interface RawFrame {
  readonly shownAtMs: number;
  readonly width: number;
  readonly height: number;
  readonly luma: string;
  readonly stride: number;
}

/** How a picture ended. */
export interface EndedPicture {
  /** The last one that was presented. */
  readonly lastFrame: ShownFrame;
  /** When the page took the picture away, milliseconds since the Unix epoch. */
  readonly endedAtMs: number;
}

/**
 * Watches the page's video for `count` presented frames (requestVideoFrameCallback) and reads their clocks;
 * a frame that is presented but not decoded right has none.
 */
export async function watchFrames(page: Page, count: number, timeoutMs = 20_000): Promise<ShownFrame[]> {
  const { frames } = await page.evaluate(collectFrames, { count, timeoutMs });
  return frames.map(readFrame);
}

/** Watches the page's video until the page takes the picture away. */
export async function watchToEnd(page: Page, timeoutMs: number): Promise<EndedPicture> {
  const { frames, atMs } = await page.evaluate(collectFrames, { count: null, timeoutMs });
  const [lastFrame] = frames.map(readFrame);
  if (!lastFrame) throw new Error('the picture ended without a frame');
  return { lastFrame, endedAtMs: atMs };
}

function readFrame({ shownAtMs, width, height, luma, stride }: RawFrame): ShownFrame {
  const plane = { data: new Uint8Array(Buffer.from(luma, 'base64')), stride };
  const time = readClockStrip(plane, width);
  const capturedAtMs = time === null ? null : unwrapClockStrip(time, shownAtMs);
  return { shownAtMs, capturedAtMs, width, height };
}

/** `count` null: the last frame before the end. */
interface CollectOptions {
  readonly count: number | null;
  readonly timeoutMs: number;
}

/** Runs in the page: copies the rows of the strip out of each presented frame, which costs a fifth of a millisecond. */
function collectFrames({ count, timeoutMs }: CollectOptions): Promise<{ frames: RawFrame[]; atMs: number }> {
  const findVideo = (root: ParentNode): HTMLVideoElement | null => {
    for (const element of root.querySelectorAll('*')) {
      if (element instanceof HTMLVideoElement && element.srcObject) return element;
      const inner = element.shadowRoot && findVideo(element.shadowRoot);
      if (inner) return inner;
    }
    return null;
  };
  const read = async (video: HTMLVideoElement, shownAtMs: number): Promise<RawFrame> => {
    const frame = new VideoFrame(video);
    const width = frame.codedWidth;
    const rect = { x: 0, y: 0, width, height: width >= 640 ? 16 : 48 };
    const bytes = new Uint8Array(frame.allocationSize({ rect }));
    const [plane] = await frame.copyTo(bytes, { rect });
    const { displayWidth, displayHeight } = frame;
    frame.close();
    const stride = plane?.stride ?? width;
    const luma = btoa(String.fromCharCode(...bytes.subarray(0, stride * rect.height)));
    return { shownAtMs, width: displayWidth, height: displayHeight, luma, stride };
  };
  return new Promise((resolve, reject) => {
    const frames: Promise<RawFrame>[] = [];
    const timer = setTimeout(
      () => reject(new Error(`${frames.length} of ${count ?? 'the last'} frames in ${timeoutMs} ms`)),
      timeoutMs,
    );
    const finish = () => {
      clearTimeout(timer);
      const atMs = performance.timeOrigin + performance.now();
      Promise.all(frames).then((read) => resolve({ frames: read, atMs }), reject);
    };
    const follow = (video: HTMLVideoElement) => {
      video.requestVideoFrameCallback((_, metadata) => {
        if (count === null) frames.length = 0;
        frames.push(read(video, performance.timeOrigin + metadata.presentationTime));
        // At once: a callback that is asked for after the reading misses the frames meanwhile.
        if (frames.length === count) finish();
        else follow(video);
      });
    };
    const start = () => {
      const video = findVideo(document);
      if (!video) {
        requestAnimationFrame(start);
        return;
      }
      // Also fired when one stream takes the place of another.
      if (count === null) video.addEventListener('emptied', () => video.srcObject === null && finish());
      follow(video);
    };
    start();
  });
}
