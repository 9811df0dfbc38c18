import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { shareInLoudest } from '../relay/sound/testing/tone.ts';
import { loudestFrequency } from './stage/page-ear.ts';
import { becomeOwner, expectMovingPicture, pressControl } from './stage/phone.ts';
import { writeVoice } from './stage/phone-voice.ts';
import { childrenOf } from './stage/process-tree.ts';
import { test as base } from './stage/test.ts';

/** Of the camera's microphone `tone`. */
const CAMERA_TONE_HZ = 880;
const PHONE_TONE_HZ = 660;
/** The page asks for its own picture in this size. */
const LUMA_BYTES = 640 * 480;

const hasGstreamer =
  spawnSync('gst-inspect-1.0', ['opusenc']).status === 0 &&
  spawnSync('/usr/bin/python3', ['-c', 'import gi']).status === 0;

interface SoundStage {
  /** Where the camera's speaker and screen leave what they were given, and the phone's voice is. */
  readonly room: { readonly spoken: string; readonly shown: string; readonly voice: string };
}

const test = base.extend<SoundStage>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
  room: async ({}, use) => {
    base.skip(!hasGstreamer, 'GStreamer is not here, so the camera neither hears nor speaks');
    const directory = await mkdtemp(join(tmpdir(), 'latchkey-sound-'));
    const voice = join(directory, 'voice.wav');
    await writeVoice(voice, PHONE_TONE_HZ);
    await use({ spoken: join(directory, 'spoken.pcm'), shown: join(directory, 'shown.yuv'), voice });
    await rm(directory, { recursive: true, force: true });
  },
});

/** What has been played until now; nothing before the device is open. */
const readSoFar = (path: string) => readFile(path).catch(() => Buffer.alloc(0));
const signs = (page: Page) => page.locator('sound-signs').getByRole('status');

test('a phone hears the camera, speaks to it, and is seen on its screen, each only while it is switched on', async ({
  openHouse,
  openPhone,
  room,
}) => {
  const house = await openHouse({
    env: {
      LATCHKEY_MICROPHONE: 'tone',
      LATCHKEY_SPEAKER: `file:${room.spoken}`,
      LATCHKEY_SCREEN: `file:${room.shown}`,
    },
  });
  const phone = await openPhone({
    permissions: ['camera', 'microphone'],
    args: ['--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${room.voice}`],
  });
  const page = await phone.context.newPage();
  await becomeOwner(page, house);
  expect(await childrenOf(house.relayPid)).toEqual([]);

  await pressControl(page, 'Speaker');
  await expect(signs(page)).toHaveText('This camera’s microphone is on');
  await expect
    .poll(async () => Math.round((await loudestFrequency(page)) ?? 0))
    .toBeCloseTo(CAMERA_TONE_HZ, -1);
  await expectMovingPicture(page, 30);

  await pressControl(page, 'Microphone');
  await expect(signs(page)).toContainText('Your microphone is on');
  await expect
    .poll(async () => shareInLoudest(await readSoFar(room.spoken), PHONE_TONE_HZ))
    .toBeGreaterThan(0.3);

  await pressControl(page, 'Camera');
  await expect(signs(page)).toContainText('You are on its screen');
  await expect
    .poll(async () => new Set((await readSoFar(room.shown)).subarray(0, LUMA_BYTES)).size)
    .toBeGreaterThan(20);

  await pressControl(page, 'Screen');
  await expect(page.getByText('The screen is off. Only sound comes.')).toBeVisible();
  await expect
    .poll(async () => Math.round((await loudestFrequency(page)) ?? 0))
    .toBeCloseTo(CAMERA_TONE_HZ, -1);
  await pressControl(page, 'Screen');
  await expectMovingPicture(page, 30);

  for (const name of ['Speaker', 'Microphone', 'Camera']) await pressControl(page, name);
  await expect(signs(page)).toHaveText('');
  await expect.poll(() => childrenOf(house.relayPid)).toEqual([]);
});
