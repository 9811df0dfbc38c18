import { describe, expect, test } from 'vitest';
import { encodeUtf8, parseUtf8 } from '#shared/bytes.ts';
import type { Rendezvous } from '#shared/rendezvous.ts';
import { createMemoryBroker } from './memory-rendezvous.ts';

const topic = 'pw1/00';

async function listen(rendezvous: Rendezvous): Promise<string[]> {
  const heard: string[] = [];
  await rendezvous.subscribe(topic, (payload, { isRetained }) => {
    heard.push(`${parseUtf8(payload)}${isRetained ? ' (retained)' : ''}`);
  });
  return heard;
}

const settled = () => Promise.resolve().then(() => Promise.resolve());

describe('memory broker', () => {
  test('delivers to every subscriber and keeps what is retained', async () => {
    const broker = createMemoryBroker();
    const camera = broker.connect();
    const early = await listen(broker.connect());
    await camera.publish(topic, encodeUtf8('here'), { retain: true });
    await camera.publish(topic, encodeUtf8('once'));
    const late = await listen(broker.connect());
    await settled();
    expect(early).toEqual(['here', 'once']);
    expect(late).toEqual(['here (retained)']);
  });

  test('a cut line loses messages, refuses to publish, and comes back with what is retained', async () => {
    const broker = createMemoryBroker();
    const camera = broker.connect();
    const phone = broker.connect();
    const heard = await listen(phone);
    phone.setOnline(false);
    await camera.publish(topic, encodeUtf8('lost'));
    await camera.publish(topic, encodeUtf8('kept'), { retain: true });
    await expect(phone.publish(topic, new Uint8Array())).rejects.toMatchObject({ code: 'offline' });
    phone.setOnline(true);
    await settled();
    expect(heard).toEqual(['kept (retained)']);
  });

  test('an interceptor drops and repeats', async () => {
    const broker = createMemoryBroker();
    const camera = broker.connect();
    const heard = await listen(broker.connect());
    broker.intercept(({ payload }) => (parseUtf8(payload) === 'a' ? 'drop' : 'repeat'));
    await camera.publish(topic, encodeUtf8('a'));
    await camera.publish(topic, encodeUtf8('b'));
    await settled();
    expect(heard).toEqual(['b', 'b']);
    expect(broker.published).toHaveLength(2);
  });

  test('an empty retained message clears, and who unsubscribed hears no more', async () => {
    const broker = createMemoryBroker();
    const camera = broker.connect();
    await camera.publish(topic, encodeUtf8('here'), { retain: true });
    await camera.publish(topic, new Uint8Array(), { retain: true });
    const heard: string[] = [];
    const stop = await broker.connect().subscribe(topic, (payload) => heard.push(parseUtf8(payload)));
    stop();
    await camera.publish(topic, encodeUtf8('more'));
    await settled();
    expect(heard).toEqual([]);
    expect(broker.subscribedTopics()).toEqual([]);
  });
});
