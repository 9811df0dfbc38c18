import { House } from '../e2e/stage/house.ts';
import {
  atMost,
  type Bench,
  type BenchContext,
  profileOption,
  profileSettings,
  type Report,
  type Verdict,
  wholeOption,
} from './bench.ts';
import { buildOption, ensureBuilt } from './built.ts';
import {
  type AppOptions,
  type AppRuns,
  measureApp,
  measureOverLink,
  measureReady,
  type OverLink,
} from './first-frame/app-runs.ts';
import { READY_STAGES, type ReadyStages, STAGES, type Stages } from './first-frame/marks.ts';
import { measureReference } from './first-frame/reference.ts';
import { openTcpLink } from './link/tcp-link.ts';
import { type Summary, summarize } from './statistics.ts';

/** How long it takes until there is a picture, and where the time goes. */
export const firstFrame: Bench = {
  summary: 'from the tap, and from nothing, to the first picture, beside libwebrtc at both ends',
  options: {
    runs: { meaning: 'starts of each kind', fallback: '20' },
    source: { meaning: 'as LATCHKEY_CAMERA', fallback: 'test-picture' },
    format: { meaning: 'WIDTHxHEIGHT@RATE', fallback: '1280x720@30' },
    rtt: { meaning: 'instead, over links of so many ms there and back, such as 40,150', fallback: '' },
    build: buildOption,
    profile: profileOption,
  },
  run: async (context) => {
    const { option, progress } = context;
    const runs = wholeOption(context, 'runs');
    ensureBuilt(context);
    if (option('rtt') !== '') return await runOverLinks(context, runs);
    const app = await measureHouse(context, runs);
    const ready = await measureReadyHouse(context, runs);
    progress('reference');
    const reference = await measureReference(runs);
    const warm = summarizeTotal(app.warm);
    return {
      conditions: {
        ...{ runs, unit: 'ms', source: option('source'), format: option('format'), link: 'loopback' },
        'cold pages from service worker': `${app.fromServiceWorker} of ${app.cold.length}`,
      },
      rows: [
        ...rowsOf('warm', app.warm),
        ...readyRowsOf('ready', ready),
        ...rowsOf('cold', app.cold),
        ...rowsOf('libwebrtc reference', reference),
      ],
      verdicts: [
        atMost('warm, p50', warm?.p50 ?? null, 200, 'ms'),
        atMost('warm, p95', warm?.p95 ?? null, 350, 'ms'),
        atMost('cold, p50', summarizeTotal(app.cold)?.p50 ?? null, 1000, 'ms'),
      ],
    };
  },
};

async function measureHouse(context: BenchContext, runs: number): Promise<AppRuns> {
  const { option, progress } = context;
  await using house = await House.open({
    source: option('source'),
    // What is measured is a start without a connection made before.
    env: { LATCHKEY_FORMAT: option('format'), LATCHKEY_STANDBY: 'off', ...profileSettings(context) },
  });
  return await measureApp({ house, runs, progress });
}

async function measureReadyHouse(context: BenchContext, runs: number): Promise<readonly ReadyStages[]> {
  const { option, progress } = context;
  await using house = await House.open({
    source: option('source'),
    env: { LATCHKEY_FORMAT: option('format') },
  });
  return await measureReady({ house, runs, progress });
}

/** Goals by round-trip time, milliseconds: with the connection made by the tap, and made before. */
const LINK_GOALS: Readonly<Record<number, { readonly warm: number; readonly ready: number }>> = {
  40: { warm: 280, ready: 85 },
  150: { warm: 550, ready: 190 },
};

async function runOverLinks(context: BenchContext, runs: number): Promise<Report> {
  const { option } = context;
  const rows: (ReturnType<typeof rowsOf> | ReturnType<typeof readyRowsOf>)[number][] = [];
  const verdicts: Verdict[] = [];
  for (const roundTripMs of option('rtt').split(',').map(Number)) {
    const warm = await measureLink(context, { runs, roundTripMs, standby: 'off' }, measureOverLink);
    const ready = await measureLink(context, { runs, roundTripMs, standby: 'on' }, measureReady);
    rows.push(...rowsOf(`warm, ${roundTripMs} ms`, warm), ...readyRowsOf(`ready, ${roundTripMs} ms`, ready));
    const goal = LINK_GOALS[roundTripMs];
    if (!goal) continue;
    const [warmP50, readyP50] = [warm, ready].map((all) => summarizeTotal(all)?.p50 ?? null);
    verdicts.push(
      atMost(`warm over ${roundTripMs} ms, p50`, warmP50 ?? null, goal.warm, 'ms'),
      atMost(`ready over ${roundTripMs} ms, p50`, readyP50 ?? null, goal.ready, 'ms'),
    );
  }
  return {
    conditions: { runs, unit: 'ms', source: option('source'), format: option('format') },
    rows,
    verdicts,
  };
}

/** Opens a house behind a slow way to its rendezvous, and measures there. */
async function measureLink<T>(
  { option, progress }: BenchContext,
  {
    runs,
    roundTripMs,
    standby,
  }: { readonly runs: number; readonly roundTripMs: number; readonly standby: 'on' | 'off' },
  measure: (app: AppOptions, over: OverLink) => Promise<T>,
): Promise<T> {
  using way = await openTcpLink(roundTripMs / 2);
  const pageUrl = `http://localhost:${way.port}/`;
  await using house = await House.open({
    source: option('source'),
    env: { LATCHKEY_FORMAT: option('format'), LATCHKEY_PAGE_URL: pageUrl, LATCHKEY_STANDBY: standby },
  });
  way.aim(Number(new URL(house.pageUrl).port));
  return await measure({ house, runs, progress }, { roundTripMs, pageUrl });
}

function rowsOf(start: string, all: readonly Stages[]) {
  return STAGES.map((stage) => ({ start, stage, ...summarize(all.map((stages) => stages[stage])) }));
}

function readyRowsOf(start: string, all: readonly ReadyStages[]) {
  return READY_STAGES.map((stage) => ({ start, stage, ...summarize(all.map((stages) => stages[stage])) }));
}

function summarizeTotal(all: readonly { readonly total: number }[]): Summary | null {
  return summarize(all.map(({ total }) => total));
}
