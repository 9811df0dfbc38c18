import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Channel, deriveChannel } from '#shared/channel.ts';
import { randomBase64url } from '#shared/crypto.ts';
import { downMessages } from '#shared/down-message.ts';
import { type Identity, openMessage, sealMessage } from '#shared/envelope.ts';
import { createIdentity } from '#shared/identity.ts';
import type { Message } from '#shared/message.ts';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { createMemoryBroker, type MemoryBroker } from '#shared/testing/memory-rendezvous.ts';
import { createLog } from '../log.ts';
import type { PhoneChannel } from '../testing/phone-channel.ts';
import { TestPhone } from '../testing/test-phone.ts';
import { ChannelServer, type Incoming } from './channel-server.ts';
import type { ChannelSpec } from './channel-spec.ts';

let broker: MemoryBroker;
let clock: FakeClock;
let camera: Identity;
let anna: TestPhone;
let server: ChannelServer;
let spec: ChannelSpec;
let lanes: Channel;
let channel: PhoneChannel;
let heard: Incoming[];

beforeEach(async () => {
  broker = createMemoryBroker();
  clock = new FakeClock();
  camera = await createIdentity({ extractable: false });
  anna = await TestPhone.create(broker.connect());
  heard = [];
  server = new ChannelServer({
    identity: camera,
    rendezvous: broker.connect(),
    clock,
    log: createLog(() => undefined),
    onRequest: async (incoming) => {
      heard.push(incoming);
    },
  });
  spec = specOf('anna', anna);
  await serve(spec);
  lanes = await deriveChannel(spec.secret, camera.thumbprint);
  channel = await anna.open(spec.secret, camera, { introduce: false });
});

afterEach(async () => {
  await server.shutdown();
  expect(clock.pending).toBe(0);
});

/** Has the server serve these channels; resolves when the broker has followed. */
async function serve(...specs: ChannelSpec[]): Promise<void> {
  server.sync(specs);
  await server.settled();
}

function specOf(entryId: string, phone: TestPhone): ChannelSpec {
  return {
    kind: 'grant',
    entryId,
    secret: randomBase64url(32),
    sender: { type: 'known', jwk: phone.identity.publicJwk },
    holder: phone.identity.thumbprint,
    standing: {
      type: 'live',
      presence: { name: 'Kitchen', ice_servers: [{ urls: ['stun:stun.example:3478'] }] },
    },
  };
}

const leave = (nonce = channel.nonce): Message => ({
  type: 'leave',
  body: { nonce, sid: TestPhone.sessionId() },
});

describe('a channel', () => {
  it('tells a phone on arrival what it needs for a request, and again when asked', async () => {
    expect(channel.received).toMatchObject([
      { type: 'presence', body: { state: 'online', name: 'Kitchen', ice_servers: [{}] } },
    ]);
    const { hash } = await channel.send({ type: 'hello', body: {} });
    expect(await channel.answerTo(hash)).toMatchObject({ type: 'presence', body: { rq: hash } });
  });

  it('hands on a request that is authentic and fresh', async () => {
    const message = leave();
    await channel.send(message);
    await channel.settled();
    expect(heard).toMatchObject([{ request: message, channel: { kind: 'grant', entryId: 'anna' } }]);
  });

  it('hands on a request once, however often the broker delivers it', async () => {
    broker.intercept(() => 'repeat');
    const { payload } = await channel.send(leave());
    broker.inject(lanes.up.topic, payload);
    await channel.settled();
    expect(heard).toHaveLength(1);
  });

  it('turns down an old nonce with the new one, and a recorded request after a restart', async () => {
    clock.advance(10 * 60_000);
    channel.nonce = 'o'.repeat(22);
    const { hash } = await channel.send(leave('o'.repeat(22)));
    expect(await channel.answerTo(hash)).toMatchObject({ type: 'refused', body: { code: 'use_nonce' } });
    expect(heard).toEqual([]);
    await channel.send(leave());
    await channel.settled();
    expect(heard).toHaveLength(1);
  });
});

const sealAs = (
  identity: Identity,
  message: Message,
  options: { lane?: Channel['up']; audience?: string } = {},
) =>
  sealMessage(message, {
    identity,
    audience: options.audience ?? camera.thumbprint,
    lane: options.lane ?? lanes.up,
    issuedAt: 1,
  });

