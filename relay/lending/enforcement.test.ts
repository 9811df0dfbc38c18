import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { numericDateOf } from '#shared/clock.ts';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { AccessList } from '../access/access-list.ts';
import type { AccessState } from '../access/access-state.ts';
import { KEPT_S } from '../access/tidy.ts';
import type { ChannelSpec } from '../channels/channel-spec.ts';
import { createLog } from '../log.ts';
import { testGrant, testInvite, testOwner, testState } from '../testing/access-entries.ts';
import { Enforcement, REVIEW_PERIOD_MS, SYNC_PERIOD_MS, TIDY_PERIOD_MS } from './enforcement.ts';

const owner = testOwner('owner');

let clock: FakeClock;
let access: AccessList;
let enforcement: Enforcement;
/** What was made true of the channels: who is on the list, and the revision. */
let synced: [string, number][];
let reviews: number;
let isTrusted: boolean;
let journal: string[];
let save: (state: AccessState) => Promise<void>;

beforeEach(() => {
  clock = new FakeClock();
  [synced, reviews, isTrusted, journal] = [[], 0, true, []];
  save = async () => undefined;
  create(testState(owner));
});

afterEach(() => {
  enforcement.close();
  expect(clock.pending).toBe(0);
});

function create(state: AccessState): void {
  access = new AccessList(state, (changed) => save(changed));
  enforcement = new Enforcement({
    ...{ access, clock, log: createLog((line) => journal.push(line)), firstRevision: 10 },
    moment: () => ({ now: numericDateOf(clock), isTrusted }),
    specs: ({ grants }, _, revision) => {
      synced.push([grants.map(({ name }) => name).join(), revision]);
      return [];
    },
    channels: { sync: (specs: readonly ChannelSpec[]) => expect(specs).toEqual([]) },
    review: () => {
      reviews += 1;
    },
  });
}

const add = (name: string) =>
  access.change((state) => ({
    state: { ...state, grants: [...state.grants, testGrant(name)] },
    result: null,
  }));

describe('enforcement', () => {
  it('makes the list true of the channels when it starts, and every five seconds', () => {
    enforcement.start();
    expect(synced).toEqual([['owner', 10]]);
    clock.advance(3 * SYNC_PERIOD_MS);
    expect(synced).toHaveLength(4);
    expect(enforcement.revision).toBe(10);
  });

  it('looks at the sessions four times a second', () => {
    enforcement.start();
    clock.advance(1000);
    expect(reviews).toBe(1000 / REVIEW_PERIOD_MS);
    expect(REVIEW_PERIOD_MS).toBeLessThan(1000);
  });

  it('does both at once when the list changes, under another number, before whoever asked is answered', async () => {
    enforcement.start();
    const answered = add('guest').then(() => synced.push(['answered', 0]));
    await answered;
    expect(synced).toEqual([
      ['owner', 10],
      ['owner,guest', 11],
      ['answered', 0],
    ]);
    expect([reviews, enforcement.revision]).toEqual([1, 11]);
  });

  it('does both at once when the time is another', () => {
    enforcement.start();
    enforcement.reconsider();
    expect([synced.length, reviews, enforcement.revision]).toEqual([2, 1, 10]);
  });

  it('announces news that come together once, a moment later, under another number', () => {
    enforcement.start();
    for (let times = 0; times < 5; times += 1) enforcement.announce();
    expect(synced).toHaveLength(1);
    clock.advance(100);
    expect(synced).toEqual([
      ['owner', 10],
      ['owner', 11],
    ]);
    enforcement.announce();
    clock.advance(100);
    expect(enforcement.revision).toBe(12);
  });

  it('ends with everything it has begun, and begins nothing more', async () => {
    enforcement.start();
    enforcement.announce();
    enforcement.close();
    expect(clock.pending).toBe(0);
    create(testState(owner));
    enforcement.start();
    enforcement.close();
    enforcement.announce();
    expect(clock.pending).toBe(0);
    const before = synced.length;
    await add('guest');
    clock.advance(TIDY_PERIOD_MS);
    expect([synced.length, reviews]).toEqual([before, 0]);
  });
});

describe('tidying', () => {
  const over = () => testGrant('over', { exp: numericDateOf(clock) - KEPT_S });
  const ending = () => testGrant('ending', { exp: numericDateOf(clock) - KEPT_S + 10 });

  it('happens at the start, and every hour', async () => {
    create(testState(owner, over(), ending(), testInvite('old', { openUntil: 0 })));
    enforcement.start();
    await vi.waitFor(() => expect(access.state).toEqual(testState(owner, ending())));
    clock.advance(TIDY_PERIOD_MS);
    await vi.waitFor(() => expect(access.state).toEqual(testState(owner)));
  });

  it('writes nothing where there is nothing to forget', async () => {
    let writes = 0;
    save = async () => {
      writes += 1;
    };
    create(testState(owner, ending()));
    enforcement.start();
    await access.change(() => ({ result: null }));
    expect([writes, enforcement.revision]).toEqual([0, 10]);
  });

  it('waits until the time is known', async () => {
    isTrusted = false;
    create(testState(owner, over()));
    enforcement.start();
    await access.change(() => ({ result: null }));
    expect(access.state.grants).toHaveLength(2);
    isTrusted = true;
    clock.advance(TIDY_PERIOD_MS);
    await vi.waitFor(() => expect(access.state.grants).toHaveLength(1));
  });

  it('that the disk does not take is said, and tried again', async () => {
    create(testState(owner, over()));
    save = async () => {
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    };
    enforcement.start();
    await vi.waitFor(() => expect(journal).toEqual([expect.stringContaining('ENOSPC')]));
    expect(access.state.grants).toHaveLength(2);
    save = async () => undefined;
    clock.advance(TIDY_PERIOD_MS);
    await vi.waitFor(() => expect(access.state.grants).toHaveLength(1));
  });
});
