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

/**
 * Watches the page's video for `count` presented frames (requestVideoFrameCallback) and reads their clocks;
 * a frame that is presented but not decoded right has none.
 */
export async function watchFrames(page: Page, count: number, timeoutMs = 20_000): Promise<ShownFrame[]> {
  const raw = await page.evaluate(collectFrames, { count, timeoutMs });
  return raw.map(({ shownAtMs, width, height, luma, stride }) => {
    const plane = { data: new Uint8Array(Buffer.from(luma, 'base64')), stride };
    const time = readClockStrip(plane, width);
    const capturedAtMs = time === null ? null : unwrapClockStrip(time, shownAtMs);
    return { shownAtMs, capturedAtMs, width, height };
  });
}

/** Runs in the page: copies the rows of the strip out of each presented frame, which costs a fifth of a millisecond. */
function collectFrames({ count, timeoutMs }: { count: number; timeoutMs: number }): Promise<RawFrame[]> {
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
      () => reject(new Error(`${frames.length} of ${count} frames in ${timeoutMs} ms`)),
      timeoutMs,
    );
    const follow = (video: HTMLVideoElement) => {
      video.requestVideoFrameCallback((_, metadata) => {
        frames.push(read(video, performance.timeOrigin + metadata.presentationTime));
        // At once: a callback that is asked for after the reading misses the frames meanwhile.
        if (frames.length < count) return follow(video);
        clearTimeout(timer);
        Promise.all(frames).then(resolve, reject);
      });
    };
    const start = () => {
      const video = findVideo(document);
      if (video) follow(video);
      else requestAnimationFrame(start);
    };
    start();
  });
}