describe('an attacker', () => {
  it('with the channel secret but not the phone’s key is not heard', async () => {
    const thief = await createIdentity({ extractable: false });
    broker.inject(lanes.up.topic, (await sealAs(thief, leave())).payload);
    await channel.settled();
    expect(heard).toEqual([]);
  });

  it('cannot reflect the camera’s own messages', async () => {
    const reflected = broker.published.filter(({ topic }) => topic === lanes.down.topic);
    for (const { payload } of reflected) broker.inject(lanes.up.topic, payload);
    broker.inject(lanes.up.topic, (await sealAs(camera, leave())).payload);
    await channel.settled();
    expect(heard).toEqual([]);
  });

  it('cannot splice a message of one phone into the channel of another', async () => {
    const ben = await TestPhone.create(broker.connect());
    const other = specOf('ben', ben);
    await serve(spec, other);
    const { payload } = await channel.send(leave());
    await channel.settled();
    const { up } = await deriveChannel(other.secret, camera.thumbprint);
    broker.inject(up.topic, payload);
    await (await ben.open(other.secret, camera, { introduce: false })).settled();
    expect(heard).toHaveLength(1);
  });

  it('cannot use another camera’s message', async () => {
    const other = await createIdentity({ extractable: false });
    broker.inject(
      lanes.up.topic,
      (await sealAs(anna.identity, leave(), { audience: other.thumbprint })).payload,
    );
    await channel.settled();
    expect(heard).toEqual([]);
  });

  it('cannot make the camera act on what only cameras say', async () => {
    const presence: Message = {
      type: 'presence',
      body: { state: 'online', nonce: channel.nonce, name: 'x', ice_servers: [] },
    };
    await channel.send(presence);
    await channel.settled();
    expect(heard).toEqual([]);
  });

  it('gets no answer to garbage, not even a refusal', async () => {
    const before = broker.published.length;
    for (let count = 0; count < 2_000; count += 1) {
      broker.inject(lanes.up.topic, crypto.getRandomValues(new Uint8Array(1 + (count % 4_000))));
    }
    const { payload } = await sealAs(anna.identity, leave());
    broker.inject(lanes.up.topic, payload.slice(0, -1));
    await channel.settled();
    // The greeting and its answer, nothing else.
    expect(broker.published.length).toBe(before + 2);
    expect(heard).toEqual([]);
  });

  it('does not drown a request in garbage', async () => {
    const { payload } = await sealAs(anna.identity, leave());
    for (let count = 0; count < 2_000; count += 1)
      broker.inject(lanes.up.topic, payload.slice(0, -1 - (count % 9)));
    broker.inject(lanes.up.topic, payload);
    await channel.settled();
    expect(heard).toHaveLength(1);
  });

  it('with a phone’s own key can flood no further than a queue', async () => {
    const payloads = await Promise.all(Array.from({ length: 60 }, () => sealAs(anna.identity, leave())));
    for (const { payload } of [...payloads, ...payloads]) broker.inject(lanes.up.topic, payload);
    await vi.waitFor(() => expect(heard.length).toBeGreaterThan(31));
    await channel.settled();
    expect(heard).toHaveLength(32);
    broker.inject(lanes.up.topic, payloads.at(-1)?.payload ?? new Uint8Array());
    await channel.settled();
    expect(heard).toHaveLength(33);
  });
});

describe('a broker that repeats a greeting without end', () => {
  it('has it answered so often and no more, and keeps nobody from asking over a session', async () => {
    const { payload } = await channel.send({ type: 'hello', body: {} });
    for (let times = 0; times < 40; times += 1) {
      for (let each = 0; each < 25; each += 1) broker.inject(lanes.up.topic, payload);
      const answered = Promise.withResolvers<Uint8Array>();
      server.accept(spec, payload, answered.resolve);
      await answered.promise;
    }
    expect(broker.published.filter(({ topic }) => topic === lanes.down.topic).length).toBeLessThan(250);
    clock.advance(1_000);
    await channel.settled();
  });
});

describe('the server', () => {
  it('opens a channel once, and again when the broker refused it at first', async () => {
    const rendezvous = broker.connect();
    const subscribe = vi.spyOn(rendezvous, 'subscribe').mockRejectedValueOnce(new Error('refused'));
    const onRequest = async () => undefined;
    const other = new ChannelServer({
      identity: camera,
      rendezvous,
      clock,
      log: createLog(() => undefined),
      onRequest,
    });
    for (let times = 0; times < 3; times += 1) {
      other.sync([spec]);
      await other.settled();
    }
    expect(subscribe).toHaveBeenCalledTimes(2);
    await other.shutdown();
  });

  it('hears nothing more on a closed channel, and leaves nothing with the broker', async () => {
    await serve();
    await channel.send(leave());
    expect(broker.subscribedTopics()).not.toContain(lanes.up.topic);
    const late = broker.published.at(-2);
    expect(late).toMatchObject({ topic: lanes.down.topic, isRetained: true });
    expect(late?.payload.byteLength).toBe(0);
    expect(heard).toEqual([]);
  });

  it('leaves nothing with the broker of a channel that is closed in the middle of an announcement', async () => {
    broker.setOnline(false);
    broker.setOnline(true);
    await serve();
    // Sealed after the announcement, so that this one would be out as well.
    await serve(specOf('ben', anna));
    const last = broker.published.findLast(({ topic }) => topic === lanes.down.topic);
    expect(last?.payload.byteLength).toBe(0);
  });

  it('announces itself again when the broker has come back', async () => {
    const before = broker.published.length;
    broker.setOnline(false);
    broker.setOnline(true);
    await vi.waitFor(() => expect(broker.published.length).toBe(before + 1));
  });

  it('says on every channel that it is going', async () => {
    await server.shutdown();
    const last = broker.published.at(-1);
    const opened = await openMessage(last?.payload ?? new Uint8Array(), {
      lane: lanes.down,
      reader: downMessages,
      audience: anna.identity.thumbprint,
      sender: { type: 'known', jwk: camera.publicJwk },
    });
    expect(opened.message).toMatchObject({ type: 'presence', body: { state: 'offline' } });
  });
});
