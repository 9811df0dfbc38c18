import { describe, expect, it, onTestFinished } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { createLog } from '../log.ts';
import { type ClockProbe, type SyncAnswer, trustingProbe } from './clock-probe.ts';
import { ANSWER_LIMIT_MS, MAX_RETRY_MS, RETRY_MS, UNKNOWN_RETRY_MS } from './inquiry.ts';
import { TOLERANCE_S } from './trust-state.ts';
import { KEEP_PERIOD_S, LOOK_PERIOD_MS, startTrustedTime } from './trusted-time.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2027, 0, 1);
const BUILT_S = Date.UTC(2026, 10, 26) / 1000;

/** Lets promises that are due settle. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A machine that says what it is told to; without an answer it keeps who asks waiting. */
class FakeMachine implements ClockProbe {
  answer: SyncAnswer | null = 'not_synchronised';
  mark: string | null = null;
  questions = 0;
  waiting = 0;

  async look(): Promise<string | null> {
    return this.mark;
  }

  async ask({ signal }: { signal: AbortSignal }): Promise<SyncAnswer> {
    this.questions += 1;
    if (this.answer !== null) return this.answer;
    this.waiting += 1;
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        this.waiting -= 1;
        reject(signal.reason);
      });
    });
  }
}

/** A floor in memory, on a disk that may be full. */
class FakeFloor {
  kept: number[] = [];
  isFull = false;
  #storedS: number;

  constructor(storedS = 0) {
    this.#storedS = storedS;
  }

  async read(): Promise<number> {
    return this.#storedS;
  }

  async write(floorS: number): Promise<void> {
    if (this.isFull) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    this.kept.push(floorS);
  }
}

async function startTime({
  machine = new FakeMachine(),
  nowMs = NOW_MS,
  floorS = 0,
  probe = machine as ClockProbe,
} = {}) {
  const clock = new FakeClock(nowMs);
  const floor = new FakeFloor(floorS);
  const journal: string[] = [];
  const time = await startTrustedTime({
    clock,
    monotonicMs: () => clock.monotonicMs(),
    probe,
    floor,
    leastS: BUILT_S,
    log: createLog((line) => journal.push(line)),
  });
  let changes = 0;
  time.onChange(() => {
    changes += 1;
  });
  await settled();
  onTestFinished(async () => {
    await time.close();
    expect(clock.pending).toBe(0);
    expect(machine.waiting).toBe(0);
  });
  /** Lets time pass second by second, and whatever comes of it happen. */
  const pass = async (ms: number) => {
    for (let leftMs = ms; leftMs > 0; leftMs -= LOOK_PERIOD_MS) {
      clock.advance(Math.min(leftMs, LOOK_PERIOD_MS));
      await settled();
    }
  };
  return { clock, floor, journal, machine, pass, time, changes: () => changes };
}

