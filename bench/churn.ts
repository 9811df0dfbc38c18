import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { House } from '../e2e/stage/house.ts';
import { atMost, type Bench, type Verdict, wholeOption } from './bench.ts';
import { buildOption, ensureBuilt } from './built.ts';
import { countDescriptors, type Insides } from './churn/insides.ts';
import type { VisitOrder, VisitReply } from './churn/visitors.ts';
import { startOrderTaker } from './order-taker.ts';
import { readRssMb } from './process-meter.ts';
import { round } from './statistics.ts';

const VISITORS = join(import.meta.dirname, 'churn', 'visitors.ts');
const LOOK_INSIDE = join(import.meta.dirname, 'churn', 'look-inside.mjs');
const PHONES = 4;
/** The relay is looked at after each so many. */
const STRETCH = 100;
/** A session that was never connected lasts 30 s, and the camera 3 s longer. */
const QUIET_LIMIT_MS = 60_000;
const POLL_MS = 250;
/** The log of who watched keeps half a megabyte of lines or a whole one, some .6 kB a visit; V8 compiles on, too. */
const FLAT_HEAP_MB = 2;
const FLAT_RSS_MB = 10;
/** The camera is released so long after its last viewer. */
const LINGER_MS = 3_500;

/** What of the relay is left when viewers have come and gone. */
export const churn: Bench = {
  summary: 'viewers come, see a picture and go in every way there is: what the relay still holds afterwards',
  options: {
    cycles: { meaning: 'how many come and go, in hundreds', fallback: '1000' },
    snapshots: { meaning: 'directory for a heap snapshot of each look inside', fallback: '' },
    build: buildOption,
  },
  run: async (context) => {
    const cycles = wholeOption(context, 'cycles');
    ensureBuilt(context);
    const env = {
      NODE_OPTIONS: `--expose-gc --import ${LOOK_INSIDE}`,
      CHURN_SNAPSHOTS: context.option('snapshots'),
    };
    await using house = await House.open({ env });
    using visitors = startOrderTaker<VisitOrder, VisitReply>(VISITORS);
    await house.stopRelay();
    const { stateDirectory, brokerUrl } = house;
    await visitors.order({ type: 'enrol', stateDirectory, brokerUrl, phones: PHONES });
    await house.startRelay();
    const { sockets } = countDescriptors(house.relayPid);
    const rows: Row[] = [];
    // What is loaded and compiled with the first viewers stays: it is no leak.
    for (let done = 0; done <= cycles; done += STRETCH) {
      await visitors.order({ type: 'visit', visits: STRETCH });
      const row = await look(house, done, sockets);
      context.progress(JSON.stringify(row));
      rows.push(row);
    }
    return { conditions: { cycles, 'visits before the first look': STRETCH }, rows, verdicts: judge(rows) };
  },
};

/** Megabytes are of 2^20 bytes. */
type Row = {
  readonly visits: number;
  readonly 'heap, MB': number;
  readonly 'external, MB': number;
  readonly 'RSS, MB': number;
  readonly files: number;
  readonly sockets: number;
  readonly timers: number;
  readonly 'other resources': number;
};

/** Waits until nobody watches and the camera is off, and looks at what the relay holds. */
async function look(house: House, visits: number, socketsBefore: number): Promise<Row> {
  await untilQuiet(house.relayPid, socketsBefore);
  const insides = await askInside(house);
  const { Timeout: timers = 0, ...others } = insides.resources;
  const { open, sockets } = countDescriptors(house.relayPid);
  return {
    visits,
    'heap, MB': round(insides.heapUsed / 2 ** 20, 2),
    'external, MB': round(insides.external / 2 ** 20, 2),
    'RSS, MB': round(readRssMb(house.relayPid), 1),
    files: open,
    sockets,
    timers,
    'other resources': Object.values(others).reduce((sum, count) => sum + count, 0),
  };
}

/** Sessions hold sockets, so whoever is left shows there; a socket that leaks makes this wait as long as it can. */
async function untilQuiet(pid: number, socketsBefore: number): Promise<void> {
  const limit = performance.now() + QUIET_LIMIT_MS;
  while (countDescriptors(pid).sockets > socketsBefore && performance.now() < limit) await delay(POLL_MS);
  await delay(LINGER_MS);
}

async function askInside(house: House): Promise<Insides> {
  const before = house.output.length;
  process.kill(house.relayPid, 'SIGUSR2');
  for (;;) {
    const [, json] = /^insides (.*)$/m.exec(house.output.slice(before)) ?? [];
    // What our own `look-inside.mjs` wrote.
    if (json !== undefined) return JSON.parse(json) as Insides;
    await delay(POLL_MS);
  }
}

/** The first look is what the others are held against. */
function judge(rows: readonly Row[]): Verdict[] {
  const growth = (name: keyof Row) => {
    const [first, last] = [rows.at(0)?.[name], rows.at(-1)?.[name]];
    return first === undefined || last === undefined ? null : round(last - first, 2);
  };
  return [
    atMost('heap, more than after the first hundred', growth('heap, MB'), FLAT_HEAP_MB, 'MB'),
    atMost('RSS, more than after the first hundred', growth('RSS, MB'), FLAT_RSS_MB, 'MB'),
    atMost('open files, more', growth('files'), 0, ''),
    atMost('sockets, more', growth('sockets'), 0, ''),
    atMost('timers, more', growth('timers'), 0, ''),
    atMost('other resources, more', growth('other resources'), 0, ''),
  ];
}
