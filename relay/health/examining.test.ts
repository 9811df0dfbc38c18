import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Holder, TestCamera } from '../testing/test-camera.ts';

let camera: TestCamera;
let owner: Holder;

beforeEach(async () => {
  camera = await TestCamera.start();
  owner = await camera.claim();
});

afterEach(() => camera.stop());

const examine = ({ channel }: Holder) => channel.ask((nonce) => ({ type: 'examine', body: { nonce } }));

describe('an owner who asks how the camera is doing', () => {
  it('is told of machine, source and everybody’s picture', async () => {
    const guest = await camera.letIn(owner, { name: 'Ben' });
    const peer = await camera.watch(guest);
    peer.path = 'direct';
    camera.source.show();
    peer.statistics = {
      ...{ pictures: 1, bytes: 3 },
      reception: { fractionLost: 0.25, roundTripMs: 41.6, jitterMs: 2 },
    };
    const answer = await examine(owner);
    expect(answer).toMatchObject({
      type: 'examined',
      body: {
        told: {
          since: camera.now,
          picture: { source: 'A lens', pictures: 1, bytes: 3 },
          views: [{ name: 'Ben', path: 'direct', pictures: 1, bytes: 3, round_trip: 42, loss: 0.25 }],
        },
      },
    });
  });

  it('is told while it is switched off, too', async () => {
    await owner.channel.ask((nonce) => ({ type: 'switch', body: { nonce, off: true } }));
    expect(await examine(owner)).toMatchObject({ type: 'examined', body: { told: { views: [] } } });
  });

  it('is told of eight who watch, and no more', async () => {
    for (let index = 0; index < 9; index++)
      await camera.watch(await camera.letIn(owner, { name: `Somebody called ${index}` }));
    expect((await examine(owner)).body).toMatchObject({ told: { views: { length: 8 } } });
  });
});

describe('anybody else', () => {
  it('is told nothing', async () => {
    const guest = await camera.letIn(owner, { scope: ['watch', 'control', 'lend'] });
    expect(await examine(guest)).toMatchObject({ type: 'refused', body: { code: 'not_allowed' } });
  });
});
