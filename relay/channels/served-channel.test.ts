import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Channel, deriveChannel } from '#shared/channel.ts';
import { randomBase64url } from '#shared/crypto.ts';
import { downMessages } from '#shared/down-message.ts';
import { type Identity, openMessage } from '#shared/envelope.ts';
import { createIdentity } from '#shared/identity.ts';
import type { Message } from '#shared/message.ts';
import { RendezvousError } from '#shared/rendezvous-error.ts';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import {
  createMemoryBroker,
  type MemoryBroker,
  type MemoryRendezvous,
} from '#shared/testing/memory-rendezvous.ts';
import { createLog } from '../log.ts';
import { TestPhone } from '../testing/test-phone.ts';
import { ChannelServer, type Incoming } from './channel-server.ts';
import type { ChannelSpec, ChannelStanding } from './channel-spec.ts';
import { ServedChannel } from './served-channel.ts';

const LIVE: ChannelStanding = { type: 'live', presence: { name: 'Kitchen', ice_servers: [] } };
const ENDED: ChannelStanding = { type: 'ended', reason: 'revoked' };
const NONCE_PERIOD_MS = 5 * 60_000;

let broker: MemoryBroker;
let rendezvous: MemoryRendezvous;
let clock: FakeClock;
let camera: Identity;
let anna: TestPhone;
let server: ChannelServer;
let spec: ChannelSpec;
let lanes: Channel;
let heard: Incoming[];
let seen: string[];
let warnings: string[];

beforeEach(async () => {
  broker = createMemoryBroker();
  rendezvous = broker.connect();
  clock = new FakeClock();
  camera = await createIdentity({ extractable: false });
  anna = await TestPhone.create(broker.connect());
  [heard, seen, warnings] = [[], [], []];
  server = new ChannelServer({
    ...{ identity: camera, rendezvous, clock },
    log: createLog((line) => line.startsWith('warn') && warnings.push(line)),
    onRequest: async (incoming) => {
      heard.push(incoming);
    },
    onHeard: ({ entryId }) => seen.push(entryId),
  });
  spec = {
    ...{ kind: 'grant', entryId: 'anna', secret: randomBase64url(32), holder: anna.identity.thumbprint },
    ...{ sender: { type: 'known', jwk: anna.identity.publicJwk }, standing: LIVE },
  };
  lanes = await deriveChannel(spec.secret, camera.thumbprint);
});

afterEach(async () => {
  await server.shutdown();
  expect(clock.pending).toBe(0);
  expect(broker.subscribedTopics()).not.toContain(lanes.up.topic);
});

const sync = (...standings: ChannelStanding[]) =>
  server.sync(standings.map((standing) => ({ ...spec, standing })));

async function settle(...standings: ChannelStanding[]): Promise<void> {
  sync(...standings);
  await server.settled();
}

/** What is said on the channel to whoever listens, oldest first; `null` for a word that is taken back. */
async function said(): Promise<(string | null)[]> {
  const payloads = broker.published.filter(
    ({ topic, isRetained }) => topic === lanes.down.topic && isRetained,
  );
  return Promise.all(payloads.map(({ payload }) => wordOf(payload)));
}

async function wordOf(payload: Uint8Array): Promise<string | null> {
  if (payload.byteLength === 0) return null;
  const { message }: { message: Message } = await openMessage(payload, {
    ...{ lane: lanes.down, reader: downMessages, audience: anna.identity.thumbprint },
    sender: { type: 'known', jwk: camera.publicJwk },
  });
  return message.type === 'presence' ? message.body.state : message.type;
}

const isSubscribed = () => broker.subscribedTopics().includes(lanes.up.topic);
const open = () => anna.open(spec.secret, camera, { introduce: false });
const leave = (nonce: string): Message => ({ type: 'leave', body: { nonce, sid: TestPhone.sessionId() } });

