import { describe, expect, it } from 'vitest';
import { testGrant, testOwner, testState, token } from '../testing/access-entries.ts';
import { AccessList, type Change } from './access-list.ts';
import { type AccessState, NO_ACCESS } from './access-state.ts';

const anna = testOwner('anna');
const ben = testGrant('ben');

/** Adds a grant; its result is how many there are then. */
const adding =
  (grant = ben) =>
  (state: AccessState): Change<number> => ({
    state: { ...state, grants: [...state.grants, grant] },
    result: state.grants.length + 1,
  });

/** A disk that takes one state after another when it is told to. */
class Disk {
  readonly saved: AccessState[] = [];
  readonly #waiting: PromiseWithResolvers<void>[] = [];

  readonly save = async (state: AccessState): Promise<void> => {
    const write = Promise.withResolvers<void>();
    this.#waiting.push(write);
    await write.promise;
    this.saved.push(state);
  };

  /** The next write succeeds, or fails. */
  async finish(error?: Error): Promise<void> {
    while (this.#waiting.length === 0) await Promise.resolve();
    const write = this.#waiting.shift();
    if (error) write?.reject(error);
    else write?.resolve();
  }
}

describe('the access list', () => {
  it('knows whether it has an owner, and finds a grant by its id', () => {
    const save = async () => undefined;
    expect(new AccessList(NO_ACCESS, save).isClaimed).toBe(false);
    expect(new AccessList(testState(ben), save).isClaimed).toBe(false);
    const list = new AccessList(testState(anna, ben), save);
    expect(list.isClaimed).toBe(true);
    expect(list.find(ben.gid)).toBe(ben);
    expect(list.find(token('nobody'))).toBeNull();
  });

  it('counts a change only once it is on disk', async () => {
    const disk = new Disk();
    const list = new AccessList(testState(anna), disk.save);
    const change = list.change(adding());
    await disk.finish(new Error('full'));
    await expect(change).rejects.toThrow('full');
    expect(list.state).toEqual(testState(anna));

    const again = list.change(adding());
    expect(list.find(ben.gid)).toBeNull();
    await disk.finish();
    expect(await again).toBe(2);
    expect(list.state).toEqual(testState(anna, ben));
    expect(disk.saved).toEqual([list.state]);
  });

  it('decides one change after another, each by what the one before has left', async () => {
    const disk = new Disk();
    const list = new AccessList(testState(anna), disk.save);
    const first = list.change(adding());
    const second = list.change(adding(testGrant('carl')));
    await disk.finish();
    await disk.finish();
    expect(await Promise.all([first, second])).toEqual([2, 3]);
    expect(disk.saved).toHaveLength(2);
  });

  it('goes on after a change that failed, on disk or in deciding', async () => {
    const disk = new Disk();
    const list = new AccessList(testState(anna), disk.save);
    const failed = list.change(adding());
    const thrown = list.change(() => {
      throw new TypeError('no decision');
    });
    const third = list.change(adding());
    await Promise.all([
      expect(failed).rejects.toThrow('full'),
      expect(thrown).rejects.toThrow(TypeError),
      disk.finish(new Error('full')),
    ]);
    await disk.finish();
    expect(await third).toBe(2);
  });

  it('writes nothing, and tells nobody, where a decision changes nothing', async () => {
    const disk = new Disk();
    const list = new AccessList(testState(anna), disk.save);
    let told = 0;
    list.onChange(() => told++);
    expect(await list.change(() => ({ result: 'nothing' }))).toBe('nothing');
    expect([disk.saved.length, told]).toEqual([0, 0]);
  });

  it('tells who listens before whoever asked, when the list has changed already, and no more after that is stopped', async () => {
    const list = new AccessList(testState(anna), async () => undefined);
    const order: string[] = [];
    const stop = list.onChange(() => order.push(`told of ${list.state.grants.length}`));
    await list.change(adding()).then(() => order.push('answered'));
    expect(order).toEqual(['told of 2', 'answered']);
    stop();
    await list.change(adding(testGrant('carl')));
    expect(order).toHaveLength(2);
  });

  it('tells everybody, also when one stops listening meanwhile', async () => {
    const list = new AccessList(testState(anna), async () => undefined);
    const told: string[] = [];
    const stop = list.onChange(() => {
      told.push('first');
      stop();
    });
    list.onChange(() => told.push('second'));
    await list.change(adding());
    expect(told).toEqual(['first', 'second']);
  });
});
