import { expect } from '@playwright/test';
import { tapIce } from './lab/ice-tap.ts';
import { test } from './lab/lab-test.ts';
import { MATRIX } from './lab/matrix.ts';
import { becomeOwner, expectMovingPicture } from './stage/phone.ts';

for (const { path, ...networks } of MATRIX) {
  const { phone: phoneAccess, camera: cameraAccess } = networks;
  test(`a phone on ${phoneAccess} sees a camera on ${cameraAccess}, ${path}`, async ({ openScene }) => {
    const { house, phone } = await openScene(networks);
    const page = await phone.context.newPage();
    await becomeOwner(page, house, { path });
    await expectMovingPicture(page);
    expect(house.log.match(/view started/g), 'viewings until there was a picture').toHaveLength(1);
  });
}

test('a camera that hides behind TURN is seen, and tells no address of its own', async ({ openScene }) => {
  const { house, phone, lab } = await openScene({ env: { LATCHKEY_ICE_POLICY: 'relay' } });
  const page = await phone.context.newPage();
  await tapIce(page);
  await becomeOwner(page, house, { path: 'relayed' });
  await expectMovingPicture(page);
  const told = await page.evaluate(() => latchkeyIce.remoteCandidates);
  expect(told).not.toHaveLength(0);
  for (const candidate of told) expect(candidate).toContain(' typ relay ');
  expect(told.join('\n')).not.toContain(lab.home.publicAddress);
});
