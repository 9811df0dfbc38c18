import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEphemeralKey, exportPublicJwk, openSealed } from '#shared/crypto.ts';
import { downMessages } from '#shared/down-message.ts';
import { openMessage, sealMessage } from '#shared/envelope.ts';
import { upMessages } from '#shared/up-message.ts';
import { type Holder, TestCamera, type Visitor } from './testing/test-camera.ts';

let camera: TestCamera;

beforeEach(async () => {
  camera = await TestCamera.start();
});

afterEach(async () => {
  await camera.stop();
  expect(camera.clock.pending).toBe(0);
});

const redeem = (visitor: Visitor, code?: string) =>
  camera.redeem(visitor, code === undefined ? {} : { code });
const isLetIn = (said: Awaited<ReturnType<typeof redeem>>) => typeof said !== 'string';
const forOwner = { scope: ['owner'], duration: null } as const;

describe.each([
  ['the code of an unclaimed camera', async () => camera.shownSecret],
  ['a link that was lent', async () => (await (await camera.claim()).channel.lend()).secret],
])('%s', (_, make) => {
  let secret: string;
  let before: number;

  beforeEach(async () => {
    secret = await make();
    before = camera.saved.grants.length;
  });

  it('has one winner, whoever races for it', async () => {
    const visitors = await Promise.all(Array.from({ length: 5 }, () => camera.visit(secret)));
    const said = await Promise.all(visitors.map((visitor) => redeem(visitor)));
    expect(said.filter(isLetIn)).toHaveLength(1);
    expect(said.filter((word) => word === 'invalid_grant')).toHaveLength(4);
    expect(camera.saved.grants).toHaveLength(before + 1);
  });

  it('gives the winner the same grant again when the camera dies between writing and answering', async () => {
    const [winner, thief] = [await camera.visit(secret), await camera.visit(secret)];
    camera.broker.intercept(({ topic }) => (topic === winner.channel.lanes.down.topic ? 'drop' : 'deliver'));
    void redeem(winner);
    await vi.waitFor(() => expect(camera.saved.grants).toHaveLength(before + 1));
    await camera.restart();
    camera.broker.intercept(null);
    expect(await redeem(thief)).toBe('invalid_grant');
    expect(await redeem(winner)).toMatchObject({ gid: camera.saved.grants.at(-1)?.gid });
    expect(camera.saved.grants).toHaveLength(before + 1);
  });

  it('is not used up by a redemption that the disk does not take', async () => {
    const unlucky = await camera.visit(secret);
    let attempts = 0;
    camera.onSave = async () => {
      attempts += 1;
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    };
    void redeem(unlucky);
    await vi.waitFor(() => expect(attempts).toBe(1));
    await camera.restart();
    camera.onSave = async () => undefined;
    // A camera without an owner shows another code at each start.
    if (before === 0) secret = camera.shownSecret;
    expect(isLetIn(await redeem(await camera.visit(secret)))).toBe(true);
    expect(unlucky.channel.received.map(({ type }) => type)).not.toContain('redeemed');
  });

  it('is not opened by a recorded redemption, whether at once, after rotations, or after a restart', async () => {
    const winner = await camera.visit(secret);
    await redeem(winner);
    const up = winner.channel.lanes.up.topic;
    const recorded = camera.broker.published.filter(({ topic }) => topic === up);
    for (const happens of [() => undefined, () => camera.clock.advance(300_000), () => camera.restart()]) {
      await happens();
      for (const { payload } of recorded) camera.broker.inject(up, payload);
      await winner.channel.settled();
    }
    expect(winner.channel.received.filter(({ type }) => type === 'redeemed')).toHaveLength(1);
    expect(camera.saved.grants).toHaveLength(before + 1);
  });

  it('gives whoever has it too neither the grant, nor a way to have it sealed for them', async () => {
    const [winner, thief] = [await camera.visit(secret), await camera.visit(secret)];
    const epk = await createEphemeralKey();
    const body = { nonce: winner.channel.nonce, epk: await exportPublicJwk(epk.publicKey), name: 'Phone' };
    const { lanes } = thief.channel;
    const forged = await sealMessage(
      { type: 'redeem', body },
      {
        identity: { ...thief.phone.identity, thumbprint: winner.phone.identity.thumbprint },
        ...{ audience: camera.identity.thumbprint, lane: lanes.up, introduce: true, issuedAt: 1 },
      },
    );
    camera.broker.inject(lanes.up.topic, forged.payload);
    expect(isLetIn(await redeem(winner))).toBe(true);
    const answer = camera.broker.published.findLast(
      ({ topic, isRetained }) => topic === lanes.down.topic && !isRetained,
    );
    const { message } = await openMessage(answer?.payload ?? new Uint8Array(), {
      ...{ lane: lanes.down, reader: downMessages, audience: winner.phone.identity.thumbprint },
      sender: { type: 'introduced', thumbprint: camera.identity.thumbprint },
    });
    const sealed = message.type === 'redeemed' ? message.body.sealed : '';
    await expect(openSealed(sealed, epk.privateKey)).rejects.toMatchObject({ code: 'not_authentic' });
    expect(await redeem(thief)).toBe('invalid_grant');
  });
});

