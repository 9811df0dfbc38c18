import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deriveChannel } from '#shared/channel.ts';
import { deriveCheckCode } from '#shared/check-code.ts';
import { numericDateOf } from '#shared/clock.ts';
import { createEphemeralKey, exportPublicJwk, randomBase64url } from '#shared/crypto.ts';
import type { Identity } from '#shared/envelope.ts';
import { createIdentity } from '#shared/identity.ts';
import { deriveInviteId } from '#shared/invite-id.ts';
import { encodeInviteLink, parseInviteLink } from '#shared/invite-link.ts';
import type { GrantTerms } from '#shared/terms.ts';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import {
  createMemoryBroker,
  type MemoryBroker,
  type MemoryRendezvous,
} from '#shared/testing/memory-rendezvous.ts';
import { AccessList } from '../access/access-list.ts';
import { type AccessState, NO_ACCESS } from '../access/access-state.ts';
import type { Invite } from '../access/invite.ts';
import { ChannelServer } from '../channels/channel-server.ts';
import { channelSpecs } from '../channels/channel-specs.ts';
import { Enforcement } from '../lending/enforcement.ts';
import { without } from '../lending/revoke.ts';
import { createLog } from '../log.ts';
import { testInvite, testOwner, testState } from '../testing/access-entries.ts';
import { TestDisplay } from '../testing/test-display.ts';
import { TestPhone } from '../testing/test-phone.ts';
import { Claiming, INVITE_GRACE_S, INVITE_PERIOD_S } from './claiming.ts';
import { Confirmation } from './confirmation.ts';
import { Redeeming } from './redeeming.ts';

