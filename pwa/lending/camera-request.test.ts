import { describe, expect, test } from 'vitest';
import { randomBase64url } from '#shared/crypto.ts';
import { eventually } from '../testing/eventually.ts';
import { createLendingBench } from '../testing/lending-bench.ts';
import { askCamera } from './camera-request.ts';

const id = 'g'.repeat(22);

async function setUp() {
  const bench = await createLendingBench();
  await bench.online();
  const abort = new AbortController();
  const options = { clock: bench.clock, signal: abort.signal };
  const ask = () =>
    askCamera(bench.link, 'listed', (nonce) => ({ type: 'list', body: { nonce, after: null } }), options);
  const heardLists = (count: number) => eventually(() => bench.heard('list') >= count);
  const idle = bench.clock.pending;
  return { ...bench, ask, abort, heardLists, idle };
}

describe('a request to the camera', () => {
  test('is answered with the body of the answer, and leaves nothing behind', async () => {
    const { ask, camera, clock, idle, link } = await setUp();
    expect(await ask()).toMatchObject({ entries: [], next: null, revision: camera.access.revision });
    expect(clock.pending).toBe(idle);
    link.close();
    expect(clock.pending).toBe(0);
  });

  test('is not answered by what answers another one, nor by an answer of another kind', async () => {
    const { ask, camera, channel, clock, heardLists, link } = await setUp();
    const asked: string[] = [];
    camera.onAccessRequest = (rq) => asked.push(rq);
    camera.lostAnswers = 1;
    const answer = ask();
    await heardLists(1);
    await camera.send(channel, { type: 'refused', body: { rq: 'x'.repeat(43), code: 'not_allowed' } });
    await camera.send(channel, { type: 'done', body: { rq: asked[0] ?? '' } });
    clock.advance(4_000);
    expect(await answer).toMatchObject({ entries: [] });
    link.close();
  });

  test('is asked once more where the answer is lost, and the late answer to either counts', async () => {
    const { ask, camera, channel, clock, heardLists, heard, link } = await setUp();
    const asked: string[] = [];
    camera.onAccessRequest = (rq) => asked.push(rq);
    camera.lostAnswers = 2;
    const answer = ask();
    await heardLists(1);
    clock.advance(4_000);
    await heardLists(2);
    expect(new Set(asked).size).toBe(2);
    const body = { rq: asked[0] ?? '', entries: [], next: null, revision: 7 };
    await camera.send(channel, { type: 'listed', body });
    expect(await answer).toMatchObject({ revision: 7 });
    expect(heard('list')).toBe(2);
    link.close();
  });

  test('is asked once more with the newer nonce, and not a third time', async () => {
    const { ask, camera, heard, link } = await setUp();
    camera.nonce = randomBase64url(16);
    expect(await ask()).toMatchObject({ entries: [] });
    expect(link.nonce).toBe(camera.nonce);
    expect(heard('list')).toBe(2);
    camera.onAccessRequest = () => {
      camera.nonce = randomBase64url(16);
    };
    await expect(ask()).rejects.toMatchObject({ code: 'use_nonce' });
    expect(heard('list')).toBe(4);
    link.close();
  });

  test('survives that both its copies are stale', async () => {
    const { ask, camera, channel, clock, heardLists, link } = await setUp();
    const asked: string[] = [];
    camera.onAccessRequest = (rq) => asked.push(rq);
    camera.lostAnswers = 2;
    const answer = ask();
    await heardLists(1);
    clock.advance(4_000);
    await heardLists(2);
    camera.nonce = randomBase64url(16);
    for (const rq of [...asked]) {
      const body = { rq, code: 'use_nonce', nonce: camera.nonce } as const;
      await camera.send(channel, { type: 'refused', body });
    }
    expect(await answer).toMatchObject({ entries: [] });
    link.close();
  });

  test('fails with the code of the refusal', async () => {
    const { camera, clock, link } = await setUp();
    camera.access.refusal = 'last_owner';
    const build = (nonce: string) => ({ type: 'revoke', body: { nonce, id } }) as const;
    await expect(askCamera(link, 'done', build, { clock })).rejects.toMatchObject({ code: 'last_owner' });
    link.close();
  });

  test('says after two silences that the camera is away, after one where that was known', async () => {
    const { ask, camera, clock, heardLists, idle, goOffline, link } = await setUp();
    camera.lostAnswers = 9;
    const answer = ask().catch(({ code }) => code);
    await heardLists(1);
    clock.advance(4_000);
    await heardLists(2);
    clock.advance(4_000);
    expect(await answer).toBe('camera_offline');
    expect(clock.pending).toBe(idle);
    await goOffline();
    const next = ask().catch(({ code }) => code);
    await heardLists(3);
    clock.advance(4_000);
    expect(await next).toBe('camera_offline');
    link.close();
  });

  test('says that the broker is away', async () => {
    const { ask, clock, rendezvous, link } = await setUp();
    rendezvous.setOnline(false);
    const answer = ask().catch(({ code }) => code);
    clock.advance(4_000);
    clock.advance(4_000);
    expect(await answer).toBe('rendezvous_offline');
    link.close();
  });

  test('waits for the first nonce', async () => {
    const bench = await createLendingBench();
    const build = (nonce: string) => ({ type: 'list', body: { nonce, after: null } }) as const;
    expect(bench.link.nonce).toBeNull();
    expect(await askCamera(bench.link, 'listed', build, bench)).toMatchObject({ entries: [] });
    bench.link.close();
  });

  test('can be called off', async () => {
    const { ask, abort, camera, clock, heardLists, idle, link } = await setUp();
    camera.lostAnswers = 1;
    const answer = ask();
    await heardLists(1);
    abort.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
    await expect(ask()).rejects.toThrow('enough');
    expect(clock.pending).toBe(idle);
    link.close();
  });

  test('is not even asked of a camera that has ended the grant', async () => {
    const { ask, camera, channel, heardLists, heard, link } = await setUp();
    camera.lostAnswers = 1;
    const answer = ask();
    await heardLists(1);
    await camera.end(channel, 'revoked');
    await expect(answer).rejects.toMatchObject({ code: 'invalid_grant' });
    await expect(ask()).rejects.toMatchObject({ code: 'invalid_grant' });
    expect(heard('list')).toBe(1);
    link.close();
  });
});
