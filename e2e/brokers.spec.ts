import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import type { Rendezvous } from '#shared/rendezvous.ts';
import { MAX_PAYLOAD_BYTES, MAX_TOPICS } from '#shared/rendezvous-limits.ts';
import { testWith } from './stage/brokers/broker-test.ts';
import { CONFIGURATIONS } from './stage/brokers/configuration.ts';
import { MOSQUITTO } from './stage/brokers/mosquitto.ts';
import { NATS } from './stage/brokers/nats.ts';
import { RABBITMQ } from './stage/brokers/rabbitmq.ts';
import type { Stranger } from './stage/brokers/stranger.ts';
import { type House, ROOT } from './stage/house.ts';
import { becomeOwner, expectInList, expectLive, expectMovingPicture, stateOf } from './stage/phone.ts';
import { test as base } from './stage/test.ts';

/** A camera that lost its broker waits up to 10 s before it tries again, and may find it still gone once. */
const REDIAL_LIMIT_MS = 25_000;

/** What somebody would subscribe to in order to see who meets whom. */
const WILDCARDS = ['#', '+/+', 'pw1/+', 'pw1/#', 'pw1/+/#', '$share/a/pw1/+', '$SYS/#', '$MQTT/#'];

function randomTopic(): string {
  return `pw1/${randomBytes(16).toString('hex')}`;
}

/** What reaches a subscription, as it comes. */
async function listen(
  rendezvous: Rendezvous,
  topic: string,
): Promise<[bytes: number, isRetained: boolean][]> {
  const heard: [number, boolean][] = [];
  await rendezvous.subscribe(topic, (payload, { isRetained }) => heard.push([payload.length, isRetained]));
  return heard;
}

/** From the list to the picture. */
async function openFromList(page: Page, house: House): Promise<void> {
  await page.goto(house.pageUrl);
  await expectInList(page, 'Kitchen', 'Online', REDIAL_LIMIT_MS);
  await page.getByRole('button', { name: /^Kitchen/ }).click();
  await expectLive(page);
  await expectMovingPicture(page);
}

base('the configurations that are documented are the ones that are tested', async () => {
  const page = await readFile(join(ROOT, 'docs', 'rendezvous.md'), 'utf8');
  const entries = await readdir(CONFIGURATIONS, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  for (const { parentPath, name } of files) {
    const text = await readFile(join(parentPath, name), 'utf8');
    expect(page.includes(`\n${text}\`\`\`\n`), `${name} is shown as it is`).toBe(true);
  }
  expect(files).not.toEqual([]);
});

for (const kind of [MOSQUITTO, NATS, RABBITMQ]) {
  const test = testWith(kind);

  test.describe(kind.name, () => {
    test.skip(
      !existsSync(kind.program),
      `${kind.name} is not here; install it: apt-get install ${kind.debianPackage}`,
    );

    test('a phone claims by link, watches, loads again, and sees the camera go and come back', async ({
      broker,
      openHouse,
      openPhone,
    }) => {
      const house = await openHouse({
        broker: broker.address,
        env: { LATCHKEY_RENDEZVOUS: broker.tcpUrl },
      });
      const page = await (await openPhone({ brokerUrl: house.brokerUrl })).context.newPage();
      await becomeOwner(page, house);
      await expectMovingPicture(page);
      await page.reload();
      await expectLive(page);
      await expectMovingPicture(page);
      await page.getByRole('button', { name: 'Back' }).click();
      await expectInList(page, 'Kitchen', 'Online');
      await house.stopRelay();
      await expectInList(page, 'Kitchen', 'Not reachable');
      await house.startRelay();
      await expectInList(page, 'Kitchen', 'Online');
    });

    test('the picture goes on without the broker, and new viewings work when it is back', async ({
      broker,
      openHouse,
      openPhone,
    }) => {
      test.setTimeout(120_000);
      const house = await openHouse({ broker: broker.address });
      const phone = await openPhone({ brokerUrl: house.brokerUrl });
      const page = await phone.context.newPage();
      await becomeOwner(page, house);
      await broker.stop();
      const stoppedAt = Date.now();
      const frames = await expectMovingPicture(page);
      expect(frames.at(-1)?.capturedAtMs).toBeGreaterThan(stoppedAt);
      await expect(stateOf(page)).toHaveText(/^Live/);
      await broker.start();
      await openFromList(await phone.context.newPage(), house);
    });

    test('the largest message is kept for later subscribers until it is cleared', async ({ openClient }) => {
      const camera = openClient();
      const topic = randomTopic();
      const live = await listen(openClient(), topic);
      await camera.publish(topic, new Uint8Array(MAX_PAYLOAD_BYTES), { retain: true });
      await expect.poll(() => live).toEqual([[MAX_PAYLOAD_BYTES, false]]);
      const kept = await listen(openClient(), topic);
      await expect.poll(() => kept).toEqual([[MAX_PAYLOAD_BYTES, true]]);
      await camera.publish(topic, new Uint8Array(), { retain: true });
      const none = await listen(openClient(), topic);
      await camera.publish(topic, new Uint8Array(1));
      await expect.poll(() => none).toEqual([[1, false]]);
    });

    test('one client listens to as many topics as a camera may have', async ({ openClient }) => {
      const client = openClient();
      const topics = Array.from({ length: MAX_TOPICS }, randomTopic);
      const heard = await Promise.all(topics.map((topic) => listen(client, topic)));
      await client.publish(topics.at(-1) ?? '', new Uint8Array(1));
      await expect.poll(() => heard.at(-1)).toEqual([[1, false]]);
    });

    test('who does not know a topic hears nothing of it', async ({ broker, openClient, openStranger }) => {
      const topic = randomTopic();
      const listeners: { filter: string; stranger: Stranger }[] = [];
      for (const filter of [...WILDCARDS, topic]) {
        const stranger = await openStranger(broker.address);
        if (stranger !== null && (await stranger.subscribe(filter))) listeners.push({ filter, stranger });
      }
      expect(listeners.map(({ filter }) => filter)).toEqual([...kind.grantedWildcards, topic]);
      await openClient().publish(topic, new Uint8Array(1));
      await expect.poll(() => listeners.at(-1)?.stranger.heard).toEqual([topic]);
    });

    test('only who may is let in', async ({ broker, openStranger }) => {
      const { url } = broker.address;
      const anybody = await openStranger({ url });
      const guesser = await openStranger({ url, username: 'latchkey', password: 'guessed' });
      expect(anybody !== null).toBe(kind.isOpenToAll);
      expect(guesser).toBe(null);
    });
  });
}
