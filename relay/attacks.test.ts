import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Channel, deriveChannel } from '#shared/channel.ts';
import { createEphemeralKey, exportPublicJwk } from '#shared/crypto.ts';
import { type Identity, sealMessage } from '#shared/envelope.ts';
import { parseInviteLink } from '#shared/invite-link.ts';
import type { Message } from '#shared/message.ts';
import type { GrantTerms } from '#shared/terms.ts';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { createMemoryBroker, type MemoryBroker } from '#shared/testing/memory-rendezvous.ts';
import { loadConfig } from './config.ts';
import { createLog } from './log.ts';
import { type Relay, startRelay } from './relay.ts';
import { StateDirectory } from './storage/state-directory.ts';
import type { PhoneChannel } from './testing/phone-channel.ts';
import { SettledTime } from './testing/settled-time.ts';
import { TestDisplay } from './testing/test-display.ts';
import { TestPhone } from './testing/test-phone.ts';
import { buildOffer } from './webrtc/testing/offers.ts';

const NONCE_PERIOD_MS = 5 * 60_000;
const INVITE_PERIOD_MS = 10 * 60_000;

let directory: string;
let broker: MemoryBroker;
let clock: FakeClock;
let relay: Relay;
let camera: Identity;
let display: TestDisplay;
let journal: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-attacks-'));
  broker = createMemoryBroker();
  clock = new FakeClock();
  display = new TestDisplay();
  journal = [];
  await start();
});

afterEach(async () => {
  await relay.close();
  await rm(directory, { recursive: true });
});

/** The whole camera but for its lens, its screen and the broker. */
async function start(): Promise<void> {
  const state = new StateDirectory(directory, clock);
  relay = await startRelay({
    config: loadConfig({ LATCHKEY_NAME: 'Kitchen' }),
    state,
    rendezvous: broker.connect(),
    source: { acquire: () => () => undefined, setBitrate: () => undefined, requestKeyframe: () => undefined },
    display,
    clock,
    time: new SettledTime(),
    log: createLog((line) => journal.push(line)),
  });
  ({ identity: camera } = await state.open());
}

const secretOf = (link = '') => parseInviteLink(link).secret;

async function scan(link = display.links.at(-1)): Promise<{ phone: TestPhone; channel: PhoneChannel }> {
  const phone = await TestPhone.create(broker.connect());
  return { phone, channel: await phone.open(secretOf(link), camera, { introduce: true }) };
}

/** An owner, on the channel of its grant. */
async function claim(): Promise<{
  phone: TestPhone;
  terms: GrantTerms;
  channel: PhoneChannel;
  lanes: Channel;
}> {
  const { phone, channel: invite } = await scan();
  const terms = await phone.redeem(invite);
  if (typeof terms === 'string') throw new TypeError(`claim refused: ${terms}`);
  const lanes = await deriveChannel(terms.psk, camera.thumbprint);
  return { phone, terms, lanes, channel: await phone.open(terms.psk, camera, { introduce: false }) };
}

const offerWith = (nonce: string): Message => ({
  type: 'offer',
  body: { nonce, sid: TestPhone.sessionId(), sdp: buildOffer() },
});

const answersIn = ({ received }: PhoneChannel) => received.filter(({ type }) => type === 'answer').length;

describe('a claimed camera', () => {
  it('gives nothing for a code that was shown before and is still good', async () => {
    const late = await scan();
    clock.advance(INVITE_PERIOD_MS);
    await vi.waitFor(() => expect(display.links).toHaveLength(2));
    await claim();
    await late.channel.settled();
    expect(await late.phone.redeem(late.channel)).toBe('invalid_grant');
    expect(display.claims).toHaveLength(1);
  });

  it('stays claimed after a restart, and shows no code', async () => {
    const { channel } = await claim();
    await relay.close();
    display = new TestDisplay();
    await start();
    clock.advance(INVITE_PERIOD_MS);
    await channel.settled();
    expect(display.links).toEqual([]);
  });
});

