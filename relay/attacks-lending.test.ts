import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEphemeralKey, exportPublicJwk } from '#shared/crypto.ts';
import type { Message } from '#shared/message.ts';
import { type Holder, TestCamera } from './testing/test-camera.ts';

const NONCE_PERIOD_MS = 5 * 60_000;
const DAY_S = 24 * 3600;
const TO_LEND = { scope: ['watch', 'lend'] } as const;

let camera: TestCamera;
let owner: Holder;

beforeEach(async () => {
  camera = await TestCamera.start();
  owner = await camera.claim();
});

afterEach(async () => {
  await camera.stop();
  expect(camera.clock.pending).toBe(0);
});

const gidOf = ({ terms }: Holder) => terms.gid;

describe('a guest with the verbs of an owner', () => {
  let guest: Holder;
  let other: Holder;

  beforeEach(async () => {
    guest = await camera.letIn(owner);
    other = await camera.letIn(owner, { name: 'Other' });
  });

  it('is refused every one of them, and changes nothing', async () => {
    const before = camera.saved;
    const { channel } = guest;
    expect([
      (await channel.lend()).said,
      (await channel.lend({ scope: ['owner'], duration: null })).said,
      (await channel.lend({ scope: ['owner'], duration: null, transfer: true })).said,
      await channel.list(),
      await channel.log(),
      await channel.revoke(gidOf(other)),
      await channel.revoke(gidOf(owner)),
      await channel.amend({ id: gidOf(guest), exp: camera.now + 9 * DAY_S }),
      await channel.amend({ id: gidOf(guest), scope: ['owner'] }),
      await channel.amend({ id: gidOf(other), name: 'Mine' }),
    ]).toEqual(Array.from({ length: 10 }, () => 'not_allowed'));
    expect(camera.saved).toEqual(before);
  });

  it('that may lend sees and touches nothing but its own', async () => {
    const lender = await camera.letIn(owner, TO_LEND);
    const friend = await camera.letIn(lender, { name: 'Friend' });
    const { channel } = lender;
    const entries = await channel.list();
    expect(typeof entries === 'string' ? entries : entries.map(({ id }) => id)).toEqual([
      gidOf(lender),
      gidOf(friend),
    ]);
    expect(JSON.stringify(entries)).not.toContain('Other');
    expect([
      await channel.log(),
      await channel.revoke(gidOf(other)),
      await channel.revoke(gidOf(owner)),
      await channel.amend({ id: gidOf(other), name: 'Mine' }),
      await channel.amend({ id: gidOf(owner), name: 'Mine' }),
      await channel.amend({ id: gidOf(lender), exp: camera.now + 9 * DAY_S }),
      await channel.amend({ id: gidOf(friend), scope: ['owner'] }),
    ]).toEqual([
      'not_allowed',
      'not_found',
      'not_found',
      'not_found',
      'not_found',
      'not_allowed',
      'beyond_own',
    ]);
  });

  it('has them not on the channel of an invite either', async () => {
    const { secret } = await owner.channel.lend();
    const { channel } = await camera.visit(secret);
    const before = camera.saved;
    const nonce = { nonce: channel.nonce };
    for (const message of [
      { type: 'list', body: { ...nonce, after: null } },
      { type: 'revoke', body: { ...nonce, id: gidOf(owner) } },
      { type: 'log', body: { ...nonce, before: null } },
      { type: 'offer', body: { ...nonce, sid: 'A'.repeat(22), sdp: 'offer' } },
    ] satisfies Message[])
      await channel.send(message);
    await channel.settled();
    expect(channel.received.every(({ type }) => type === 'presence')).toBe(true);
    expect([camera.saved, camera.peers]).toEqual([before, []]);
  });
});

describe('a guest that lends on', () => {
  it.each([
    ['rights it has not', { scope: ['watch', 'talk'] }],
    ['the camera', { scope: ['owner'], duration: null }],
    ['the camera, in exchange', { scope: ['owner'], duration: null, transfer: true }],
  ] as const)('cannot give %s', async (_, terms) => {
    const lender = await camera.letIn(owner, TO_LEND);
    expect((await lender.channel.lend(terms)).said).toBe('beyond_own');
  });

  it('cannot give longer than it has, neither by a date nor by a duration nor by a change', async () => {
    const lender = await camera.letIn(owner, { ...TO_LEND, exp: camera.now + 100 });
    expect((await lender.channel.lend({ exp: camera.now + 101 })).said).toBe('beyond_own');
    const friend = await camera.letIn(lender, { duration: DAY_S });
    expect(friend.terms.terms.exp).toBe(lender.terms.terms.exp);
    expect(await lender.channel.amend({ id: gidOf(friend), exp: camera.now + 101 })).toBe('beyond_own');
    camera.clock.step(100_000);
    expect(await camera.offer(friend)).toBe('expired');
  });

  it('cannot give through many hands', async () => {
    const hands = [owner];
    for (let depth = 1; depth <= 3; depth += 1)
      hands.push(await camera.letIn(hands.at(-1) ?? owner, TO_LEND));
    expect((await hands.at(-1)?.channel.lend())?.said).toBe('beyond_own');
  });

  it('cannot fill the list', async () => {
    const lender = await camera.letIn(owner, TO_LEND);
    const said = [];
    for (let count = 0; count < 51; count += 1) said.push((await lender.channel.lend()).said);
    expect(said.filter((word) => word === 'done')).toHaveLength(50);
    expect(said.at(-1)).toBe('too_many');
    expect((await owner.channel.lend()).said).toBe('done');
  });

  it.each([
    ['may not lend any more', (gid: string) => owner.channel.amend({ id: gid, scope: ['watch'] }), 'revoked'],
    ['is revoked', (gid: string) => owner.channel.revoke(gid), 'revoked'],
    ['has its end', async () => camera.clock.step(DAY_S * 1000), 'expired'],
  ])(
    'and %s has let in nobody, in whichever hand, and its links are worth nothing',
    async (_, happens, reason) => {
      const lender = await camera.letIn(owner, TO_LEND);
      const friend = await camera.letIn(lender, TO_LEND);
      const distant = await camera.letIn(friend);
      const { secret } = await lender.channel.lend();
      const peers = [await camera.watch(friend), await camera.watch(distant)];
      const visitor = await camera.visit(secret);
      await happens(gidOf(lender));
      camera.clock.advance(5_000);
      expect(peers.map(({ closedFor }) => closedFor)).toEqual([reason, reason]);
      for (const { channel } of [friend, distant])
        await expect.poll(() => channel.received).toContainEqual({ type: 'ended', body: { reason } });
      expect(['expired', 'withdrawn']).toContain(await camera.redeem(visitor));
    },
  );

  it('is narrowed together with those to whom it lent, while they watch', async () => {
    const lender = await camera.letIn(owner, { scope: ['watch', 'listen', 'lend'] });
    const friend = await camera.letIn(lender, { scope: ['watch'] });
    const peer = await camera.watch(friend);
    expect(await owner.channel.amend({ id: gidOf(lender), scope: ['listen', 'lend'] })).toBe('done');
    expect([camera.shows(peer), peer.closedFor]).toEqual([false, 'revoked']);
  });
});

