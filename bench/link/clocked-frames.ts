import type { Page } from '@playwright/test';
import {
  CLOCK_CELL_COUNT,
  CLOCK_CELL_PX,
  type LumaPlane,
  parseClockStrip,
  readClockStrip,
  unwrapClockStrip,
} from '#shared/clock-strip.ts';
import type { ShownFrame } from '../../e2e/stage/picture-clock.ts';

interface RawFrame {
  readonly shownAtMs: number;
  readonly width: number;
  readonly height: number;
  readonly luma: string;
  readonly stride: number;
}

/** How the strip is drawn in a smaller picture: in more rows, as our captures do, or smaller with all the rest. */
export type StripScaling = 'wrapped' | 'scaled';

/** Watches the page's video for so long and reads the clock of every frame it presents, however few there are. */
export async function watchFramesFor(page: Page, ms: number, scaling: StripScaling): Promise<ShownFrame[]> {
  const raw = await page.evaluate(collectFrames, ms);
  const read = scaling === 'wrapped' ? readClockStrip : readScaledStrip;
  return raw.map(({ shownAtMs, width, height, luma, stride }) => {
    const plane = { data: new Uint8Array(Buffer.from(luma, 'base64')), stride };
    const time = read(plane, width);
    return {
      shownAtMs,
      capturedAtMs: time === null ? null : unwrapClockStrip(time, shownAtMs),
      width,
      height,
    };
  });
}

/** Of a picture that was 640 pixels wide when the strip was drawn across it. */
function readScaledStrip(plane: LumaPlane, width: number): number | null {
  const cellPx = width / CLOCK_CELL_COUNT;
  const middle = Math.floor(cellPx / 2);
  const cells = Array.from({ length: CLOCK_CELL_COUNT }, (_, cell) => {
    const left = Math.floor(cell * cellPx) + middle - 1;
    const sums = [middle - 1, middle].map((y) => {
      const at = y * plane.stride + left;
      return (plane.data[at] ?? 0) + (plane.data[at + 1] ?? 0);
    });
    return sums.reduce((sum, value) => sum + value, 0) / 4 > CLOCK_CELL_PX * 8;
  });
  return parseClockStrip(cells);
}

/** Runs in the page. */
async function collectFrames(ms: number): Promise<RawFrame[]> {
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
  const video = findVideo(document);
  if (!video) throw new Error('the page has no video');
  const frames: Promise<RawFrame>[] = [];
  let isOver = false;
  const follow = () =>
    video.requestVideoFrameCallback((_, { presentationTime }) => {
      if (isOver) return;
      frames.push(read(video, performance.timeOrigin + presentationTime));
      follow();
    });
  follow();
  await new Promise((resolve) => setTimeout(resolve, ms));
  isOver = true;
  const settled = await Promise.allSettled(frames);
  return settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
}
