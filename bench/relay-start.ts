import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BUILT_RELAY, RELAY_ENVIRONMENT, RELAY_FLAGS } from '../e2e/stage/house.ts';
import { startRendezvous } from '../rendezvous/start-rendezvous.ts';
import { atMost, type Bench, wholeOption } from './bench.ts';
import { buildOption, ensureBuilt } from './built.ts';
import { readCpuSeconds, readRssMb } from './process-meter.ts';
import { type SpeakOptions, type Spoken, startNode } from './relay-process.ts';
import { round, summarize } from './statistics.ts';

/** The link stands under the code and is written with it. */
const CODE_SHOWN = /#c1\./;
/** By then the garbage of the start is collected, or never will be. */
const SETTLE_MS = 3_000;

/** How soon the camera shows its code, and what it weighs while nobody watches. */
export const relayStart: Bench = {
  summary: "from the relay's start to the code on the display, and its memory while idle",
  options: {
    runs: { meaning: 'starts of each kind', fallback: '10' },
    main: { meaning: 'file to start, such as relay/main.ts', fallback: relative('.', BUILT_RELAY) },
    build: buildOption,
  },
  run: async (context) => {
    const runs = wholeOption(context, 'runs');
    ensureBuilt(context);
    const args = [...RELAY_FLAGS, resolve(context.option('main')), 'run'];
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-start-'));
    await using rendezvous = await startRendezvous();
    const start = (state: string, more: Record<string, string> = {}): SpeakOptions => ({
      args,
      env: {
        ...RELAY_ENVIRONMENT,
        LATCHKEY_STATE_DIR: join(folder, state),
        LATCHKEY_RENDEZVOUS: rendezvous.brokerUrl,
        ...more,
      },
    });
    try {
      const bare = await measure(runs, () => timeNode());
      const fresh = await measure(runs, (run) => timeCode(start(`fresh-${run}`)));
      const later = await measure(runs, () => timeCode(start('kept')));
      const uncached = await measure(runs, () =>
        timeCode(start('kept', { NODE_DISABLE_COMPILE_CACHE: '1' })),
      );
      const idleRssMb = await weigh(start('kept'));
      return {
        conditions: { runs, unit: 'ms', idleRssMb, main: context.option('main') },
        rows: [
          describeStarts('Node alone, to its first word', bare),
          describeStarts('first: makes its key', fresh),
          describeStarts('later: has its key', later),
          describeStarts('later, nothing compiled before', uncached),
        ],
        verdicts: [
          atMost(
            'first start to code, p50',
            summarize(fresh.map(({ wallMs }) => wallMs))?.p50 ?? null,
            400,
            'ms',
          ),
          atMost('idle RSS', idleRssMb, 60, 'MB'),
        ],
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** One start: how long it took, and what of that it computed, which the machine's load changes less. */
interface Start {
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function measure(runs: number, time: (run: number) => Promise<Start>): Promise<Start[]> {
  const times: Start[] = [];
  for (let run = 0; run < runs; run++) times.push(await time(run));
  return times;
}

async function timeNode(): Promise<Start> {
  // It stays, so that its processor time can be read.
  await using node = startNode({ args: ['--eval', 'console.log("here"); setTimeout(() => 0, 9000)'] });
  return await timeUntil(node, /here/);
}

async function timeCode(how: SpeakOptions): Promise<Start> {
  await using relay = startNode(how);
  return await timeUntil(relay, CODE_SHOWN);
}

async function timeUntil(spoken: Spoken, pattern: RegExp): Promise<Start> {
  const wallMs = await spoken.until(pattern);
  return { wallMs, cpuMs: readCpuSeconds(spoken.pid) * 1000 };
}

function describeStarts(start: string, times: readonly Start[]) {
  return {
    start,
    ...summarize(times.map(({ wallMs }) => wallMs)),
    'cpu p50': summarize(times.map(({ cpuMs }) => cpuMs))?.p50 ?? null,
  };
}

async function weigh(how: SpeakOptions): Promise<number> {
  await using relay = startNode(how);
  await relay.until(/info ready/);
  await delay(SETTLE_MS);
  return round(readRssMb(relay.pid), 1);
}
