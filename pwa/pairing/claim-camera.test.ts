import { describe, expect, test } from 'vitest';
import { deriveCheckCode } from '#shared/check-code.ts';
import { randomBase64url } from '#shared/crypto.ts';
import { createIdentity } from '#shared/identity.ts';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { createMemoryBroker } from '#shared/testing/memory-rendezvous.ts';
import { KeyStore } from '../identity/key-store.ts';
import { CameraStore } from '../storage/camera-store.ts';
import { StorageError } from '../storage/storage-error.ts';
import { eventually } from '../testing/eventually.ts';
import { FakeCamera } from '../testing/fake-camera.ts';
import { MemoryRecords } from '../testing/memory-records.ts';
import { claimCamera } from './claim-camera.ts';
import type { Claim, ClaimState } from './claim-state.ts';

const broker = createMemoryBroker;

function createPhone(meetingPoint: ReturnType<typeof broker>) {
  const records = { keys: new MemoryRecords(), pending: new MemoryRecords(), cameras: new MemoryRecords() };
  const clock = new FakeClock();
  const rendezvous = meetingPoint.connect();
  const keys = new KeyStore(records.keys);
  const cameras = new CameraStore(records.cameras);
  const services = {
    ...{ keys, cameras, clock, pending: records.pending },
    borrowRendezvous: async () => ({ rendezvous, release: () => undefined }),
    onStored: () => undefined,
  };
  const controller = new AbortController();
  const claim = (link: string) => claimCamera(services, link, 'My phone', controller);
  const isEmpty = () => Object.values(records).every(({ values }) => values.size === 0);
  return { records, clock, rendezvous, cameras, claim, isEmpty, cancel: () => controller.abort() };
}

async function setUp() {
  const meetingPoint = broker();
  const camera = await FakeCamera.create(meetingPoint.connect());
  const channel = await camera.openInvite();
  return { meetingPoint, camera, channel, phone: createPhone(meetingPoint) };
}

function end({ state }: Claim): Promise<ClaimState> {
  return eventually(() => (state.value.type === 'claiming' ? null : state.value));
}

function finish({ state }: Claim): Promise<ClaimState> {
  return eventually(() => (state.value.type === 'claimed' || state.value.type === 'failed') && state.value);
}

const heard = (camera: FakeCamera, type: string, times: number) =>
  eventually(() => camera.heard.filter((one) => one === type).length >= times);

