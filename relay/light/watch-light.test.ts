import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { createLog } from '../log.ts';
import type { Light } from './light.ts';
import { WatchLight } from './watch-light.ts';

let clock: FakeClock;
let packets: number;
let journal: string[];
/** What was done with the light, in order. */
let done: (boolean | 'closed')[];
let fault: Error | null;

const light: Light = {
  set: async (isOn) => {
    if (fault) throw fault;
    done.push(isOn);
  },
  close: async () => {
    done.push('closed');
  },
};

beforeEach(() => {
  clock = new FakeClock();
  [packets, journal, done, fault] = [7, [], [], null];
});

const open = () =>
  new WatchLight({ light, packets: () => packets, clock, log: createLog((line) => journal.push(line)) });
/** Lets time pass in which packets leave all the time, or none. */
async function pass(ms: number, { isSending = false } = {}): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    if (isSending) packets += 1;
    clock.advance(100);
    await Promise.resolve().then(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('the light beside the lens', () => {
  it('is dark at first, whatever it was, and while nothing is sent to those who are connected', async () => {
    const watch = open();
    await pass(5_000);
    expect(done).toEqual([false]);
    await watch.close();
    expect(clock.pending).toBe(0);
  });

  it('is lit while packets leave, and dark a second after the last', async () => {
    const watch = open();
    await pass(3_000, { isSending: true });
    expect(done).toEqual([false, true]);
    await pass(800);
    expect(done.at(-1)).toBe(true);
    await pass(400);
    expect(done.at(-1)).toBe(false);
    await watch.close();
    expect(done.at(-1)).toBe('closed');
  });

  it('stays lit when one of those who get them leaves', async () => {
    const watch = open();
    await pass(1_000, { isSending: true });
    packets = 2;
    await pass(1_000, { isSending: true });
    expect(done).toEqual([false, true]);
    await watch.close();
  });

  it('that does not work is said once, and tried again now and then', async () => {
    fault = Object.assign(new Error('gone'), { code: 'ENODEV' });
    const watch = open();
    await pass(25_000);
    expect(journal).toHaveLength(1);
    expect(watch.fault).toBe('ENODEV');
    fault = null;
    await pass(10_000);
    expect([done, watch.fault]).toEqual([[false], null]);
    await watch.close();
  });
});
