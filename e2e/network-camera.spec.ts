import { expect } from '@playwright/test';
import { hasGstreamer } from '../relay/capture/testing/gstreamer-here.ts';
import { canServeRtsp, type RtspServer, startRtspServer } from '../relay/capture/testing/rtsp-server.ts';
import { becomeOwner, stateOf } from './stage/phone.ts';
import { childrenOf } from './stage/process-tree.ts';
import { test as base } from './stage/test.ts';

interface NetworkCamera {
  /** Starts it, after the first time on the same port; it ends with the test. */
  readonly plugIn: () => Promise<RtspServer>;
}

const test = base.extend<NetworkCamera>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
  plugIn: async ({}, use) => {
    base.skip(
      !hasGstreamer('rtspsrc', 'h264parse') || !canServeRtsp(),
      'GStreamer is not here, or no RTSP server',
    );
    const started: RtspServer[] = [];
    await use(async () => {
      const port = Number(new URL(started[0]?.url ?? 'rtsp://none:0').port);
      const server = await startRtspServer('h264', { port });
      started.push(server);
      return server;
    });
    for (const server of started) await server.close();
  },
});

/** The camera tries again within ten seconds, and makes a keyframe every second. */
const BACK_LIMIT_MS = 20_000;
/** The device is let go of three seconds after the last viewer. */
const OFF_LIMIT_MS = 5_000;

test('a camera in the network is shown as it sends, missed in words, and back by itself', async ({
  openHouse,
  openPhone,
  plugIn,
}) => {
  const camera = await plugIn();
  const house = await openHouse({ source: camera.url });
  const page = await (await openPhone()).context.newPage();
  await becomeOwner(page, house);
  expect(house.output).toContain('H.264 as it comes');
  await camera.close();
  await expect(stateOf(page)).toHaveText('The lens does not answer. Trying again');
  await plugIn();
  await expect(stateOf(page)).toHaveText(/^Live/, { timeout: BACK_LIMIT_MS });
  await page.close();
  await expect.poll(() => childrenOf(house.relayPid), { timeout: OFF_LIMIT_MS }).toEqual([]);
});