let broker: MemoryBroker;
let rendezvous: MemoryRendezvous;
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
  readonly redeeming: Redeeming;
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
  rendezvous = broker.connect();
  const channels: ChannelServer = new ChannelServer({
    ...{ identity: camera, rendezvous, clock, log },
    onRequest: (incoming) => redeeming.handle(incoming),
  });
  const enforcement = new Enforcement({
    ...{ access, channels, clock, log, moment, review: () => undefined, firstRevision: 0 },
    specs: (state, at, revision) =>
      channelSpecs(state, claiming.invites, {
        ...{ moment: at, revision, watching: 0, cameraName: 'Kitchen', iceServersFor: () => [] },
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
    onGranted: (gid) => channels.settled({ kind: 'grant', entryId: gid }),
  });
  running = { claiming, confirmation, enforcement, channels, access, redeeming };
  await claiming.start();
  enforcement.start();
  await channels.settled();
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

/** Redeems, once more where the nonce was too old. */
async function redeemFresh({ who, channel }: Awaited<ReturnType<typeof scan>>): Promise<GrantTerms | string> {
  const first = await who.redeem(channel);
  return first === 'use_nonce' ? who.redeem(channel) : first;
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

/** Puts an entry on the list past everybody, as a start of the camera finds it there. */
const enter = (change: (state: AccessState) => AccessState) =>
  running?.access.change((state) => ({ state: change(state), result: null }));

/** A link that an owner lent. */
async function lend(change: Partial<Invite> = {}): Promise<{ invite: Invite; link: string }> {
  const secret = randomBase64url(16);
  const id = await deriveInviteId(secret, camera.thumbprint);
  const openUntil = numericDateOf(clock) + 3600;
  const invite = testInvite('link', { id, secret, by: owner.gid, openUntil, ...change });
  await enter((state) => ({ ...state, invites: [...state.invites, invite] }));
  await running?.channels.settled();
  return {
    invite,
    link: encodeInviteLink('https://latchkey.example/', { kind: 'lend', camera: camera.thumbprint, secret }),
  };
}

const owner = testOwner('anna');
const forOwner = { scope: ['owner'], duration: null } as const;

describe('a link that an owner lent', () => {
  beforeEach(async () => {
    await enter(() => testState(owner));
  });

  it('lets in the first phone that comes with it, and no other', async () => {
    const { link, invite } = await lend();
    const [first, second] = [await scan(link), await scan(link)];
    const exp = numericDateOf(clock) + 3600;
    expect(await first.who.redeem(first.channel, 'Ben’s phone')).toMatchObject({
      gid: invite.id,
      terms: { scope: ['watch'], exp },
    });
    expect(await second.who.redeem(second.channel)).toBe('invalid_grant');
    expect(saved.grants.slice(1)).toMatchObject([{ name: 'link', device: 'Ben’s phone', by: owner.gid }]);
    expect([saved.invites, display.claims, display.ownersAdded]).toEqual([[], [], []]);
  });

  it('settles a race for one winner', async () => {
    const { link } = await lend();
    const phones = await Promise.all([scan(link), scan(link), scan(link)]);
    const results = await Promise.all(phones.map(({ who, channel }) => who.redeem(channel)));
    expect(results.filter((result) => result !== 'invalid_grant')).toHaveLength(1);
    expect(saved.grants).toHaveLength(2);
  });

  it('gives what it is when its turn comes, whatever it was when the phone asked', async () => {
    const { invite } = await lend({ scope: ['watch', 'talk'] });
    const { who } = await scan();
    const epk = await exportPublicJwk((await createEphemeralKey()).publicKey);
    const amended = enter((state) => ({ ...state, invites: [{ ...invite, scope: ['watch'] }] }));
    await running?.redeeming.handle({
      request: { type: 'redeem', body: { nonce: '', epk, name: 'Ben’s phone' } },
      channel: { kind: 'invite', entryId: invite.id },
      sender: { thumbprint: who.identity.thumbprint, jwk: who.identity.publicJwk },
      hash: '',
      reply: async () => undefined,
    });
    await amended;
    expect(saved.grants.at(-1)).toMatchObject({ device: 'Ben’s phone', scope: ['watch'] });
  });

  it.each([
    ['expired', 'has run out', async () => clock.advance(3601_000)],
    [
      'withdrawn',
      'was taken back',
      () =>
        enter((state) =>
          without(state, state.invites[0]?.id ?? '', { at: numericDateOf(clock), by: owner.gid }),
        ),
    ],
  ])('says %s when it %s, to the first phone that comes and to no other', async (code, _, happens) => {
    const { link } = await lend();
    const [first, second] = [await scan(link), await scan(link)];
    await happens();
    for (let times = 0; times < 2; times += 1) {
      expect(await redeemFresh(first)).toBe(code);
      expect(await redeemFresh(second)).toBe('invalid_grant');
    }
    expect(saved.grants).toHaveLength(1);
  });

  it('is used up, so that who comes with it later learns nothing of what became of it', async () => {
    const { link } = await lend();
    const [first, second] = [await scan(link), await scan(link)];
    await first.who.redeem(first.channel);
    clock.advance(60_000);
    expect(await redeemFresh(second)).toBe('invalid_grant');
  });

  it('waits, while the camera does not know the time', async () => {
    const { link } = await lend();
    const { who, channel } = await scan(link);
    isTrusted = false;
    expect(await who.redeem(channel)).toBe('clock_unsynced');
    isTrusted = true;
    expect(await who.redeem(channel)).toMatchObject({ terms: { scope: ['watch'] } });
  });

  it('gives its phone the same grant again for an hour, should the answer be lost', async () => {
    const { link } = await lend();
    const { who, channel } = await scan(link);
    const first = await who.redeem(channel);
    clock.advance(3600_000);
    expect(await redeemFresh({ who, channel })).toEqual(first);
    clock.advance(5_000);
    await running?.channels.settled();
    const { up } = await deriveChannel(parseInviteLink(link).secret, camera.thumbprint);
    expect(broker.subscribedTopics()).not.toContain(up.topic);
  });

  it('has its grant’s channel open before the phone is told of it', async () => {
    const [{ link }, other] = [await lend(), await lend()];
    const { who, channel } = await scan(link);
    const bystander = await scan(other.link);
    const granted = Promise.withResolvers<void>();
    const subscribe = rendezvous.subscribe.bind(rendezvous);
    vi.spyOn(rendezvous, 'subscribe').mockImplementationOnce(async (...args) => {
      await granted.promise;
      return subscribe(...args);
    });
    const redeemed = who.redeem(channel);
    await vi.waitFor(() => expect(saved.grants).toHaveLength(2));
    for (let times = 0; times < 5; times += 1) await bystander.channel.settled();
    expect(channel.received.map(({ type }) => type)).not.toContain('redeemed');
    granted.resolve();
    const terms = await redeemed;
    if (typeof terms === 'string') throw new Error(terms);
    const { up } = await deriveChannel(terms.psk, camera.thumbprint);
    expect(broker.subscribedTopics()).toContain(up.topic);
  });

  it('calls a phone that has no name a phone', async () => {
    const { link } = await lend();
    const { who, channel } = await scan(link);
    await who.redeem(channel, ' \u00a0');
    expect(saved.grants.at(-1)?.device).toBe('Phone');
  });
});

describe('a link that makes an owner', () => {
  beforeEach(async () => {
    await enter(() => testState(owner));
  });

  const digits = () => display.confirmations.at(-1)?.[1] ?? '';
  const others = () => digits().replace(/^./, (digit) => String((Number(digit) + 1) % 10));

  it('needs the digits on the camera when it was lent from afar', async () => {
    const idle = clock.pending;
    const { link } = await lend(forOwner);
    const { who, channel } = await scan(link);
    expect(await who.redeem(channel, 'Ben’s phone')).toBe('needs_code');
    expect(display.confirmations).toEqual([['Ben’s phone', expect.stringMatching(/^\d{6}$/)]]);
    expect(await who.redeem(channel, 'Ben’s phone', others())).toBe('wrong_code');
    expect(saved.grants).toHaveLength(1);
    expect(await who.redeem(channel, 'Ben’s phone', digits())).toMatchObject({ terms: { scope: ['owner'] } });
    expect(display.ownersAdded).toEqual(['Ben’s phone']);
    // All that waits is the hour in which the wrong answer is forgotten.
    expect(clock.pending).toBe(idle + 1);
  });

  it('asks for no digits again when the answer was lost', async () => {
    const { link } = await lend(forOwner);
    const { who, channel } = await scan(link);
    await who.redeem(channel);
    const first = await who.redeem(channel, 'Phone', digits());
    expect(await who.redeem(channel)).toEqual(first);
    expect(display.confirmations).toHaveLength(1);
  });

  it('takes the digits once more where the disk was full the first time', async () => {
    const { link } = await lend(forOwner);
    const { who, channel } = await scan(link);
    await who.redeem(channel);
    let attempts = 0;
    save = async () => {
      attempts += 1;
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    };
    void who.redeem(channel, 'Phone', digits());
    await vi.waitFor(() => expect(attempts).toBe(1));
    save = async (state) => {
      saved = state;
    };
    expect(await who.redeem(channel, 'Phone', digits())).toMatchObject({ terms: { scope: ['owner'] } });
    expect(display.confirmations).toHaveLength(1);
  });

  it('is taken back after three wrong answers', async () => {
    const { link } = await lend(forOwner);
    const { who, channel } = await scan(link);
    await who.redeem(channel);
    const said = [];
    for (let times = 0; times < 3; times += 1) said.push(await who.redeem(channel, 'Phone', others()));
    expect(said).toEqual(['wrong_code', 'wrong_code', 'withdrawn']);
    expect(saved).toMatchObject({ invites: [], withdrawn: [{ by: null, entry: { kind: 'invite' } }] });
    expect(await who.redeem(channel, 'Phone', digits())).toBe('withdrawn');
    expect(saved.grants).toHaveLength(1);
  });

  it('has the camera show no digits once it is over', async () => {
    const { link } = await lend(forOwner);
    const visitor = await scan(link);
    clock.advance(3601_000);
    expect(await redeemFresh(visitor)).toBe('expired');
    expect(display.confirmations).toEqual([]);
  });

  /** What is shown to whoever asks at the command line. */
  const ask = async () => {
    const link = (await running?.claiming.createCode())?.link;
    await running?.channels.settled();
    return link;
  };

  it('needs none when the camera itself showed it', async () => {
    const { who, channel } = await scan(await ask());
    expect(await who.redeem(channel, 'Ben’s phone')).toMatchObject({ terms: { scope: ['owner'] } });
    expect(display.confirmations).toEqual([]);
    expect(display.claims).toMatchObject([['Ben’s phone', expect.stringMatching(/^\d{4}$/)]]);
  });

  it('is over in time when the camera itself showed it, though its clock is set back', async () => {
    const visitor = await scan(await ask());
    clock.advance((INVITE_PERIOD_S + INVITE_GRACE_S + 1) * 1000);
    clock.step(-3600_000);
    isTrusted = false;
    expect(await redeemFresh(visitor)).toBe('expired');
    expect(saved.grants).toHaveLength(1);
  });

  it('is over with the start of the camera in which it was shown', async () => {
    const link = await ask();
    await stop();
    await start();
    expect(await redeemFresh(await scan(link))).toBe('expired');
  });
});
