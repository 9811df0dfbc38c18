import { afterEach, describe, expect, it } from 'vitest';
import { encodeUtf8, parseUtf8 } from '#shared/bytes.ts';
import type { Rendezvous, RendezvousAddress } from '#shared/rendezvous.ts';
import { openRendezvous as openPhone } from '../pwa/rendezvous/mqtt-client.ts';
import { openRendezvous as openRelay } from '../relay/rendezvous/mqtt-rendezvous.ts';
import { type RunningRendezvous, startRendezvous } from './start-rendezvous.ts';

const topic = `pw1/${'c'.repeat(32)}`;
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const closable of open.splice(0).reverse()) await closable.close();
});

async function broker(options: Parameters<typeof startRendezvous>[0] = {}): Promise<RunningRendezvous> {
  const running = await startRendezvous(options);
  open.push(running);
  return running;
}

function connect(side: typeof openPhone | typeof openRelay, ...urls: string[]): Rendezvous {
  const addresses: RendezvousAddress[] = urls.map((url) => ({ url }));
  const rendezvous = side(addresses, { random: () => 0 });
  open.push(rendezvous);
  return rendezvous;
}

describe.each([
  ['phone', openPhone],
  ['relay', openRelay],
])('%s and the embedded broker', (_name, side) => {
  it.each([
    ['phone', openPhone],
    ['relay', openRelay],
  ])('bring a message to the %s', async (_other, otherSide) => {
    const { brokerUrl } = await broker();
    const [from, to] = [connect(side, brokerUrl), connect(otherSide, brokerUrl)];
    const heard: string[] = [];
    await to.subscribe(topic, (payload) => heard.push(parseUtf8(payload)));
    await from.publish(topic, encodeUtf8('hello'));
    await expect.poll(() => heard).toEqual(['hello']);
  });

  it('keep a retained message, give it to who comes later, and clear it', async () => {
    const { brokerUrl } = await broker();
    const [from, to] = [connect(side, brokerUrl), connect(side, brokerUrl)];
    await from.publish(topic, encodeUtf8('here'), { retain: true });
    const heard: [string, boolean][] = [];
    const unsubscribe = await to.subscribe(topic, (payload, { isRetained }) =>
      heard.push([parseUtf8(payload), isRetained]),
    );
    await expect.poll(() => heard).toEqual([['here', true]]);
    unsubscribe();
    await from.publish(topic, new Uint8Array(), { retain: true });
    await to.subscribe(topic, (payload) => heard.push([parseUtf8(payload), true]));
    await from.publish(topic, encodeUtf8('again'));
    await expect.poll(() => heard.length).toBe(2);
    expect(heard[1]?.[0]).toBe('again');
  });

  it('carry the largest message', async () => {
    const { brokerUrl } = await broker();
    const rendezvous = connect(side, brokerUrl);
    const sizes: number[] = [];
    await rendezvous.subscribe(topic, (payload) => sizes.push(payload.length));
    await rendezvous.publish(topic, new Uint8Array(16_128));
    await expect.poll(() => sizes).toEqual([16_128]);
  });

  it('refuse a topic that is not one of ours', async () => {
    const { brokerUrl } = await broker();
    await expect(connect(side, brokerUrl).subscribe('pw1/+', () => undefined)).rejects.toMatchObject({
      code: 'refused',
    });
  });

  it('find each other again after the broker was restarted', async () => {
    const first = await broker();
    const rendezvous = connect(side, first.brokerUrl);
    const heard: string[] = [];
    await rendezvous.subscribe(topic, (payload) => heard.push(parseUtf8(payload)));
    await first.close();
    await expect.poll(() => rendezvous.state).toBe('connecting');
    await broker({ port: first.port });
    await rendezvous.publish(topic, encodeUtf8('back'));
    await expect.poll(() => heard).toEqual(['back']);
  });

  it('use the first address that answers', async () => {
    const { brokerUrl } = await broker();
    const rendezvous = connect(side, 'ws://127.0.0.1:1/mqtt', brokerUrl);
    await rendezvous.publish(topic, encodeUtf8('1'));
    expect(rendezvous.state).toBe('online');
  });

  it('answer a probe', async () => {
    const { brokerUrl } = await broker();
    const rendezvous = connect(side, brokerUrl);
    await rendezvous.publish(topic, encodeUtf8('1'));
    await rendezvous.probe(3_000);
    expect(rendezvous.state).toBe('online');
  });

  it('carry several hundred topics', async () => {
    const { brokerUrl } = await broker();
    const rendezvous = connect(side, brokerUrl);
    const heard = new Set<number>();
    const names = Array.from({ length: 300 }, (_, i) => `pw1/${String(i).padStart(32, '0')}`);
    await Promise.all(names.map((name, i) => rendezvous.subscribe(name, () => heard.add(i))));
    for (const name of names) await rendezvous.publish(name, encodeUtf8('1'));
    await expect.poll(() => heard.size).toBe(300);
  });
});