describe('whoever saw the code over a shoulder', () => {
  it('cannot have the grant sealed to a key of their own under the name of the phone', async () => {
    const { phone, channel } = await scan();
    const thief = await scan();
    const { up } = await deriveChannel(secretOf(display.links[0]), camera.thumbprint);
    const epk = await exportPublicJwk((await createEphemeralKey()).publicKey);
    const forged = await sealMessage(
      { type: 'redeem', body: { nonce: channel.nonce, epk, name: 'Phone' } },
      {
        identity: { ...thief.phone.identity, thumbprint: phone.identity.thumbprint },
        audience: camera.thumbprint,
        lane: up,
        introduce: true,
        issuedAt: 1,
      },
    );
    broker.inject(up.topic, forged.payload);
    await channel.settled();
    expect(display.claims).toEqual([]);
    expect(await phone.redeem(channel)).toMatchObject({ terms: { scope: ['owner'] } });
    expect(await thief.phone.redeem(thief.channel)).toBe('invalid_grant');
  });

  it('cannot watch by the code alone', async () => {
    const { channel } = await scan();
    await channel.send(offerWith(channel.nonce));
    await channel.settled();
    expect(channel.received.map(({ type }) => type)).toEqual(['presence', 'presence']);
  });

  it('writes nothing on the screen but a name', async () => {
    const { phone, channel } = await scan();
    const epk = await exportPublicJwk((await createEphemeralKey()).publicKey);
    for (const name of ['\u001b[2J', 'a\rb', '\u202Eeno', '\u009b31m']) {
      await channel.send({ type: 'redeem', body: { nonce: channel.nonce, epk, name } });
    }
    await channel.settled();
    expect(display.claims).toEqual([]);
    await phone.redeem(channel, '<script>alert(1)</script>');
    expect(display.claims.map(([name]) => name)).toEqual(['<script>alert(1)</script>']);
  });
});

describe('a recorded offer', () => {
  it.each([
    ['at once', 0],
    ['after one rotation', 1],
    ['after two', 2],
    ['after three', 3],
  ])('is answered once, also when it is sent again %s', async (_, rotations) => {
    const { channel, lanes } = await claim();
    const { payload, hash } = await channel.send(offerWith(channel.nonce));
    await channel.answerTo(hash);
    clock.advance(rotations * NONCE_PERIOD_MS);
    for (let times = 0; times < 3; times += 1) broker.inject(lanes.up.topic, payload);
    await channel.settled();
    expect(answersIn(channel)).toBe(1);
  });

  it('is not answered after a restart', async () => {
    const { channel, lanes } = await claim();
    const { payload, hash } = await channel.send(offerWith(channel.nonce));
    await channel.answerTo(hash);
    await relay.close();
    await start();
    await channel.settled();
    broker.inject(lanes.up.topic, payload);
    await channel.settled();
    expect(answersIn(channel)).toBe(1);
  });
});

describe('whoever has the secret of a grant and not its key', () => {
  it('cannot watch, nor is told why', async () => {
    const { channel, lanes, terms } = await claim();
    const thief = await TestPhone.create(broker.connect());
    const { payload } = await sealMessage(offerWith(channel.nonce), {
      identity: thief.identity,
      audience: camera.thumbprint,
      lane: lanes.up,
      issuedAt: 1,
    });
    const before = broker.published.length;
    broker.inject(lanes.up.topic, payload);
    await channel.settled();
    expect(broker.published.length).toBe(before + 2);
    expect(answersIn(channel)).toBe(0);
    expect(terms.terms.scope).toEqual(['owner']);
  });
});

describe('the journal', () => {
  it('holds no secret, key, nonce, description or address', async () => {
    const { phone, terms, channel } = await claim();
    const { hash } = await channel.send(offerWith(channel.nonce));
    const answer = await channel.answerTo(hash);
    const sdp = 'v=0 c=IN IP4 198.51.100.7';
    await channel.send({ type: 'offer', body: { nonce: channel.nonce, sid: TestPhone.sessionId(), sdp } });
    await channel.settled();
    const secrets = [
      secretOf(display.links[0]),
      terms.psk,
      terms.gid,
      channel.nonce,
      phone.identity.thumbprint,
      phone.identity.publicJwk.x,
      hash,
      ...(answer.type === 'answer' ? (answer.body.sdp.match(/(?<=ice-pwd:|sha-256 )\S+/gu) ?? []) : []),
      '198.51.100.7',
      'candidate:',
    ];
    expect(journal.length).toBeGreaterThan(2);
    for (const secret of secrets) expect(journal.join('\n')).not.toContain(secret);
  });
});
