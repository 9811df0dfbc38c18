import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { encodeUtf8 } from '#shared/bytes.ts';
import { importSigningKey, parsePrivateJwk, randomBase64url, thumbprintOf } from '#shared/crypto.ts';
import type { Identity } from '#shared/envelope.ts';
import { parseInviteLink } from '#shared/invite-link.ts';
import type { MessageBody } from '#shared/message.ts';
import { HostileBroker } from './stage/hostile-broker.ts';
import type { House } from './stage/house.ts';
import {
  becomeOwner,
  expectInList,
  expectLive,
  expectMovingPicture,
  readCheckCode,
  stateOf,
} from './stage/phone.ts';
import { clearStore, readRecords, writeCamera } from './stage/phone-storage.ts';
import { test } from './stage/test.ts';

/** A STUN server of the attacker's, so that the phone's address would be known to it. */
const TRAP = { urls: ['stun:127.0.0.1:9'] };

/** The attacker on the channel of the page's one grant. */
async function tapGrant(page: Page, house: House): Promise<HostileBroker> {
  const [record] = (await readRecords(page)).cameras;
  return HostileBroker.open(house.brokerUrl, record?.psk ?? '', record?.camera ?? '');
}

/** The phone's name in the protocol. */
async function phoneOf(page: Page): Promise<string> {
  return (await readRecords(page)).cameras[0]?.phone ?? '';
}

/** The camera's own key: what an attacker has not, and what a message needs to be read at all. */
async function cameraIdentity(house: House): Promise<Identity> {
  const { key } = JSON.parse(await readFile(join(house.stateDirectory, 'identity.json'), 'utf8'));
  const jwk = parsePrivateJwk(key);
  const publicJwk = { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y };
  return { publicJwk, thumbprint: await thumbprintOf(publicJwk), privateKey: await importSigningKey(jwk) };
}

function presence(state: 'online' | 'offline'): { type: 'presence'; body: MessageBody<'presence'> } {
  return { type: 'presence', body: { state, nonce: randomBase64url(16), name: 'Trap', ice_servers: [TRAP] } };
}

test('a presence that the broker forges or repeats does not make a camera look online', async ({
  openHouse,
  openPhone,
}) => {
  const house = await openHouse();
  const page = await (await openPhone()).context.newPage();
  await becomeOwner(page, house);
  await using broker = await tapGrant(page, house);
  const audience = await phoneOf(page);
  await page.getByRole('button', { name: 'Back' }).click();
  await expectInList(page, 'Kitchen', 'Online');
  const [recorded] = broker.recorded;
  await house.stopRelay();
  await expectInList(page, 'Kitchen', 'Not reachable');

  await broker.send(encodeUtf8('{"state":"online"}'), true);
  await broker.forge(presence('online'), { audience, retain: true });
  await broker.send(recorded ?? new Uint8Array(), true);
  await page.reload();
  await expectInList(page, 'Kitchen', 'Looking for it');
  await expectInList(page, 'Kitchen', 'Not reachable');

  await house.startRelay();
  await expectInList(page, 'Kitchen', 'Online');
});

test('a claim that another key answers ends in words, and nothing is stored', async ({
  openHouse,
  openPhone,
}) => {
  const house = await openHouse();
  const link = await house.claimLink();
  const { secret, camera } = parseInviteLink(link);
  await house.stopRelay('SIGKILL');
  await house.stopRendezvous();
  await house.startRendezvous();
  await using broker = await HostileBroker.open(house.brokerUrl, secret, camera);
  await broker.forge(presence('online'), { audience: camera, introduce: true, retain: true });
  const page = await (await openPhone()).context.newPage();
  await page.goto(link);
  const [hello] = await broker.heard('hello');
  const { body } = presence('online');
  const answer = { type: 'presence', body: { ...body, rq: hello?.hash ?? '' } } as const;
  await broker.forge(answer, { audience: hello?.sender ?? '', introduce: true });
  await expect(page.getByRole('heading', { name: 'Another camera answered' })).toBeVisible({
    timeout: 40_000,
  });
  expect(broker.overheard.map(({ message }) => message.type)).not.toContain('redeem');
  expect((await readRecords(page)).cameras).toEqual([]);
});

