import { expect, type Page } from '@playwright/test';
import { test } from './lab/lab-test.ts';
import type { Link } from './lab/link.ts';
import type { Scene } from './lab/scene.ts';
import {
  becomeOwner,
  expectInList,
  expectLive,
  expectMovingPicture,
  expectPictureSince,
  stateOf,
} from './stage/phone.ts';

/** Longer than it takes the page to notice. */
const OUTAGE_MS = 4_000;
/** A camera that lost its rendezvous waits up to 10 s before it tries again, and may find it still gone once. */
const REDIAL_LIMIT_MS = 25_000;

async function watch({ house, phone }: Scene): Promise<Page> {
  const page = await phone.context.newPage();
  await becomeOwner(page, house);
  return page;
}

async function breakFor(page: Page, link: Link): Promise<void> {
  await link.setBoth({ isUp: false });
  await page.waitForTimeout(OUTAGE_MS);
  await link.setBoth({ isUp: true });
}

test('a phone that moves to another network sees the picture there, and again when it is back', async ({
  openScene,
}) => {
  const scene = await openScene();
  const page = await watch(scene);
  await scene.lab.movePhone();
  await expectPictureSince(page, Date.now());
  await expectLive(page, 'relayed');
  await scene.lab.movePhone();
  await expectPictureSince(page, Date.now());
  await expectLive(page);
});

test('a camera whose household gets another public address is seen again', async ({ openScene }) => {
  const scene = await openScene();
  const page = await watch(scene);
  await scene.lab.home.renumber();
  await expectPictureSince(page, Date.now());
  await expectLive(page);
});

test('a phone whose household gets another public address sees the picture again', async ({ openScene }) => {
  const scene = await openScene();
  const page = await watch(scene);
  await scene.lab.phoneUplink.renumber();
  await expectPictureSince(page, Date.now());
  await expectLive(page);
});

for (const [whose, linkOf] of [
  ['phone', ({ lab }: Scene) => lab.phoneUplink.link],
  ['camera', ({ lab }: Scene) => lab.home.link],
] as const) {
  test(`the picture comes back by itself after the ${whose} was cut off for four seconds`, async ({
    openScene,
  }) => {
    const scene = await openScene();
    const page = await watch(scene);
    await breakFor(page, linkOf(scene));
    await expectPictureSince(page, Date.now());
    await expectLive(page);
  });
}

test('the picture goes on while the broker is away, and comes to who opens it afterwards', async ({
  openScene,
}) => {
  const scene = await openScene();
  const page = await watch(scene);
  await scene.house.stopRendezvous();
  await expectMovingPicture(page, 90);
  await expect(stateOf(page)).toHaveText(/^Live/);
  await scene.house.startRendezvous();
  await page.goto(scene.house.pageUrl);
  await expectInList(page, 'Kitchen', 'Online', REDIAL_LIMIT_MS);
  await page.getByRole('button', { name: /^Kitchen/ }).click();
  await expectLive(page);
});

test('the picture comes back when the camera is killed and started', async ({ openScene }) => {
  const scene = await openScene({ phone: 'symmetric', camera: 'symmetric' });
  const page = await scene.phone.context.newPage();
  await becomeOwner(page, scene.house, { path: 'relayed' });
  await scene.house.stopRelay('SIGKILL');
  await scene.house.startRelay();
  await expectPictureSince(page, Date.now());
  await expectLive(page, 'relayed');
});
