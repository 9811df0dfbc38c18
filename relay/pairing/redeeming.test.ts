import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deriveChannel } from '#shared/channel.ts';
import { deriveCheckCode } from '#shared/check-code.ts';
import { numericDateOf } from '#shared/clock.ts';
import type { Identity } from '#shared/envelope.ts';
import { createIdentity } from '#shared/identity.ts';
import { parseInviteLink } from '#shared/invite-link.ts';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { createMemoryBroker, type MemoryBroker } from '#shared/testing/memory-rendezvous.ts';
import { AccessList } from '../access/access-list.ts';
import { type AccessState, NO_ACCESS } from '../access/access-state.ts';
import { ChannelServer } from '../channels/channel-server.ts';
import { channelSpecs } from '../channels/channel-specs.ts';
import { Enforcement } from '../lending/enforcement.ts';
import { createLog } from '../log.ts';
import { TestDisplay } from '../testing/test-display.ts';
import { TestPhone } from '../testing/test-phone.ts';
import { Claiming, INVITE_GRACE_S, INVITE_PERIOD_S } from './claiming.ts';
import { Confirmation } from './confirmation.ts';
import { Redeeming } from './redeeming.ts';

let broker: MemoryBroker;
let clock: FakeClock;
let camera: Identity;
let saved: AccessState;
let running: Running | null;
let display: TestDisplay;
let isTrusted: boolean;
let save: (state: AccessState) => Promise<void>;

interface Running {
  readonly claiming: Claiming;
  readonly confirmation: Confirmation;
  readonly enforcement: Enforcement;
  readonly channels: ChannelServer;
  readonly access: AccessList;
}

beforeEach(async () => {
  broker = createMemoryBroker();
  clock = new FakeClock();
  camera = await createIdentity({ extractable: false });
  saved = NO_ACCESS;
  save = async (state) => {
    saved = state;
  };
  display = new TestDisplay();
  isTrusted = true;
  await start();
});

afterEach(async () => {
  await stop();
  expect(clock.pending).toBe(0);
  expect(broker.subscribedTopics().filter((topic) => !phoneTopics.has(topic))).toEqual([]);
  phoneTopics.clear();
});

const phoneTopics = new Set<string>();

/** All of the camera that has to do with pairing. */
async function start(): Promise<void> {
  const log = createLog(() => undefined);
  const access = new AccessList(saved, (state) => save(state));
  const moment = () => ({ now: numericDateOf(clock), isTrusted });
  const channels: ChannelServer = new ChannelServer({
    ...{ identity: camera, rendezvous: broker.connect(), clock, log },
    onRequest: (incoming) => redeeming.handle(incoming),
  });
  const enforcement = new Enforcement({
    ...{ access, channels, clock, log, moment, review: () => undefined, firstRevision: 0 },
    specs: (state, at, revision) =>
      channelSpecs(state, claiming.invites, {
        ...{ moment: at, revision, cameraName: 'Kitchen', iceServersFor: () => [] },
      }),
  });
  const claiming = new Claiming({
    ...{ cameraThumbprint: camera.thumbprint, access, display, clock, log },
    ...{ pageUrl: 'https://latchkey.example/', rendezvousUrl: null },
    onChange: () => enforcement.reconsider(),
  });
  const confirmation = new Confirmation({
    clock,
    show: (device, code) => display.showConfirmation(device, code),
    onChange: () => undefined,
  });
  const redeeming = new Redeeming({
    ...{ cameraName: 'Kitchen', access, claiming, confirmation, display, log, moment },
    onGranted: () => enforcement.settled(),
  });
  running = { claiming, confirmation, enforcement, channels, access };
  await claiming.start();
  enforcement.start();
  await enforcement.settled();
}

async function stop(): Promise<void> {
  running?.claiming.close();
  running?.confirmation.close();
  running?.enforcement.close();
  await running?.channels.shutdown();
  running = null;
}

async function scan(link = display.links.at(-1) ?? '', phone?: TestPhone) {
  const { secret } = parseInviteLink(link);
  const who = phone ?? (await TestPhone.create(broker.connect()));
  phoneTopics.add((await deriveChannel(secret, camera.thumbprint)).down.topic);
  return { who, channel: await who.open(secret, camera, { introduce: true }) };
}