describe('trusted time', () => {
  it('does not trust a clock that nothing has spoken for', async () => {
    const { time, changes } = await startTime();
    expect(time).toMatchObject({ isTrusted: false, reason: 'not_synchronised' });
    expect(changes()).toBe(0);
  });

  it('trusts it from the machine saying so, and tells', async () => {
    const { machine, pass, time, changes } = await startTime();
    machine.answer = 'synchronised';
    await pass(RETRY_MS);
    expect(time).toMatchObject({ isTrusted: true, reason: 'synchronised' });
    expect(changes()).toBe(1);
  });

  it('trusts it within a second of the time service’s mark', async () => {
    const { machine, pass, time } = await startTime();
    machine.mark = '1';
    await pass(LOOK_PERIOD_MS);
    expect(time.reason).toBe('synchronised');
  });

  it('starts no child process where the mark is there already', async () => {
    const machine = new FakeMachine();
    machine.mark = '1';
    const { pass, time } = await startTime({ machine });
    await pass(60_000);
    expect(time.reason).toBe('synchronised');
    expect(machine.questions).toBe(0);
  });

  it('asks every ten seconds at first, less and less often, and no more once it knows', async () => {
    const { machine, pass } = await startTime();
    expect(machine.questions).toBe(1);
    await pass(RETRY_MS - 1);
    expect(machine.questions).toBe(1);
    await pass(1 + LOOK_PERIOD_MS);
    expect(machine.questions).toBe(2);
    await pass(3_600_000);
    expect(machine.questions).toBeLessThan(3_600_000 / MAX_RETRY_MS + 5);
    machine.answer = 'synchronised';
    await pass(MAX_RETRY_MS + LOOK_PERIOD_MS);
    const { questions } = machine;
    await pass(3_600_000);
    expect(machine.questions).toBe(questions);
  });

  it('assumes the clock right where nothing can tell, and asks now and then whether something can', async () => {
    const machine = new FakeMachine();
    machine.answer = 'unknown';
    const { pass, time } = await startTime({ machine });
    expect(time).toMatchObject({ isTrusted: true, reason: 'assumed' });
    await pass(UNKNOWN_RETRY_MS - LOOK_PERIOD_MS);
    expect(machine.questions).toBe(1);
    machine.answer = 'not_synchronised';
    await pass(2 * LOOK_PERIOD_MS);
    expect(time.isTrusted).toBe(false);
  });

  it('takes an owner’s word for the clock, but not below the floor', async () => {
    const { clock, time } = await startTime({ probe: trustingProbe });
    expect(time.reason).toBe('assumed');
    clock.step(-60 * DAY_MS);
    expect(time.reason).toBe('below_floor');
    const after = await startTime({ probe: trustingProbe, nowMs: 0 });
    expect(after.time.reason).toBe('below_floor');
  });

  it('gives up on a machine that does not answer, and asks again', async () => {
    const machine = new FakeMachine();
    machine.answer = null;
    const { journal, pass, time } = await startTime({ machine });
    expect(machine.waiting).toBe(1);
    await pass(ANSWER_LIMIT_MS);
    expect(machine.waiting).toBe(0);
    expect(time.isTrusted).toBe(false);
    expect(journal).toContainEqual(expect.stringContaining('code="TimeoutError"'));
    machine.answer = 'synchronised';
    await pass(RETRY_MS + LOOK_PERIOD_MS);
    expect(time.isTrusted).toBe(true);
  });

  it('asks one question at a time', async () => {
    const machine = new FakeMachine();
    machine.answer = null;
    const { pass } = await startTime({ machine });
    await pass(ANSWER_LIMIT_MS - 1);
    expect(machine).toMatchObject({ questions: 1, waiting: 1 });
  });

  it('ends a question under way when it closes', async () => {
    const machine = new FakeMachine();
    machine.answer = null;
    const { time } = await startTime({ machine });
    await Promise.all([time.close(), time.close()]);
    expect(machine.waiting).toBe(0);
  });

  it('says why guests wait once the machine has answered, and once only', async () => {
    const { journal, machine, pass } = await startTime();
    await pass(60_000);
    expect(journal).toEqual([expect.stringContaining('reason="not_synchronised"')]);
    machine.answer = 'synchronised';
    await pass(MAX_RETRY_MS);
    expect(journal).toHaveLength(2);
  });
});