describe('claim', () => {
  test('makes the first phone the owner, with the same four digits on both sides', async () => {
    const { camera, phone } = await setUp();
    const state = await end(phone.claim(camera.link));
    const checkCode = await deriveCheckCode(camera.psk, camera.owner ?? '');
    expect(state).toEqual({
      type: 'claimed',
      cameraId: camera.gid,
      cameraName: 'Porch',
      role: 'owner',
      checkCode,
    });
    const { cameras } = await phone.cameras.list();
    expect(cameras).toMatchObject([
      { gid: camera.gid, camera: camera.identity.thumbprint, phone: camera.owner },
    ]);
    expect(phone.records.pending.values.size).toBe(0);
    expect(phone.clock.pending).toBe(0);
  });

  test('is refused to the second phone, which keeps nothing of it', async () => {
    const { meetingPoint, camera, phone } = await setUp();
    await end(phone.claim(camera.link));
    const second = createPhone(meetingPoint);
    expect(await end(second.claim(camera.link))).toEqual({ type: 'failed', code: 'already_claimed' });
    expect(second.isEmpty()).toBe(true);
  });

  test.each(['', 'https://page.example/', 'javascript:alert(1)', '#c1.x.y', 'x'.repeat(10_000)])(
    'of a text that is no link fails at once',
    async (text) => {
      const { phone } = await setUp();
      expect(await end(phone.claim(text))).toEqual({ type: 'failed', code: 'not_a_latchkey' });
      expect(phone.isEmpty()).toBe(true);
    },
  );

  test('asks again with the new nonce when the first has gone stale', async () => {
    const { camera, phone } = await setUp();
    camera.nonce = randomBase64url(16);
    // The greeting brings the new one: only the camera's restart after it makes it stale.
    camera.redeemOtherwise = (channel, request) => {
      camera.redeemOtherwise = null;
      camera.nonce = randomBase64url(16);
      return camera.answerRedeem(channel, request);
    };
    expect(await end(phone.claim(camera.link))).toMatchObject({ type: 'claimed' });
  });

  test('survives a lost answer: the same key asks again and has the same grant', async () => {
    const { camera, phone } = await setUp();
    camera.redeemOtherwise = async (_, { sender }) => {
      camera.owner = sender.thumbprint;
      camera.redeemOtherwise = null;
    };
    const claim = phone.claim(camera.link);
    await heard(camera, 'redeem', 1);
    phone.clock.advance(5_000);
    expect(await end(claim)).toMatchObject({ type: 'claimed', cameraId: camera.gid });
  });

  test('survives the end of the page between asking and the answer', async () => {
    const { camera, phone } = await setUp();
    camera.redeemOtherwise = async (_, { sender }) => {
      camera.owner = sender.thumbprint;
    };
    const first = phone.claim(camera.link);
    await heard(camera, 'redeem', 1);
    phone.cancel();
    expect(await end(first)).toEqual({ type: 'failed', code: 'cancelled' });
    expect(phone.records.cameras.values.size).toBe(0);
    camera.redeemOtherwise = null;
    const reloaded = createPhone({ ...broker(), connect: () => phone.rendezvous });
    for (const kind of ['keys', 'pending'] as const) {
      for (const [name, value] of phone.records[kind].values) reloaded.records[kind].values.set(name, value);
    }
    expect(await end(reloaded.claim(camera.link))).toMatchObject({ type: 'claimed' });
  });

  test('does not believe a grant that another key than the link’s signed', async () => {
    const { camera, phone } = await setUp();
    const thief = await createIdentity({ extractable: false });
    camera.redeemOtherwise = (channel, request) => camera.answerRedeem(channel, request, thief);
    const claim = phone.claim(camera.link);
    for (let attempt = 1; attempt <= 4; attempt++) {
      await heard(camera, 'redeem', attempt);
      await eventually(() => phone.clock.pending > 0);
      phone.clock.advance(5_000);
    }
    expect(await end(claim)).toEqual({ type: 'failed', code: 'wrong_camera' });
    expect(phone.records.cameras.values.size).toBe(0);
  });

  test('does not believe an answer to somebody else’s request', async () => {
    const { camera, phone } = await setUp();
    camera.redeemOtherwise = async (channel, request) => {
      camera.redeemOtherwise = null;
      await camera.answerRedeem(channel, { ...request, hash: 'x'.repeat(43) });
    };
    const claim = phone.claim(camera.link);
    await heard(camera, 'redeem', 1);
    expect(claim.state.value).toEqual({ type: 'claiming', step: 'camera' });
    phone.clock.advance(5_000);
    expect(await end(claim)).toMatchObject({ type: 'claimed' });
  });

  test('of a camera that has gone silent says so', async () => {
    const { camera, phone } = await setUp();
    camera.isListening = false;
    const claim = phone.claim(camera.link);
    for (let attempt = 1; attempt <= 4; attempt++) {
      await heard(camera, 'redeem', attempt);
      phone.clock.advance(5_000);
    }
    expect(await end(claim)).toEqual({ type: 'failed', code: 'camera_offline' });
  });

  test('of a code whose channel is closed says that it has expired', async () => {
    const { meetingPoint, phone } = await setUp();
    const gone = await FakeCamera.create(meetingPoint.connect());
    const claim = phone.claim(gone.link);
    await eventually(() => meetingPoint.published.length >= 2);
    phone.clock.advance(5_000);
    expect(await end(claim)).toEqual({ type: 'failed', code: 'expired' });
  });

  test('without a broker says so', async () => {
    const { meetingPoint, camera, phone } = await setUp();
    meetingPoint.setOnline(false);
    const claim = phone.claim(camera.link);
    await eventually(() => phone.clock.pending > 0);
    phone.clock.advance(10_000);
    expect(await end(claim)).toEqual({ type: 'failed', code: 'rendezvous_offline' });
    expect(phone.clock.pending).toBe(0);
  });

  test('that cannot store its key asks no camera', async () => {
    const { camera, phone } = await setUp();
    phone.records.keys.fault = () => new StorageError('storage_failed', 'no');
    expect(await end(phone.claim(camera.link))).toEqual({ type: 'failed', code: 'storage_failed' });
    expect(camera.heard).toEqual([]);
    expect(phone.isEmpty()).toBe(true);
  });

  test('that cannot remember its key keeps none', async () => {
    const { phone, camera } = await setUp();
    phone.records.pending.fault = () => new StorageError('storage_failed', 'full');
    expect(await end(phone.claim(camera.link))).toEqual({ type: 'failed', code: 'storage_failed' });
    expect(phone.isEmpty()).toBe(true);
  });

  test('whose grant is lost in storage can be made good with the same link', async () => {
    const { camera, phone } = await setUp();
    phone.records.cameras.fault = () => 'lose';
    expect(await end(phone.claim(camera.link))).toEqual({ type: 'failed', code: 'storage_lost' });
    expect(phone.records.cameras.values.size).toBe(0);
    phone.records.cameras.fault = null;
    expect(await end(phone.claim(camera.link))).toMatchObject({ type: 'claimed' });
  });

  test('ignores noise on its topic', async () => {
    const { meetingPoint, camera, channel, phone } = await setUp();
    const claim = phone.claim(camera.link);
    for (let i = 0; i < 20; i++)
      meetingPoint.inject(channel.lanes.down.topic, new Uint8Array(200).fill(65 + i));
    expect(await end(claim)).toMatchObject({ type: 'claimed' });
  });

  test('does not let one camera put its grant into another’s place', async () => {
    const { meetingPoint, camera, phone } = await setUp();
    const other = await FakeCamera.create(meetingPoint.connect());
    Object.assign(camera, { gid: other.gid });
    const claim = phone.claim(camera.link);
    for (let attempt = 1; attempt <= 4; attempt++) {
      await heard(camera, 'redeem', attempt);
      await eventually(() => phone.clock.pending > 0);
      phone.clock.advance(5_000);
    }
    expect(await end(claim)).toEqual({ type: 'failed', code: 'camera_offline' });
    expect(phone.records.cameras.values.size).toBe(0);
  });

  test('forgets an old claim that was cut short, and not the key that a camera knows', async () => {
    const { meetingPoint, camera, phone } = await setUp();
    phone.records.pending.remove = async () => Promise.reject(new StorageError('storage_failed', 'full'));
    expect(await end(phone.claim(camera.link))).toEqual({ type: 'failed', code: 'storage_failed' });
    expect(phone.records.pending.values.size).toBe(1);
    phone.records.pending.remove = async (name) => void phone.records.pending.values.delete(name);
    phone.clock.advance(8 * 24 * 60 * 60 * 1000);
    const other = await FakeCamera.create(meetingPoint.connect());
    await other.openInvite();
    expect(await end(phone.claim(other.link))).toMatchObject({ type: 'claimed' });
    expect(phone.records.pending.values.size).toBe(0);
    expect([...phone.records.keys.values.keys()]).toContain(camera.owner);
  });
});

