import { expect, type Page } from '@playwright/test';
import { parseInviteLink } from '#shared/invite-link.ts';
import { HostileBroker } from './stage/hostile-broker.ts';
import { listAccess } from './stage/latchkey.ts';
import { borrow, expectEnded, lendLook, openAccess, pick, takeBack } from './stage/lending.ts';
import { NodePhones } from './stage/node-phone.ts';
import { becomeOwner, expectLive } from './stage/phone.ts';
import { readRecords } from './stage/phone-storage.ts';
import { test } from './stage/test.ts';

test('a thief who has every secret, and has recorded everything, changes nothing by sending it again', async ({
  openHouse,
  openPhone,
}) => {
  const house = await openHouse();
  await using channels = new AsyncDisposableStack();
  const tap = async (secret: string) =>
    channels.use(await HostileBroker.open(house.brokerUrl, secret, camera));
  const { camera } = parseInviteLink(await house.claimLink());
  const owner = await (await openPhone()).context.newPage();
  const guest = await (await openPhone()).context.newPage();
  await becomeOwner(owner, house);
  const ofOwner = await tap(await secretOf(owner));

  const lendTo = async (name: string) => {
    const link = await lendLook(owner, { name });
    const ofInvite = await tap(parseInviteLink(link).secret);
    await borrow(guest, link);
    const ofGrant = await tap(await secretOf(guest));
    await guest.reload();
    await expectLive(guest);
    return [ofInvite, ofGrant];
  };
  const withdrawn = await lendTo('Anna');
  await openAccess(owner, house.pageUrl);
  await takeBack(owner, 'Anna');
  await expectEnded(guest, 'Your access was withdrawn');
  await owner.goto(house.pageUrl);
  await owner.getByRole('button', { name: /^Kitchen/ }).click();
  const standing = [ofOwner, ...(await lendTo('Ben'))];
  await openAccess(owner, house.pageUrl);
  await pick(owner, 'Ben');
  for (const more of ['+1 day', '+15 min']) {
    await owner.getByRole('button', { name: more }).click();
    await expect(owner.locator('access-sheet').getByRole('status')).toHaveText(/^Now until/);
  }
  await Promise.all([owner.close(), guest.close()]);
  await expect.poll(async () => (await listAccess(house)).map(({ watching }) => watching)).toEqual([0, 0, 0]);

  const recorded = [...withdrawn, ...standing];
  const types = recorded.flatMap(({ overheard }) => overheard.map(({ message }) => message.type));
  expect(types).toEqual(expect.arrayContaining(['redeem', 'offer', 'lend', 'list', 'amend', 'revoke']));
  const sendAgain = async () => {
    for (const channel of recorded) await channel.replay();
    for (const channel of standing) await channel.settled();
  };
  const before = await listAccess(house);
  expect(before.map(({ name, standing }) => [name, standing])).toContainEqual(['Anna', 'taken back']);
  await sendAgain();
  expect(await listAccess(house)).toEqual(before);

  await house.stopRelay();
  await house.startRelay();
  await sendAgain();
  // Whom it has heard of it knows since its start; who only repeats is nobody.
  expect(await listAccess(house)).toEqual(before.map((entry) => ({ ...entry, seen: null })));
});

test('a link tells a preview bot nothing of the camera, nor who lent what to whom', async ({ openHouse }) => {
  const house = await openHouse();
  await using phones = new NodePhones(house);
  const owner = await phones.letIn(await house.claimLink());
  const { link } = await phones.lend(owner, { name: 'Anna' });
  const headers = { 'user-agent': 'facebookexternalhit/1.1', range: 'bytes=0-524287' };
  const html = await (await fetch(link, { headers })).text();
  expect(html).toBe(await (await fetch(house.pageUrl)).text());
  expect(/<title>(.*)<\/title>/.exec(html)?.[1]).toBe('Latchkey');
  const { camera, secret } = parseInviteLink(link);
  for (const told of ['Kitchen', 'Anna', camera, secret, 'property="og:']) expect(html).not.toContain(told);
});

/** That of the grant which the page has and may use. */
async function secretOf(page: Page): Promise<string> {
  return (await readRecords(page)).cameras.find(({ ending }) => !ending)?.psk ?? '';
}
