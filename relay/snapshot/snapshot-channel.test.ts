import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_SNAPSHOT_BYTES, SNAPSHOT_CHUNK_BYTES } from '#shared/snapshot-message.ts';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import type { Refusal } from '#shared/verdicts.ts';
import type { Snapshot } from '../capture/snapshot.ts';
import { createLog } from '../log.ts';
import { FakeDataChannel } from '../testing/fake-peer.ts';
import { SnapshotChannel } from './snapshot-channel.ts';

let clock: FakeClock;
let channel: FakeDataChannel;
let pathBps: number;
let taken: Snapshot | Refusal;
let takes: number;
let pieces: number;
let snapshots: SnapshotChannel;

const picture = (length: number): Snapshot => ({
  ...{ type: 'image/jpeg', width: 1280, height: 720 },
  bytes: Uint8Array.from({ length }, (_, index) => index % 251),
});

beforeEach(() => {
  [clock, channel, pathBps, takes] = [new FakeClock(), new FakeDataChannel('snapshot'), 4_000_000, 0];
  pieces = 0;
  taken = picture(100_000);
  snapshots = new SnapshotChannel({
    ...{ channel, clock, log: createLog(() => undefined), pathBps: () => pathBps },
    onSent: () => {
      pieces += 1;
    },
    take: async () => {
      takes += 1;
      return taken;
    },
  });
});

const ask = async () => {
  channel.receive('{"type":"take"}');
  await settle();
};
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const said = () => channel.sent.filter((text) => text.startsWith('{')).map((text) => JSON.parse(text));
const arrived = () => channel.sentBytes.reduce((sum, { byteLength }) => sum + byteLength, 0);
const confirm = () => channel.receive(JSON.stringify({ type: 'got', bytes: arrived() }));
/** Lets time pass in which the phone confirms whatever arrives. */
function pass(ms: number): void {
  for (let passed = 0; passed < ms; passed += 20) {
    clock.advance(20);
    confirm();
  }
}

describe('a snapshot', () => {
  it('is announced, and comes whole in small messages', async () => {
    await ask();
    expect(said()).toEqual([
      { type: 'picture', format: 'image/jpeg', bytes: 100_000, width: 1280, height: 720 },
    ]);
    pass(1_000);
    expect(Buffer.concat(channel.sentBytes)).toEqual(Buffer.from(picture(100_000).bytes));
    expect(channel.sentBytes.every(({ byteLength }) => byteLength <= SNAPSHOT_CHUNK_BYTES)).toBe(true);
    expect(pieces).toBe(channel.sentBytes.length);
    expect(clock.pending).toBe(0);
  });

  it('waits for the phone: no more is under way than a live picture can wait behind', async () => {
    await ask();
    clock.advance(5_000);
    expect(arrived()).toBeLessThanOrEqual(3 * SNAPSHOT_CHUNK_BYTES);
    confirm();
    clock.advance(5_000);
    expect(arrived()).toBeGreaterThan(3 * SNAPSHOT_CHUNK_BYTES);
    snapshots.close();
  });

  it('takes half of what the path carries, at most', async () => {
    taken = picture(2_000_000);
    await ask();
    pass(1_000);
    expect(arrived()).toBeLessThan(300_000);
    expect(arrived()).toBeGreaterThan(200_000);
    snapshots.close();
  });

  it('comes slowly on a path of which nothing is known', async () => {
    [pathBps, taken] = [0, picture(2_000_000)];
    await ask();
    pass(2_000);
    expect(arrived()).toBeLessThan(100_000);
    snapshots.close();
  });

  it('is sent one at a time', async () => {
    await ask();
    await ask();
    expect(said().at(-1)).toEqual({ type: 'refused', code: 'busy' });
    pass(1_000);
    await ask();
    expect([takes, said().at(-1)?.type]).toEqual([2, 'picture']);
    snapshots.close();
  });

  it.each(['not_allowed', 'private', 'busy'] as const)('that may not be had is refused: %s', async (code) => {
    taken = code;
    await ask();
    expect(said()).toEqual([{ type: 'refused', code }]);
    expect(clock.pending).toBe(0);
  });

  it.each([0, MAX_SNAPSHOT_BYTES + 1])('of %i bytes is none', async (length) => {
    taken = { ...picture(1), bytes: new Uint8Array(length) };
    await ask();
    expect(said()).toEqual([{ type: 'refused', code: 'capture_failed' }]);
  });

  it('that nobody confirms is given up', async () => {
    await ask();
    clock.advance(20_000);
    expect(clock.pending).toBe(0);
  });

  it('ends with the channel, also while it is being taken', async () => {
    channel.receive('{"type":"take"}');
    snapshots.close();
    await settle();
    expect([channel.sent, clock.pending]).toEqual([[], 0]);
  });

  it.each(['x', '{"type":"got"}', '{"type":"got","bytes":-1}', '{"type":"take","gid":"x"}'])(
    'is not asked for by %j, which ends the channel',
    async (text) => {
      channel.receive(text);
      await ask();
      expect([channel.isClosed, takes]).toEqual([true, 0]);
    },
  );

  it('is not hurried by a phone that says it got more than was sent', async () => {
    await ask();
    channel.receive('{"type":"got","bytes":90000}');
    clock.advance(1_000);
    expect(arrived()).toBeLessThanOrEqual(3 * SNAPSHOT_CHUNK_BYTES);
    snapshots.close();
  });
});