const guest = { scope: ['watch'], nbf: null, exp: 1_900_000_000, hours: null } as const;

describe('a link to what is lent', () => {
  const lend = async () => {
    const parts = await setUp();
    parts.camera.linkKind = 'lend';
    parts.camera.terms = guest;
    return parts;
  };

  test('makes a guest, who has no digits to compare', async () => {
    const { camera, phone } = await lend();
    expect(await end(phone.claim(camera.link))).toEqual({
      type: 'claimed',
      ...{ cameraId: camera.gid, cameraName: 'Porch', role: 'guest', checkCode: null },
    });
    expect((await phone.cameras.list()).cameras).toMatchObject([{ terms: guest, ending: null }]);
  });

  test('opens the camera again on the phone that has used it, without asking anybody', async () => {
    const { meetingPoint, camera, phone } = await lend();
    await end(phone.claim(camera.link));
    meetingPoint.setOnline(false);
    expect(await end(phone.claim(camera.link))).toMatchObject({ type: 'claimed', cameraId: camera.gid });
    expect(phone.records.keys.values.size).toBe(2);
  });

  test.each([
    ['revoked', 'withdrawn'],
    ['expired', 'expired'],
  ] as const)('says of a grant that is %s that it is %s', async (ending, code) => {
    const { camera, phone } = await lend();
    await end(phone.claim(camera.link));
    await phone.cameras.change(camera.gid, { ending });
    expect(await end(phone.claim(camera.link))).toEqual({ type: 'failed', code });
    expect(phone.records.cameras.values.size).toBe(1);
  });

  test.each([
    ['invalid_grant', 'already_claimed', true],
    ['expired', 'expired', true],
    ['withdrawn', 'withdrawn', true],
    ['clock_unsynced', 'clock_unsynced', false],
  ] as const)('refused with %s fails as %s; its key goes: %s', async (refusal, code, isEmpty) => {
    const { camera, phone } = await lend();
    camera.redeemRefusal = refusal;
    expect(await end(phone.claim(camera.link))).toEqual({ type: 'failed', code });
    expect(phone.isEmpty()).toBe(isEmpty);
  });
});