test('a refusal signed by another key does not stop a claim', async ({ openHouse, openPhone }) => {
  const house = await openHouse();
  const link = await house.claimLink();
  const { secret, camera } = parseInviteLink(link);
  await using broker = await HostileBroker.open(house.brokerUrl, secret, camera);
  const page = await (await openPhone()).context.newPage();
  house.pauseRelay();
  await page.goto(link);
  const [redeem] = await broker.heard('redeem');
  const body = { rq: redeem?.hash ?? '', code: 'invalid_grant' } as const;
  await broker.forge({ type: 'refused', body }, { audience: redeem?.sender ?? '', introduce: true });
  house.resumeRelay();
  expect(await readCheckCode(page)).toBe(await house.checkCode());
});

test('answers to an earlier offer, to a foreign one, or by another key are not taken', async ({
  openHouse,
  openPhone,
}) => {
  const house = await openHouse();
  const page = await (await openPhone()).context.newPage();
  await becomeOwner(page, house);
  await using broker = await tapGrant(page, house);
  await page.getByRole('button', { name: 'Back' }).click();
  await expectInList(page, 'Kitchen', 'Online');
  await page.getByRole('button', { name: /^Kitchen/ }).click();
  await expectLive(page);
  const earlier = [...broker.recorded];
  await page.getByRole('button', { name: 'Back' }).click();
  await house.written(/view ended.*viewers=0[\s\S]*view ended.*viewers=0/);

  const offersBefore = (await broker.heard('offer')).length;
  house.pauseRelay();
  await page.getByRole('button', { name: /^Kitchen/ }).click();
  const offer = (await broker.heard('offer', offersBefore + 1)).at(-1);
  if (offer?.message.type !== 'offer') throw new TypeError('no offer');
  const { sid, sdp } = offer.message.body;
  for (const payload of earlier) await broker.send(payload);
  const camera = await cameraIdentity(house);
  const foreign = { type: 'answer', body: { rq: randomBase64url(32), sid, sdp } } as const;
  await broker.forge(foreign, { audience: offer.sender, as: camera });
  const forged = { type: 'answer', body: { rq: offer.hash, sid, sdp } } as const;
  await broker.forge(forged, { audience: offer.sender });
  const farewell = { type: 'bye', body: { rq: offer.hash, sid, reason: 'revoked' } } as const;
  await broker.forge(farewell, { audience: offer.sender });
  await expect(stateOf(page)).toHaveText('Asking the camera');
  house.resumeRelay();
  await expectLive(page);
  await expectMovingPicture(page);
  // Whatever is taken and is not the camera's answer makes the page begin anew.
  const offers = broker.overheard.flatMap(({ message }) =>
    message.type === 'offer' ? [message.body.sid] : [],
  );
  expect(new Set(offers.slice(offersBefore))).toEqual(new Set([sid]));
});

test('a script in the name of a camera is shown as text', async ({ openHouse, openPhone }) => {
  const name = '<img src=x onerror=alert(1)>';
  const house = await openHouse({ env: { LATCHKEY_NAME: name } });
  const page = await (await openPhone()).context.newPage();
  page.on('dialog', (dialog) => {
    throw new Error(`the name ran: ${dialog.message()}`);
  });
  await becomeOwner(page, house, { cameraName: name });
  await expect(page.getByRole('heading', { name })).toBeVisible();
  await page.getByRole('button', { name: 'Back' }).click();
  await expectInList(page, name, 'Online');
  await expect(page.locator('img[src="x"]')).toHaveCount(0);
  expect(house.output).not.toContain('\u001b]');
});

test('junk among the records hides no camera', async ({ openHouse, openPhone }) => {
  const house = await openHouse();
  const page = await (await openPhone()).context.newPage();
  await becomeOwner(page, house);
  const [record] = (await readRecords(page)).cameras;
  await writeCamera(page, 'junk', { gid: 'junk', name: { toString: 'x' } });
  await writeCamera(page, 'a'.repeat(22), { ...record, psk: 7 });
  await writeCamera(page, 'none', null);
  await page.goto(house.pageUrl);
  await expectInList(page, 'Kitchen', 'Online');
  await expect(page.locator('lk-camera-card')).toHaveCount(1);
});

test('a phone whose keys are gone says that the code must be scanned again', async ({
  openHouse,
  openPhone,
}) => {
  const house = await openHouse();
  const page = await (await openPhone()).context.newPage();
  await becomeOwner(page, house);
  await clearStore(page, 'keys');
  await page.reload();
  await expect(page.getByRole('alert')).toContainText('Scan the camera’s code again');
  await clearStore(page, 'all');
  await page.goto(house.pageUrl);
  await expect(page.getByRole('button', { name: 'Scan the camera’s code' })).toBeVisible();
});
