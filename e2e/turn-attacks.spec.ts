import { expect } from '@playwright/test';
import { readTurnCredentials, tapIce } from './lab/ice-tap.ts';
import { SERVER } from './lab/lab.ts';
import { openLabPhone } from './lab/lab-phone.ts';
import { test } from './lab/lab-test.ts';
import { ACCEPTED, askTurn } from './lab/turn-client.ts';
import { borrow, expectEnded, lendLook, openAccess, takeBack } from './stage/lending.ts';
import { becomeOwner } from './stage/phone.ts';

/** RFC 8489 §14.8 and RFC 8656 §19. */
const UNAUTHORIZED = '401';
const FORBIDDEN = '403';

/** What a TURN server could reach, and nobody else should through it. */
const PRIVATE = [
  ...['0.0.0.1', '10.0.0.1', '100.64.0.1', '127.0.0.1', '169.254.169.254', '172.16.0.1', '192.0.0.1'],
  ...['192.168.3.2', '198.18.0.1', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
];
const PRIVATE_IPV6 = [
  ...['::', '::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '64:ff9b::a00:1', '2001::1', '2002:a00:1::1'],
  ...['fd00::1', 'fe80::1', 'ff02::1'],
];

test('TURN is there with the credentials of the camera alone, and until they run out', async ({
  openScene,
}) => {
  const { lab, turn } = await openScene();
  const ask = (credentials: { username: string; credential: string }) =>
    askTurn(lab.phone, { server: SERVER.ipv4, peers: [], ...credentials });
  const [good, other, expired] = [turn.mint(60), turn.mint(61), turn.mint(-1)];
  expect(await ask(good)).toMatchObject({ allocation: ACCEPTED });
  const refused = { allocation: UNAUTHORIZED };
  expect(await ask(expired)).toEqual({ ...refused, permissions: {} });
  expect(await ask({ username: other.username, credential: good.credential })).toMatchObject(refused);
  const later = `${Number(good.username.split(':')[0]) + 3600}:phone`;
  expect(await ask({ username: later, credential: good.credential })).toMatchObject(refused);
});

test('TURN leads nowhere that is not public', async ({ openScene }) => {
  const { lab, turn } = await openScene();
  const refused = (peers: readonly string[]) => Object.fromEntries(peers.map((peer) => [peer, FORBIDDEN]));
  const credentials = turn.mint(60);
  const { permissions } = await askTurn(lab.phone, {
    ...{ server: SERVER.ipv4, ...credentials },
    peers: [...PRIVATE, lab.home.publicAddress],
  });
  expect(permissions).toEqual({ ...refused(PRIVATE), [lab.home.publicAddress]: ACCEPTED });
  const overIpv6 = await askTurn(lab.phone, {
    ...{ server: SERVER.ipv4, ...credentials, family: 6 },
    peers: [...PRIVATE_IPV6, SERVER.ipv6],
  });
  expect(overIpv6.permissions).toEqual({ ...refused(PRIVATE_IPV6), [SERVER.ipv6]: ACCEPTED });
});

test('a guest whose look is taken back sees nothing more, whatever TURN still lets through', async ({
  openScene,
}) => {
  test.setTimeout(120_000);
  const { lab, turn, house, phone } = await openScene({ phone: 'symmetric', camera: 'symmetric' });
  const owner = await phone.context.newPage();
  await becomeOwner(owner, house, { path: 'relayed' });
  const link = await lendLook(owner, { name: 'Anna' });
  await using other = await openLabPhone(lab, turn);
  const anna = await other.context.newPage();
  await tapIce(anna);
  await borrow(anna, link, 'relayed');
  const credentials = await readTurnCredentials(anna);
  await openAccess(owner, house.pageUrl);
  await takeBack(owner, 'Anna');
  await expectEnded(anna, 'Your access was withdrawn');
  await house.written(/view ended.*viewers=0/);
  const { allocation } = await askTurn(lab.phone, { server: SERVER.ipv4, peers: [], ...credentials });
  expect(allocation, 'what is left of the credentials').toBe(ACCEPTED);
  await anna.reload();
  await expect(anna.locator('live-page').getByRole('alert')).toBeVisible();
  await expect(anna.locator('live-page video')).toHaveJSProperty('srcObject', null);
});
