import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import type { House } from './stage/house.ts';
import { latchkey, listAccess } from './stage/latchkey.ts';
import {
  becomeOwner,
  expectInList,
  expectLive,
  expectMovingPicture,
  expectPictureSince,
  pressControl,
  stateOf,
} from './stage/phone.ts';
import { childrenOf } from './stage/process-tree.ts';
import { test as base } from './stage/test.ts';

interface WatchStage {
  /** A short film, as a camera would have recorded it. */
  readonly recording: string;
}

const test = base.extend<WatchStage>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
  recording: async ({}, use) => {
    base.skip(!hasGstreamer, 'GStreamer is not here, so no recording is played');
    const directory = await mkdtemp(join(tmpdir(), 'latchkey-recording-'));
    const path = join(directory, 'garden.mp4');
    const pipeline = [
      ...[
        'videotestsrc',
        'num-buffers=60',
        'pattern=smpte',
        '!',
        'video/x-raw,format=I420,width=640,height=360,framerate=30/1',
      ],
      ...['!', 'x264enc', 'speed-preset=ultrafast', '!', 'mp4mux', '!', 'filesink', `location=${path}`],
    ];
    expect(spawnSync('gst-launch-1.0', ['-q', ...pipeline]).status).toBe(0);
    await use(path);
    await rm(directory, { recursive: true, force: true });
  },
});

/** The engine runs on Debian's own Python, whichever stands first in the search path. */
const hasGstreamer =
  spawnSync('gst-inspect-1.0', ['x264enc']).status === 0 &&
  spawnSync('/usr/bin/python3', ['-c', 'import gi']).status === 0;

/** A camera that lost its rendezvous waits up to 10 s before it tries again, and may find it still gone once. */
const REDIAL_LIMIT_MS = 25_000;

/** From the list to the picture. */
async function openFromList(page: Page, house: House): Promise<void> {
  await page.goto(house.pageUrl);
  await expectInList(page, 'Kitchen', 'Online');
  await page.getByRole('button', { name: /^Kitchen/ }).click();
  await expectLive(page);
}

test('the test picture plays in its full size, and its clock moves on', async ({ openHouse, openPhone }) => {
  const house = await openHouse();
  const page = await (await openPhone()).context.newPage();
  await becomeOwner(page, house);
  const frames = await expectMovingPicture(page, 60);
  expect(frames.at(-1)).toMatchObject({ width: 1280, height: 720 });
});

test('a recording plays through GStreamer, over and over, and its engine ends with the last viewer', async ({
  openHouse,
  openPhone,
  recording,
}) => {
  const house = await openHouse({ source: `file:${recording}`, env: { LATCHKEY_CLOCK_STRIP: '1' } });
  const page = await (await openPhone()).context.newPage();
  await becomeOwner(page, house);
  // The film is two seconds long.
  await expectMovingPicture(page, 90);
  expect(await childrenOf(house.relayPid)).not.toEqual([]);
  await page.close();
  await house.written(/view ended.*viewers=0/);
  await expect.poll(() => childrenOf(house.relayPid)).toEqual([]);
});

test('the picture comes back by itself when the camera restarts', async ({ openHouse, openPhone }) => {
  const house = await openHouse();
  const page = await (await openPhone()).context.newPage();
  await becomeOwner(page, house);
  await house.stopRelay();
  await expect(stateOf(page)).not.toHaveText(/^Live/);
  const restartedAt = Date.now();
  await house.startRelay();
  await expectPictureSince(page, restartedAt);
  await expectLive(page);
  expect(house.output).not.toContain('#c1.');
});

test('a camera that is killed says so in words, and lets its owner in again', async ({
  openHouse,
  openPhone,
}) => {
  const house = await openHouse();
  const page = await (await openPhone()).context.newPage();
  await becomeOwner(page, house);
  await house.stopRelay('SIGKILL');
  await expect(stateOf(page)).toHaveText(/^(The picture stopped|Connection lost)/);
  const restartedAt = Date.now();
  await house.startRelay();
  await expectPictureSince(page, restartedAt);
  expect(house.output).not.toContain('#c1.');
});

test('a page that is loaded again, and a browser that is started again, still open the camera', async ({
  openHouse,
  openPhone,
}) => {
  const house = await openHouse();
  const phone = await openPhone();
  const page = await phone.context.newPage();
  await becomeOwner(page, house);
  await page.reload();
  await expectLive(page);
  await expectMovingPicture(page);
  await phone.restart();
  const later = await phone.context.newPage();
  await openFromList(later, house);
  await expectMovingPicture(later);
});