describe('an owner’s link', () => {
  const confirm = async () => {
    const parts = await setUp();
    parts.camera.linkKind = 'lend';
    parts.camera.code = '123456';
    const claim = parts.phone.claim(parts.camera.link);
    await eventually(() => claim.state.value.type === 'confirming');
    return { ...parts, claim };
  };

  test('wants the digits that the camera shows, and no others to compare', async () => {
    const { camera, phone, claim } = await confirm();
    expect(claim.state.value).toEqual({ type: 'confirming', wasWrong: false });
    claim.enterCode('12345');
    claim.enterCode('abcdef');
    claim.enterCode(' 123 456 ');
    claim.enterCode('654321');
    expect(await finish(claim)).toMatchObject({ type: 'claimed', role: 'owner', checkCode: null });
    expect(camera.wrongCodes).toBe(0);
    expect(phone.clock.pending).toBe(0);
  });

  test('may be tried again with other digits, until the camera has enough of it', async () => {
    const { phone, claim } = await confirm();
    const asked: unknown[] = [];
    claim.state.subscribe((state) => state.type === 'confirming' && asked.push(state));
    for (const tries of [1, 2]) {
      claim.enterCode('000000');
      await eventually(() => asked.length === tries);
    }
    expect(asked).toEqual(Array(2).fill({ type: 'confirming', wasWrong: true }));
    claim.enterCode('000000');
    expect(await finish(claim)).toEqual({ type: 'failed', code: 'not_confirmed' });
    expect(phone.isEmpty()).toBe(true);
  });

  test('takes its time: the nonce may go stale meanwhile', async () => {
    const { camera, phone, claim } = await confirm();
    phone.clock.advance(10 * 60 * 1000);
    camera.nonce = randomBase64url(16);
    claim.enterCode('123456');
    expect(await finish(claim)).toMatchObject({ type: 'claimed' });
  });

  test('is not put off by a late answer to what was asked without digits', async () => {
    const { camera, channel, phone } = await setUp();
    camera.linkKind = 'lend';
    camera.code = '123456';
    const asked: string[] = [];
    camera.redeemOtherwise = async (_, { hash }) => void asked.push(hash);
    const claim = phone.claim(camera.link);
    await heard(camera, 'redeem', 1);
    phone.clock.advance(5_000);
    await heard(camera, 'redeem', 2);
    const answer = (rq: string) =>
      camera.send(
        channel,
        { type: 'refused', body: { rq, code: 'needs_code' } },
        { audience: [...phone.records.keys.values.keys()][0] ?? '' },
      );
    await answer(asked[1] ?? '');
    await eventually(() => claim.state.value.type === 'confirming');
    camera.redeemOtherwise = null;
    claim.enterCode('123456');
    await answer(asked[0] ?? '');
    expect(await finish(claim)).toMatchObject({ type: 'claimed' });
  });

  test('can be called off while it waits for the digits', async () => {
    const { phone, claim } = await confirm();
    phone.cancel();
    expect(await finish(claim)).toEqual({ type: 'failed', code: 'cancelled' });
    claim.enterCode('123456');
    expect(phone.clock.pending).toBe(0);
  });
});
