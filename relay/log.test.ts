import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { boundLog, createLog, type Log } from './log.ts';

let clock: FakeClock;
let lines: string[];
let log: Log;

beforeEach(() => {
  clock = new FakeClock();
  lines = [];
  log = boundLog(
    createLog((line) => lines.push(line)),
    clock,
  );
});

const times = (count: number, call: () => void) => Array.from({ length: count }, call);

describe('a bounded log', () => {
  it('says what happens now and then as it is', () => {
    log.info('ready', { camera: 'Kitchen' });
    log.warn('clock set');
    expect(lines).toEqual(['info ready camera="Kitchen"', 'warn clock set']);
  });

  it('is not filled by what somebody has happen all the time, and says how much it left out', () => {
    times(1_000, () => log.warn('request dropped', { code: 'malformed' }));
    expect(lines.length).toBeLessThan(100);
    const before = lines.length;
    clock.advance(60_000);
    log.warn('request dropped', { code: 'malformed' });
    expect(lines.slice(before)).toEqual([`warn request dropped code="malformed" withheld=${1_000 - before}`]);
  });

  it('says of one event what another leaves no room for', () => {
    times(1_000, () => log.info('redemption refused'));
    log.info('claimed', { phone: 'anna' });
    expect(lines.at(-1)).toBe('info claimed phone="anna"');
  });

  it('is filled by a day of it no more than by an hour of people', () => {
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      times(100, () => log.info('offer'));
      clock.advance(60_000);
    }
    expect(lines.length).toBeLessThan(24 * 60 + 100);
  });
});