describe('a channel whose grant', () => {
  it('ends is listened to no more, at once, and says so to whoever comes', async () => {
    await settle(LIVE);
    const channel = await open();
    sync(ENDED);
    expect(isSubscribed()).toBe(false);
    await channel.send(leave(channel.nonce));
    await server.settled();
    expect(await said()).toEqual(['online', 'ended']);
    expect(heard).toEqual([]);
  });

  it('ends while a message of its phone is being opened hands that on no more, nor answers it', async () => {
    await settle(LIVE);
    const channel = await open();
    await channel.send(leave(channel.nonce));
    await Promise.resolve();
    await settle(ENDED);
    await vi.waitFor(async () => expect(await said()).toEqual(['online', 'ended']));
    expect(heard).toEqual([]);
  });

  it('lives again is listened to again', async () => {
    await settle(LIVE);
    await settle(ENDED);
    await settle(LIVE);
    const channel = await open();
    await channel.send(leave(channel.nonce));
    await channel.settled();
    expect(await said()).toEqual(['online', 'ended', 'online']);
    expect(heard).toHaveLength(1);
  });

  it.each([
    ['live', [ENDED, LIVE, ENDED, LIVE], 'online'],
    ['ended', [LIVE, ENDED, LIVE, ENDED], 'ended'],
  ] as const)(
    'changes faster than the broker follows comes to be %s, by a word or two',
    async (_, standings, last) => {
      await settle(LIVE);
      for (const standing of standings) sync(standing);
      await server.settled();
      const words = await said();
      expect(words.at(-1)).toBe(last);
      expect(words.length).toBeLessThanOrEqual(3);
      expect(isSubscribed()).toBe(last === 'online');
    },
  );

  it('is no more is listened to no more, at once', async () => {
    await settle(LIVE);
    sync();
    expect(isSubscribed()).toBe(false);
    await server.settled();
    expect(await said()).toEqual(['online', null]);
  });

  it('is forgotten and then lent again by the same secret is a new one', async () => {
    await settle(LIVE);
    await settle();
    await settle(LIVE);
    expect(await said()).toEqual(['online', null, 'online']);
    expect(isSubscribed()).toBe(true);
  });
});

describe('while the broker is away', () => {
  beforeEach(() => rendezvous.setOnline(false));

  it('a channel waits, and is announced once when it comes back, however long that takes', async () => {
    sync(LIVE);
    for (let count = 0; count < 50; count += 1) {
      clock.advance(NONCE_PERIOD_MS);
      sync(LIVE);
    }
    rendezvous.setOnline(true);
    await server.settled();
    expect(await said()).toEqual(['online']);
    expect(isSubscribed()).toBe(true);
    expect(warnings).toEqual([]);
  });

  /** A channel that waits for its subscription. */
  async function subscribing(): Promise<void> {
    const subscribe = vi.spyOn(rendezvous, 'subscribe');
    sync(LIVE);
    await vi.waitFor(() => expect(subscribe).toHaveBeenCalled());
  }

  it.each([
    ['at once', async () => sync(LIVE)],
    ['in the middle of subscribing', subscribing],
  ])('a channel that ends %s is not listened to', async (_, open) => {
    await open();
    sync(ENDED);
    // Nobody waits for the broker only to say that it is not listened to.
    await server.settled();
    rendezvous.setOnline(true);
    await server.settled();
    expect(await said()).toEqual(['ended']);
    expect(isSubscribed()).toBe(false);
  });

  it.each([
    ['at once', async () => sync(LIVE)],
    ['in the middle of subscribing', subscribing],
  ])('a channel that ends %s and lives again is live when it comes back', async (_, open) => {
    await open();
    sync(ENDED);
    sync(LIVE);
    rendezvous.setOnline(true);
    await server.settled();
    expect(isSubscribed()).toBe(true);
    const channel = await anna.open(spec.secret, camera, { introduce: false });
    await channel.settled();
    expect((await said()).at(-1)).toBe('online');
  });

  it('a channel that closes in the middle of subscribing leaves nothing', async () => {
    await subscribing();
    sync();
    await server.settled();
    rendezvous.setOnline(true);
    await server.settled();
    expect((await said()).at(-1) ?? null).toBeNull();
    expect(isSubscribed()).toBe(false);
  });

  it('it is not asked again and again', async () => {
    rendezvous.setOnline(true);
    await settle(LIVE);
    rendezvous.setOnline(false);
    await settle(ENDED);
    expect(warnings).toHaveLength(1);
    for (let count = 0; count < 20; count += 1) {
      clock.advance(NONCE_PERIOD_MS);
      await settle(ENDED);
    }
    expect(warnings).toHaveLength(1);
    rendezvous.setOnline(true);
    await server.settled();
    expect((await said()).at(-1)).toBe('ended');
  });

  it('a shutdown leaves no subscription behind, and no complaint', async () => {
    await subscribing();
    await server.shutdown();
    rendezvous.setOnline(true);
    await server.settled();
    expect(isSubscribed()).toBe(false);
    expect([await said(), warnings]).toEqual([[], []]);
  });
});