describe('trusted time when the clock is set', () => {
  const trusted = async () => {
    const machine = new FakeMachine();
    machine.answer = 'synchronised';
    return startTime({ machine });
  };

  it('notices it at once, tells within a second, and has it confirmed', async () => {
    const { clock, machine, pass, time, changes } = await trusted();
    machine.answer = 'not_synchronised';
    clock.step(60 * DAY_MS);
    expect(time.isTrusted).toBe(false);
    await pass(LOOK_PERIOD_MS);
    expect(changes()).toBe(2);
    expect(machine.questions).toBe(2);
    machine.answer = 'synchronised';
    await pass(RETRY_MS + LOOK_PERIOD_MS);
    expect(time.isTrusted).toBe(true);
    expect(changes()).toBe(3);
  });

  it('asks at once and not when the next question would have been due', async () => {
    const { clock, machine, pass, time } = await startTime();
    await pass(600_000);
    const { questions } = machine;
    machine.answer = 'synchronised';
    clock.step(60 * DAY_MS);
    await pass(LOOK_PERIOD_MS);
    expect(machine.questions).toBe(questions + 1);
    expect(time.isTrusted).toBe(true);
  });

  it('does not believe an answer to a question from before', async () => {
    const { clock, machine, pass, time } = await startTime();
    machine.ask = async () => {
      machine.questions += 1;
      if (machine.questions === 2) clock.step(60 * DAY_MS);
      return 'synchronised';
    };
    await pass(RETRY_MS);
    expect(machine.questions).toBe(2);
    expect(time.isTrusted).toBe(false);
    await pass(LOOK_PERIOD_MS);
    expect(machine.questions).toBe(3);
    expect(time.isTrusted).toBe(true);
  });

  it.each([3_000, -3_000, 290_000])('by %d ms tells, and goes on trusting', async (stepMs) => {
    const { clock, machine, pass, time, changes } = await trusted();
    machine.answer = 'not_synchronised';
    clock.step(stepMs);
    await pass(LOOK_PERIOD_MS);
    expect(time.isTrusted).toBe(true);
    expect(changes()).toBe(2);
  });

  it('back by 60 days waits until it is right again', async () => {
    const { clock, machine, pass, time } = await trusted();
    clock.step(-60 * DAY_MS);
    await pass(60_000);
    expect(machine.answer).toBe('synchronised');
    expect(time).toMatchObject({ isTrusted: false, reason: 'below_floor' });
    clock.step(60 * DAY_MS);
    await pass(LOOK_PERIOD_MS);
    expect(time.isTrusted).toBe(true);
  });

  it('tells nobody who has stopped listening', async () => {
    const { clock, pass, time } = await trusted();
    let calls = 0;
    const stop = time.onChange(() => {
      calls += 1;
    });
    stop();
    clock.step(60 * DAY_MS);
    await pass(LOOK_PERIOD_MS);
    expect(calls).toBe(0);
  });

  it('is not moved by summer time, leap years or the end of 32 bits', async () => {
    const machine = new FakeMachine();
    machine.answer = 'synchronised';
    for (const iso of ['2027-03-28T00:59:58Z', '2028-02-28T23:59:58Z', '2038-01-19T03:14:05Z']) {
      const { pass, time, changes } = await startTime({ machine, nowMs: Date.parse(iso) });
      expect(changes()).toBe(1);
      await pass(10_000);
      expect(time.isTrusted).toBe(true);
      expect(changes()).toBe(1);
    }
  });
});

describe('the floor of trusted time', () => {
  it('is the time of the program where none is kept', async () => {
    const machine = new FakeMachine();
    machine.answer = 'synchronised';
    const { floor, journal, time } = await startTime({ machine, nowMs: 0 });
    expect(time.reason).toBe('below_floor');
    expect(journal).toEqual([expect.stringContaining('floor="2026-11-26T00:00:00.000Z"')]);
    await time.close();
    expect(floor.kept).toEqual([]);
  });

  it('is what was kept, where that is later', async () => {
    const machine = new FakeMachine();
    machine.answer = 'synchronised';
    const { time } = await startTime({ machine, floorS: NOW_MS / 1000 + 60 });
    expect(time.reason).toBe('below_floor');
  });

  it('is kept with the first trust, every hour and at the end', async () => {
    const machine = new FakeMachine();
    machine.answer = 'synchronised';
    const { floor, pass, time } = await startTime({ machine });
    const start = NOW_MS / 1000 - TOLERANCE_S;
    expect(floor.kept).toEqual([start]);
    await pass((KEEP_PERIOD_S - 1) * 1000);
    expect(floor.kept).toEqual([start]);
    await pass(1_000);
    expect(floor.kept).toEqual([start, start + KEEP_PERIOD_S]);
    await pass(60_000);
    await time.close();
    expect(floor.kept.at(-1)).toBe(start + KEEP_PERIOD_S + 60);
  });

  it('is never kept of a clock that is not trusted', async () => {
    const { clock, floor, pass, time } = await startTime();
    clock.step(60 * DAY_MS);
    await pass(2 * KEEP_PERIOD_S * 1000);
    await time.close();
    expect(floor.kept).toEqual([]);
  });

  it('is not moved by a clock set forward that nobody confirms', async () => {
    const machine = new FakeMachine();
    machine.answer = 'synchronised';
    const { clock, floor, pass, time } = await startTime({ machine });
    machine.answer = 'not_synchronised';
    clock.step(60 * DAY_MS);
    await pass(60_000);
    await time.close();
    expect(Math.max(...floor.kept)).toBeLessThanOrEqual(NOW_MS / 1000);
  });

  it('is not tried again every second on a disk that is full, and the camera goes on', async () => {
    const machine = new FakeMachine();
    const { floor, journal, pass, time } = await startTime({ machine });
    floor.isFull = true;
    machine.answer = 'synchronised';
    await pass(10 * 60_000);
    expect(time.isTrusted).toBe(true);
    expect(journal.filter((line) => line.includes('code="ENOSPC"'))).toHaveLength(1);
    floor.isFull = false;
    await time.close();
    expect(floor.kept).toHaveLength(1);
  });
});
