import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CaptureError } from './capture/capture-error.ts';
import { FakeDataChannel, type FakePeer } from './testing/fake-peer.ts';
import { type Holder, TestCamera } from './testing/test-camera.ts';
import { TestPhone } from './testing/test-phone.ts';

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

/** Asks for a snapshot over a session: `picture`, the code of the refusal, or null for no word. */
async function ask(peer: FakePeer, channel = new FakeDataChannel('snapshot')): Promise<string | null> {
  const before = channel.sent.length;
  peer.channel.emit(channel);
  channel.receive('{"type":"take"}');
  await new Promise((resolve) => setImmediate(resolve));
  const [said] = channel.sent.slice(before).map((text) => JSON.parse(text));
  // It arrives at once, so that the next can be asked for.
  if (said?.type === 'picture') channel.receive(JSON.stringify({ type: 'got', bytes: said.bytes }));
  return said === undefined ? null : (said.code ?? said.type);
}

describe('a snapshot', () => {
  it('is for who may take them, and watches', async () => {
    const guest = await camera.letIn(owner, { scope: ['watch', 'snapshot'] });
    expect(await ask(await camera.watch(guest))).toBe('picture');
    expect(await ask(await camera.watch(owner))).toBe('picture');
  });

  it('is not for who may do all else', async () => {
    const guest = await camera.letIn(owner, { scope: ['watch', 'listen', 'talk', 'control', 'lend'] });
    expect(await ask(await camera.watch(guest))).toBe('not_allowed');
    expect(camera.source.snapshots).toBe(0);
  });

  it('is not had over a connection that is only ready: nobody would be seen watching', async () => {
    await owner.channel.ask((nonce) => ({
      type: 'offer',
      body: { nonce, sid: TestPhone.sessionId(), sdp: 'offer', standby: true },
    }));
    const peer = camera.peers.at(-1);
    peer?.become('connected');
    expect(peer && (await ask(peer))).toBe('not_allowed');
  });

  it('is not had by whose right is taken while it is taken', async () => {
    const guest = await camera.letIn(owner, { scope: ['watch', 'snapshot'] });
    const peer = await camera.watch(guest);
    const { snapshot } = camera.source;
    camera.source.snapshot = async () => {
      await owner.channel.amend({ id: guest.terms.gid, scope: ['watch'] });
      return snapshot.call(camera.source);
    };
    const channel = new FakeDataChannel('snapshot');
    peer.channel.emit(channel);
    channel.receive('{"type":"take"}');
    await vi.waitFor(() => expect(channel.sent).toEqual(['{"type":"refused","code":"not_allowed"}']));
  });

  it('is not had after the right was taken, nor of a camera that was switched off while it was taken', async () => {
    const guest = await camera.letIn(owner, { scope: ['watch', 'snapshot'] });
    const [theirs, own] = [await camera.watch(guest), await camera.watch(owner)];
    await owner.channel.amend({ id: guest.terms.gid, scope: ['watch'] });
    expect(await ask(theirs)).toBe('not_allowed');
    const taken = Promise.withResolvers<void>();
    const { snapshot } = camera.source;
    camera.source.snapshot = async () => {
      await taken.promise;
      return snapshot.call(camera.source);
    };
    const channel = new FakeDataChannel('snapshot');
    own.channel.emit(channel);
    channel.receive('{"type":"take"}');
    await owner.channel.ask((nonce) => ({ type: 'switch', body: { nonce, off: true } }));
    taken.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect([channel.sent, channel.sentBytes]).toEqual([[], []]);
  });

  it('is taken so often by guests, and as often as they like by owners', async () => {
    const guest = await camera.letIn(owner, { scope: ['watch', 'snapshot'] });
    for (const [holder, refused] of [
      [guest, 1],
      [owner, 0],
    ] as const) {
      const peer = await camera.watch(holder);
      const channel = new FakeDataChannel('snapshot');
      const answers = [await ask(peer, channel)];
      for (let time = 1; time < 12; time++) {
        channel.receive('{"type":"take"}');
        await new Promise((resolve) => setImmediate(resolve));
        const said = JSON.parse(channel.sent.at(-1) ?? '{}');
        if (said.type === 'picture') channel.receive(`{"type":"got","bytes":${said.bytes}}`);
        answers.push(said.code ?? said.type);
      }
      expect(answers.filter((answer) => answer === 'busy')).toHaveLength(refused);
    }
  });

  it('that the source cannot take is said to have failed', async () => {
    camera.source.snapshot = () => Promise.reject(new CaptureError('no_picture', 'gone'));
    expect(await ask(await camera.watch(owner))).toBe('capture_failed');
  });

  it('has one channel a session, and others are closed', async () => {
    const peer = await camera.watch(owner);
    await ask(peer);
    const second = new FakeDataChannel('snapshot');
    expect(await ask(peer, second)).toBeNull();
    expect(second.isClosed).toBe(true);
  });
});
