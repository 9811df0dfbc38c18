import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseSettingsTold } from '#shared/camera-settings.ts';
import type { MessageBody } from '#shared/message.ts';
import { COPIED } from './testing/abilities.ts';
import { type Holder, TestCamera } from './testing/test-camera.ts';

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

type Change = Omit<MessageBody<'adjust'>, 'nonce'>;

/** What the camera says its settings are, or the code of the refusal. */
async function said({ channel }: Pick<Holder, 'channel'>, change: Change = {}) {
  const answer = await channel.ask((nonce) => ({ type: 'adjust', body: { nonce, ...change } }));
  if (answer.type === 'refused') return answer.body.code;
  if (answer.type !== 'adjusted') throw new TypeError(answer.type);
  return parseSettingsTold(answer.body.told);
}

describe('who may control a camera', () => {
  it('changes its picture at once, for everybody, and for good', async () => {
    const guest = await camera.letIn(owner, { scope: ['watch', 'control'] });
    await camera.watch(owner);
    const change = { width: 640, height: 360, frame_rate: 15, rotation: 180, mirrored: true } as const;
    expect(await said(guest, change)).toMatchObject({ values: { ...change, max_bitrate: 2_500_000 } });
    expect(camera.source.fullFormat).toEqual({ width: 640, height: 360, frameRate: 15 });
    expect(camera.source.picture).toEqual({ rotation: 180, isMirrored: true, exposureEv: 0 });
    await camera.restart();
    expect(camera.source.fullFormat).toEqual({ width: 640, height: 360, frameRate: 15 });
    expect(await said(owner)).toMatchObject({ values: change });
  });

  it('bounds what is made for those who watch just then', async () => {
    const peer = await camera.watch(owner);
    peer.target.emit({ bitrateBps: 2_000_000, skipMs: 0 });
    await said(owner, { max_bitrate: 500_000 });
    expect(camera.source.bitrateBps).toBe(500_000);
    await said(owner, { max_bitrate: null });
    expect(camera.source.bitrateBps).toBe(2_000_000);
  });

  it('is told what the source cannot do, and that is not done', async () => {
    camera.source.abilities = COPIED;
    expect(await said(owner)).toMatchObject({ offers: { source: COPIED.description, sizes: [] } });
    expect(await said(owner, { width: 640, height: 360 })).toBe('bad_terms');
    expect(await said(owner, { rotation: 90 })).toBe('bad_terms');
    expect(camera.source.fullFormat).toMatchObject({ width: 1280 });
  });

  it('changes it while it is switched off, too', async () => {
    await owner.channel.ask((nonce) => ({ type: 'switch', body: { nonce, off: true } }));
    expect(await said(owner, { rotation: 90 })).toMatchObject({ values: { rotation: 90 } });
  });

  it('does so only so often as a guest, and as often as they like as an owner', async () => {
    const guest = await camera.letIn(owner, { scope: ['watch', 'control'] });
    const flip = async (holder: Holder) => {
      const answers: unknown[] = [];
      for (let time = 0; time < 32; time++)
        answers.push(await said(holder, { rotation: time % 2 === 0 ? 90 : 0 }));
      return answers.filter((answer) => answer === 'busy').length;
    };
    expect([await flip(guest), await flip(owner)]).toEqual([1, 0]);
  });
});

describe('who may not', () => {
  it('neither sees nor changes anything, whatever else they may', async () => {
    const guest = await camera.letIn(owner, { scope: ['watch', 'listen', 'talk', 'snapshot', 'lend'] });
    expect(await said(guest)).toBe('not_allowed');
    expect(await said(guest, { rotation: 90 })).toBe('not_allowed');
    expect(await said(owner)).toMatchObject({ values: { rotation: 0 } });
  });

  it('changes nothing when the time is over, nor by what was recorded before', async () => {
    const guest = await camera.letIn(owner, { scope: ['watch', 'control'], exp: camera.now + 60 });
    const { payload } = await guest.channel.send({
      type: 'adjust',
      body: { nonce: guest.channel.nonce, rotation: 90 },
    });
    await guest.channel.settled();
    await said(owner, { rotation: 0 });
    await camera.broker.connect().publish(guest.channel.lanes.up.topic, payload);
    await guest.channel.settled();
    expect(await said(owner)).toMatchObject({ values: { rotation: 0 } });
    camera.clock.step(61_000);
    expect(await said(guest, { rotation: 90 })).toBe('expired');
  });
});