describe('what the broker did not take', () => {
  const refuseOnce = () =>
    vi.spyOn(rendezvous, 'publish').mockRejectedValueOnce(new RendezvousError('busy', 'too many publishes'));

  it('is said again at the next look, and the time after not any more', async () => {
    refuseOnce();
    await settle(LIVE);
    expect(await said()).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('busy')]);
    await settle(LIVE);
    await settle(LIVE);
    expect(await said()).toEqual(['online']);
  });

  it('is taken back at the next look where the channel is closed', async () => {
    await settle(LIVE);
    refuseOnce();
    await settle();
    expect(await said()).toEqual(['online']);
    await settle();
    await settle();
    expect(await said()).toEqual(['online', null]);
  });

  it('is taken back when the broker is there again', async () => {
    await settle(LIVE);
    rendezvous.setOnline(false);
    await settle();
    rendezvous.setOnline(true);
    await server.settled();
    expect(await said()).toEqual(['online', null]);
  });

  it('is not taken back where the channel is wanted again meanwhile', async () => {
    await settle(LIVE);
    refuseOnce();
    await settle();
    await settle(LIVE);
    expect((await said()).at(-1)).toBe('online');
    expect(isSubscribed()).toBe(true);
  });
});

describe('a shutdown', () => {
  it('has the last word', async () => {
    await settle(LIVE);
    clock.advance(NONCE_PERIOD_MS);
    await server.shutdown();
    await vi.waitFor(async () => expect((await said()).at(-1)).toBe('offline'));
  });

  it('leaves the farewell of a grant that is no more as it is', async () => {
    await settle(ENDED);
    await server.shutdown();
    expect(await said()).toEqual(['ended']);
  });

  it('takes back what a channel that was just closed has left', async () => {
    await settle(LIVE);
    sync();
    await server.shutdown();
    expect((await said()).at(-1)).toBeNull();
  });

  it('is the end: nothing is served afterwards', async () => {
    await settle(LIVE);
    await server.shutdown();
    await settle(LIVE);
    expect(isSubscribed()).toBe(false);
    expect(await said()).toEqual(['online', 'offline']);
  });
});

describe('a channel that is abandoned', () => {
  const create = () =>
    new ServedChannel(spec, {
      ...{
        identity: camera,
        rendezvous,
        now: () => 1,
        onPayload: () => undefined,
        onAnnounced: () => undefined,
      },
      announcementOf: () => ({ type: 'ended', body: { reason: 'revoked' } }),
      onFailure: (_, error) => warnings.push(String(error)),
    });

  it('in the middle of an announcement says nothing more, however long that takes to sign', async () => {
    const signed = Promise.withResolvers<void>();
    const sign = crypto.subtle.sign.bind(crypto.subtle);
    const signing = vi.spyOn(crypto.subtle, 'sign').mockImplementationOnce(async (...args) => {
      await signed.promise;
      return sign(...args);
    });
    const channel = create();
    await vi.waitFor(() => expect(signing).toHaveBeenCalled());
    channel.abandon();
    signed.resolve();
    await channel.settled();
    signing.mockRestore();
    expect(await said()).toEqual([]);
    expect(isSubscribed()).toBe(false);
  });

  it('in the middle of subscribing subscribes no more, and has not failed', async () => {
    rendezvous.setOnline(false);
    const subscribe = vi.spyOn(rendezvous, 'subscribe');
    const channel = create();
    await vi.waitFor(() => expect(subscribe).toHaveBeenCalled());
    channel.abandon();
    await channel.settled();
    channel.follow();
    await channel.settled();
    expect(subscribe).toHaveBeenCalledTimes(1);
    expect([channel.isLive, warnings]).toEqual([false, []]);
  });

  it('is neither live nor listening at once', async () => {
    const channel = create();
    await channel.settled();
    expect([channel.isLive, isSubscribed()]).toEqual([true, true]);
    channel.abandon();
    expect([channel.isLive, isSubscribed()]).toEqual([false, false]);
  });
});

describe('a phone', () => {
  it('is heard when it asks for something, and not by a greeting, which the broker may repeat', async () => {
    await settle(LIVE);
    const channel = await open();
    const { payload } = await channel.send({ type: 'hello', body: {} });
    broker.inject(lanes.up.topic, payload);
    await channel.settled();
    expect(seen).toEqual([]);
    const request = await channel.send(leave(channel.nonce));
    broker.inject(lanes.up.topic, request.payload);
    await channel.settled();
    expect(seen).toEqual(['anna']);
  });
});

describe('who waits for a channel', () => {
  it('waits for that one alone', async () => {
    const other = { ...spec, entryId: 'ben', secret: randomBase64url(32) };
    const subscribe = rendezvous.subscribe.bind(rendezvous);
    const { up } = await deriveChannel(other.secret, camera.thumbprint);
    vi.spyOn(rendezvous, 'subscribe').mockImplementation((topic, listener, options) =>
      topic === up.topic ? new Promise(() => undefined) : subscribe(topic, listener, options),
    );
    server.sync([spec, other]);
    await server.settled({ kind: 'grant', entryId: 'anna' });
    expect(await said()).toEqual(['online']);
    await server.settled({ kind: 'invite', entryId: 'ben' });
  });
});