describe('a link', () => {
  let owner: Holder;

  beforeEach(async () => {
    owner = await camera.claim();
  });

  it.each([
    ['has run out', 'expired', async () => camera.clock.advance(24 * 3600_000 + 1_000)],
    ['was taken back', 'withdrawn', async (id: string) => owner.channel.revoke(id)],
  ])('that %s lets in nobody, and says why to the first alone', async (_, code, happens) => {
    const { secret, id } = await owner.channel.lend();
    const visitors = [await camera.visit(secret), await camera.visit(secret)] as const;
    await happens(id);
    await Promise.all(visitors.map(({ channel }) => channel.settled()));
    expect(await redeem(visitors[0])).toBe(code);
    expect(await redeem(visitors[1])).toBe('invalid_grant');
    expect(camera.saved.grants).toHaveLength(1);
  });

  it('that was taken back does so after a restart too, and for who comes late', async () => {
    const { secret, id } = await owner.channel.lend();
    await owner.channel.revoke(id);
    await camera.restart();
    expect(await redeem(await camera.visit(secret))).toBe('withdrawn');
  });

  it('that was taken back is not there again by being lent again', async () => {
    const { secret, id } = await owner.channel.lend();
    await owner.channel.revoke(id);
    expect((await owner.channel.lend({ secret })).said).toBe('withdrawn');
    expect(await redeem(await camera.visit(secret))).toBe('withdrawn');
  });

  it('that is taken back while it is redeemed lets in nobody for good, whichever comes first', async () => {
    for (let times = 0; times < 4; times += 1) {
      const { secret, id } = await owner.channel.lend();
      const visitor = await camera.visit(secret);
      const [said] = await Promise.all([redeem(visitor), owner.channel.revoke(id)]);
      if (typeof said !== 'string') {
        const holder = { channel: await camera.open(said, visitor.phone) };
        expect(holder.channel.received.at(-1)).toMatchObject({ type: 'ended', body: { reason: 'revoked' } });
      }
      expect(camera.saved.grants).toHaveLength(1);
    }
  });

  it('cannot be lent under the name of one that somebody else lent', async () => {
    const lender = await camera.letIn(owner, { scope: ['watch', 'lend'] });
    const { secret } = await owner.channel.lend({ scope: ['watch', 'talk'] });
    expect((await lender.channel.lend({ secret })).said).toBe('bad_terms');
    expect((await camera.accept(secret)).terms.terms.scope).toEqual(['watch', 'talk']);
  });
});

describe('a link that makes an owner', () => {
  let owner: Holder;
  let secret: string;

  beforeEach(async () => {
    owner = await camera.claim();
    secret = (await owner.channel.lend(forOwner)).secret;
  });

  const digits = () => camera.display.confirmations.at(-1)?.[1] ?? '';
  const owners = () => camera.saved.grants.filter(({ scope }) => scope.includes('owner'));

  it('is worth nothing to a thief who is not in front of the camera', async () => {
    const thief = await camera.visit(secret);
    expect(await redeem(thief)).toBe('needs_code');
    const wrong = digits() === '000000' ? '000001' : '000000';
    expect([await redeem(thief, wrong), await redeem(thief, wrong), await redeem(thief, wrong)]).toEqual([
      'wrong_code',
      'wrong_code',
      'withdrawn',
    ]);
    expect(await redeem(thief, digits())).toBe('withdrawn');
    expect(owners()).toHaveLength(1);
  });

  it('cannot be guessed at for longer by waiting, or with many keys', async () => {
    const said = [];
    for (let times = 0; times < 3; times += 1) {
      const thief = await camera.visit(secret);
      await redeem(thief);
      said.push(await redeem(thief, digits() === '000000' ? '000001' : '000000'));
      camera.clock.advance(5 * 60_000);
    }
    expect(said).toEqual(['wrong_code', 'wrong_code', 'withdrawn']);
  });

  it('is worth nothing to a thief who reads the digits on their way, and holds them back', async () => {
    const [honest, thief] = [await camera.visit(secret), await camera.visit(secret)];
    await redeem(honest);
    const up = honest.channel.lanes.up;
    const stolen = Promise.withResolvers<string>();
    camera.broker.intercept(({ topic, payload }) => {
      if (topic !== up.topic) return 'deliver';
      camera.broker.intercept(null);
      openMessage(payload, {
        ...{
          lane: up,
          reader: upMessages,
          audience: camera.identity.thumbprint,
          sender: { type: 'introduced' },
        },
      }).then(
        ({ message }) => stolen.resolve(message.type === 'redeem' ? (message.body.code ?? '') : ''),
        stolen.reject,
      );
      return 'drop';
    });
    void redeem(honest, digits());
    expect(await stolen.promise).toBe(digits());
    expect(await redeem(thief, await stolen.promise)).toBe('invalid_grant');
    expect(isLetIn(await redeem(honest, digits()))).toBe(true);
  });

  it('leaves none that would take the camera from the new owner once it was handed over', async () => {
    const handing = { ...forOwner, transfer: true };
    const [first, second] = [await owner.channel.lend(handing), await owner.channel.lend(handing)];
    const heir = await camera.accept(first.secret);
    expect(await redeem(await camera.visit(second.secret))).toBe('withdrawn');
    expect(owners().map(({ gid }) => gid)).toEqual([heir.terms.gid]);
  });
});