describe('an unclaimed camera', () => {
  it('lets in the first phone that redeems its code, as owner', async () => {
    const { who, channel } = await scan();
    const terms = await who.redeem(channel, 'Anna’s phone');
    expect(terms).toMatchObject({ terms: { scope: ['owner'], exp: null }, camera_name: 'Kitchen' });
    expect(saved.grants).toMatchObject([{ jkt: who.identity.thumbprint, name: 'Anna’s phone', by: null }]);
  });

  it('shows the same four digits as the phone', async () => {
    const { who, channel } = await scan();
    const terms = await who.redeem(channel);
    if (typeof terms === 'string') throw new Error(terms);
    expect(display.claims).toEqual([['Phone', await deriveCheckCode(terms.psk, who.identity.thumbprint)]]);
  });

  it('refuses the second phone, and goes on letting in nobody', async () => {
    const [first, second] = [await scan(), await scan()];
    await first.who.redeem(first.channel);
    expect(await second.who.redeem(second.channel)).toBe('invalid_grant');
    expect(saved.grants).toHaveLength(1);
  });

  it('settles a race for one winner', async () => {
    const phones = await Promise.all([scan(), scan(), scan(), scan()]);
    const results = await Promise.all(phones.map(({ who, channel }) => who.redeem(channel)));
    expect(results.filter((result) => result !== 'invalid_grant')).toHaveLength(1);
    expect(saved.grants).toHaveLength(1);
  });

  it('gives the winner the same grant again when its answer was lost', async () => {
    const { who, channel } = await scan();
    const first = await who.redeem(channel);
    expect(await who.redeem(channel)).toEqual(first);
    expect(saved.grants).toHaveLength(1);
  });

  it('gives the winner its grant after a crash between writing and answering', async () => {
    const link = display.links.at(-1);
    const { who, channel } = await scan(link);
    const before = channel.nonce;
    broker.intercept(({ topic }) => (phoneTopics.has(topic) ? 'drop' : 'deliver'));
    void who.redeem(channel);
    await vi.waitFor(() => expect(saved.grants).toHaveLength(1));
    await stop();
    broker.intercept(null);
    await start();
    const again = await scan(link, who);
    // As if the broker still kept the presence from before the crash, with a nonce that nobody remembers.
    again.channel.nonce = before;
    expect(await who.redeem(again.channel)).toBe('use_nonce');
    expect(await who.redeem(again.channel)).toMatchObject({ gid: saved.grants[0]?.gid });
  });

  it('does not answer before the grant is on disk, and loses nothing when the disk is full', async () => {
    const { who, channel } = await scan();
    let attempts = 0;
    save = async () => {
      attempts += 1;
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    };
    void who.redeem(channel);
    await vi.waitFor(() => expect(attempts).toBe(1));
    expect(running?.access.isClaimed).toBe(false);
    save = async (state) => {
      saved = state;
    };
    expect(await who.redeem(channel)).toMatchObject({ terms: { scope: ['owner'] } });
  });

  it('renews its code every ten minutes and closes the old one a minute later', async () => {
    const old = await scan();
    clock.advance(INVITE_PERIOD_S * 1000);
    await vi.waitFor(() => expect(display.links).toHaveLength(2));
    clock.advance((INVITE_GRACE_S + 2) * 1000);
    await old.channel.send({ type: 'hello', body: {} });
    const fresh = await scan();
    await fresh.who.redeem(fresh.channel);
    expect(old.channel.received.filter((message) => message.type === 'redeemed')).toEqual([]);
    expect(saved.grants).toHaveLength(1);
  });

  it('still accepts the code before the last during its last minute', async () => {
    const old = await scan();
    clock.advance(INVITE_PERIOD_S * 1000);
    expect(await old.who.redeem(old.channel)).toBe('use_nonce');
    expect(await old.who.redeem(old.channel)).toMatchObject({ terms: { scope: ['owner'] } });
  });

  it('says at its next start that it has an owner, and shows no code', async () => {
    const { who, channel } = await scan();
    await who.redeem(channel);
    await stop();
    display = new TestDisplay();
    await start();
    expect([display.links.length, display.timesOwned]).toEqual([0, 1]);
  });

  it('stops showing codes once it has an owner', async () => {
    const { who, channel } = await scan();
    const terms = await who.redeem(channel);
    if (typeof terms === 'string') throw new Error(terms);
    const { down } = await deriveChannel(terms.psk, camera.thumbprint);
    phoneTopics.add(down.topic);
    clock.advance(3 * INVITE_PERIOD_S * 1000);
    await (await who.open(terms.psk, camera, { introduce: false })).settled();
    expect(display.links).toHaveLength(1);
  });

  it('asks for its nonce when a request has an old one', async () => {
    const { who, channel } = await scan();
    const stale = channel.nonce;
    clock.advance(2 * 5 * 60_000);
    channel.nonce = stale;
    expect(await who.redeem(channel)).toBe('use_nonce');
    expect(saved.grants).toHaveLength(0);
    expect(await who.redeem(channel)).toMatchObject({ terms: { scope: ['owner'] } });
  });

  it('ignores a recorded redemption that is sent again', async () => {
    const { who, channel } = await scan();
    await who.redeem(channel);
    for (const { topic, payload } of broker.published)
      if (!phoneTopics.has(topic)) broker.inject(topic, payload);
    await channel.settled();
    expect(saved.grants).toHaveLength(1);
    expect(channel.received.filter((message) => message.type === 'redeemed')).toHaveLength(1);
  });

  it('survives every message being delivered twice', async () => {
    broker.intercept(() => 'repeat');
    const { who, channel } = await scan();
    expect(await who.redeem(channel)).toMatchObject({ terms: { scope: ['owner'] } });
    expect(saved.grants).toHaveLength(1);
  });

  it('says nothing to garbage on its topic', async () => {
    const { who, channel } = await scan();
    const { secret } = parseInviteLink(display.links.at(-1) ?? '');
    const { up } = await deriveChannel(secret, camera.thumbprint);
    const before = broker.published.length;
    for (const text of ['', '....', 'a.b.c.d.e', 'x'.repeat(5_000)])
      broker.inject(up.topic, Buffer.from(text));
    expect(broker.published.length).toBe(before);
    expect(await who.redeem(channel)).toMatchObject({ terms: { scope: ['owner'] } });
  });
});
