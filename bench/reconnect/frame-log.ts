import type { Page } from '@playwright/test';

declare global {
  /** When each frame of a camera was shown, milliseconds since the Unix epoch, in a page that keeps the log. */
  var latchkeyFrames: number[];
}

/** Has the pages of a context write down when they show frames, whatever becomes of their streams. */
export function installFrameLog(): void {
  globalThis.latchkeyFrames = [];
  const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject');
  const follow = (video: HTMLVideoElement, stream: MediaProvider): void => {
    video.requestVideoFrameCallback((_, { presentationTime, rtpTimestamp }) => {
      // A stream that ends leaves a black frame, which came by no packet.
      if (rtpTimestamp !== undefined) latchkeyFrames.push(performance.timeOrigin + presentationTime);
      if (video.srcObject === stream) follow(video, stream);
    });
  };
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    ...source,
    set(stream: MediaProvider | null) {
      source?.set?.call(this, stream);
      if (stream !== null && this instanceof HTMLVideoElement) follow(this, stream);
    },
  });
}

/** Waits until there are frames for `steadyMs` without a stop, and after `sinceMs`; all so far. */
export async function readFrames(
  page: Page,
  {
    sinceMs,
    steadyMs,
    limitMs,
  }: { readonly sinceMs: number; readonly steadyMs: number; readonly limitMs: number },
): Promise<readonly number[]> {
  await page.waitForFunction(
    ([since, steady]) => {
      const last = latchkeyFrames.at(-1) ?? 0;
      const start = latchkeyFrames.findLastIndex((at, index) => at - (latchkeyFrames[index - 1] ?? 0) > 500);
      return last - Math.max(since, latchkeyFrames[start] ?? 0) > steady;
    },
    [sinceMs, steadyMs] as const,
    { polling: 100, timeout: limitMs },
  );
  return await page.evaluate(() => latchkeyFrames);
}