describe('a recorded request about the list', () => {
  /** Records what is sent up on a channel while something is done. */
  async function record({ channel }: Holder, act: () => Promise<unknown>): Promise<readonly Uint8Array[]> {
    const start = camera.broker.published.length;
    await act();
    return camera.broker.published
      .slice(start)
      .filter(({ topic }) => topic === channel.lanes.up.topic)
      .map(({ payload }) => payload);
  }

  it.each([
    ['at once', async () => undefined],
    ['after one rotation', async () => camera.clock.advance(NONCE_PERIOD_MS)],
    ['after two', async () => camera.clock.advance(2 * NONCE_PERIOD_MS)],
    ['after a restart', () => camera.restart()],
  ])('does nothing when it is sent again %s', async (_, happens) => {
    const guest = await camera.letIn(owner, { exp: camera.now + DAY_S });
    const id = gidOf(guest);
    const { channel } = owner;
    const link: { secret: string; id: string }[] = [];
    const recorded = await record(owner, async () => {
      link.push(await channel.lend());
      await channel.amend({ id, exp: camera.now + 9 * DAY_S });
    });
    await channel.revoke(link[0]?.id ?? '');
    await channel.amend({ id, exp: camera.now + DAY_S });
    const before = camera.saved;
    await happens();
    await channel.settled();
    for (const payload of recorded) camera.broker.inject(channel.lanes.up.topic, payload);
    await channel.settled();
    expect(camera.saved).toEqual(before);
  });

  it('counts once, however often the broker delivers it', async () => {
    camera.broker.intercept(() => 'repeat');
    const guest = await camera.letIn(owner);
    expect(camera.saved.grants).toHaveLength(2);
    expect(await owner.channel.revoke(gidOf(guest))).toBe('done');
    await owner.channel.settled();
    expect(camera.saved.withdrawn).toHaveLength(1);
  });
});

describe('a name', () => {
  const HOSTILE = ['\u001b[2J', 'a\rb', 'a\u2028b', '\u202Eeno', '\u009b31m', 'a\u0000', 'half \ud83d', ''];

  it('of control sequences, line ends or half characters is lent to nobody', async () => {
    const before = camera.saved;
    for (const name of HOSTILE) {
      const body = {
        ...{ secret: 'A'.repeat(22), name, scope: ['watch' as const], nbf: null, exp: null, hours: null },
      };
      const terms = { duration: 3600, open_until: camera.now + 3600, transfer: false };
      await owner.channel.send({ type: 'lend', body: { nonce: owner.channel.nonce, ...body, ...terms } });
      await owner.channel.send({
        type: 'amend',
        body: { nonce: owner.channel.nonce, id: gidOf(owner), name },
      });
    }
    await owner.channel.settled();
    expect(camera.saved).toEqual(before);
  });

  it('of control sequences does not come from a phone either', async () => {
    const { secret } = await owner.channel.lend();
    const { channel } = await camera.visit(secret);
    const epk = await exportPublicJwk((await createEphemeralKey()).publicKey);
    for (const name of HOSTILE)
      await channel.send({ type: 'redeem', body: { nonce: channel.nonce, epk, name } });
    await channel.settled();
    expect(camera.saved.grants).toHaveLength(1);
  });

  it('of markup is a name like any other, and stands in no journal', async () => {
    const script = '<script>alert(1)</script>';
    const { secret } = await owner.channel.lend({ name: script });
    const guest = await camera.accept(secret, script);
    const entries = await owner.channel.list();
    expect(entries).toContainEqual(
      expect.objectContaining({ id: gidOf(guest), name: script, device: script }),
    );
    expect(camera.journal.join('\n')).not.toContain('script');
  });

  it('hides the list from nobody, however long the names are that phones give themselves', async () => {
    const name = () =>
      Array.from({ length: 64 }, () => String.fromCharCode(0x4e00 + Math.floor(Math.random() * 20_000))).join(
        '',
      );
    for (let count = 0; count < 6; count += 1) {
      const { secret } = await owner.channel.lend({ name: name(), scope: ['watch', 'talk', 'lend'] });
      await camera.accept(secret, name());
    }
    expect(await owner.channel.list()).toHaveLength(7);
  });
});