test('the picture goes on without the rendezvous, and new viewings work when it is back', async ({
  openHouse,
  openPhone,
}) => {
  test.setTimeout(120_000);
  const house = await openHouse();
  const phone = await openPhone();
  const page = await phone.context.newPage();
  await becomeOwner(page, house);
  await house.stopRendezvous();
  const stoppedAt = Date.now();
  const frames = await expectMovingPicture(page, 90);
  expect(frames.at(-1)?.capturedAtMs).toBeGreaterThan(stoppedAt);
  await expect(stateOf(page)).toHaveText(/^Live/);
  await house.startRendezvous();
  const second = await phone.context.newPage();
  await second.goto(house.pageUrl);
  await expectInList(second, 'Kitchen', 'Online', REDIAL_LIMIT_MS);
  await second.getByRole('button', { name: /^Kitchen/ }).click();
  await expectLive(second);
  await expectMovingPicture(second);
});

test('two pages watch at once, and the camera counts them out again', async ({ openHouse, openPhone }) => {
  const house = await openHouse();
  const { context } = await openPhone();
  const first = await context.newPage();
  await becomeOwner(first, house);
  const second = await context.newPage();
  await openFromList(second, house);
  await house.written(/view started.*viewers=2/);
  await expectMovingPicture(second);
  await first.bringToFront();
  await expectMovingPicture(first);
  await first.close();
  await house.written(/view ended.*viewers=1/);
  await expectMovingPicture(second);
  await second.close();
  await house.written(/view ended.*viewers=0/);
});

test('a viewing that is left ends at the camera at once', async ({ openHouse, openPhone }) => {
  const house = await openHouse();
  const page = await (await openPhone()).context.newPage();
  await becomeOwner(page, house);
  await pressControl(page, 'Back');
  await house.written(/view ended.*viewers=0/);
  await expectInList(page, 'Kitchen', 'Online');
});

test('the connection is ready while the list is looked at, unseen, and a tap shows the picture over it', async ({
  openHouse,
  openPhone,
}) => {
  const house = await openHouse();
  const page = await (await openPhone()).context.newPage();
  await becomeOwner(page, house);
  await pressControl(page, 'Back');
  await house.written(/view ended.*viewers=0/);
  await house.written(/connection made ready/);
  const [log, access] = [await latchkey(house, 'log', '--json'), await listAccess(house)];
  expect(access).toMatchObject([{ watching: 0 }]);
  await page.getByRole('button', { name: /^Kitchen/ }).click();
  await expectMovingPicture(page);
  expect(house.output.match(/connection made ready|view started/g)?.slice(-2)).toEqual([
    'connection made ready',
    'view started',
  ]);
  expect(JSON.parse(log.output)).toHaveLength(1);
  expect(JSON.parse((await latchkey(house, 'log', '--json')).output)).toHaveLength(2);
  await pressControl(page, 'Back');
  await house.written(/(view ended.*connection made ready.*){2}/s);
  await page.close();
  await house.written(/connection let go/);
});

test('a snapshot is a file with the whole picture', async ({ openHouse, openPhone }) => {
  const house = await openHouse();
  const page = await (await openPhone({ acceptDownloads: true })).context.newPage();
  await becomeOwner(page, house);
  const downloading = page.waitForEvent('download');
  await pressControl(page, 'Snapshot');
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^Kitchen \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.jpg$/);
  expect(readJpegSize(await readFile(await download.path()))).toEqual({ width: 1280, height: 720 });
  await expect(stateOf(page)).toHaveText('Snapshot saved');
});

test('full screen is a tap there and a tap back', async ({ openHouse, openPhone }) => {
  const house = await openHouse();
  const page = await (await openPhone()).context.newPage();
  await becomeOwner(page, house);
  await pressControl(page, 'Full screen');
  await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null)).toBe(true);
  await expectMovingPicture(page);
  await pressControl(page, 'Leave full screen');
  await expect.poll(() => page.evaluate(() => document.fullscreenElement)).toBe(null);
});

test('a camera that is off says so when it is opened, and plays when it is back', async ({
  openHouse,
  openPhone,
}) => {
  const house = await openHouse();
  const page = await (await openPhone()).context.newPage();
  await becomeOwner(page, house);
  await pressControl(page, 'Back');
  await house.stopRelay();
  await expectInList(page, 'Kitchen', 'Not reachable');
  await page.getByRole('button', { name: /^Kitchen/ }).click();
  await expect(page.getByRole('heading', { name: 'The camera does not answer' })).toBeVisible({
    timeout: 40_000,
  });
  await house.startRelay();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expectLive(page);
});

/** Width and height out of the first start-of-frame segment (ITU-T T.81 §B.2.2). */
function readJpegSize(file: Buffer): { width: number; height: number } {
  for (let at = 2; at < file.length; at += 2 + file.readUInt16BE(at + 2)) {
    const marker = file[at + 1] ?? 0;
    if (marker >= 0xc0 && marker <= 0xc2) {
      return { height: file.readUInt16BE(at + 5), width: file.readUInt16BE(at + 7) };
    }
  }
  throw new TypeError('not a JPEG');
}
