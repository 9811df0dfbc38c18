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
import { type AppRuns, measureApp, measureOverLink } from './first-frame/app-runs.ts';
import { STAGES, type Stages } from './first-frame/marks.ts';
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
    rtt: { meaning: 'instead, warm over links of so many ms there and back, such as 40,150', fallback: '' },
    build: buildOption,
    profile: profileOption,
  },
  run: async (context) => {
    const { option, progress } = context;
    const runs = wholeOption(context, 'runs');
    ensureBuilt(context);
    if (option('rtt') !== '') return await runOverLinks(context, runs);
    const app = await measureHouse(context, runs);
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
    env: { LATCHKEY_FORMAT: option('format'), ...profileSettings(context) },
  });
  return await measureApp({ house, runs, progress });
}

/** Goals by round-trip time, milliseconds; the connection is not made before the tap. */
const LINK_GOALS: Readonly<Record<number, number>> = { 40: 280, 150: 550 };

async function runOverLinks(context: BenchContext, runs: number): Promise<Report> {
  const { option } = context;
  const rows: ReturnType<typeof rowsOf> = [];
  const verdicts: Verdict[] = [];
  for (const roundTripMs of option('rtt').split(',').map(Number)) {
    const warm = await measureLink(context, runs, roundTripMs);
    rows.push(...rowsOf(`warm, ${roundTripMs} ms`, warm));
    const goal = LINK_GOALS[roundTripMs];
    const p50 = summarizeTotal(warm)?.p50 ?? null;
    if (goal !== undefined) verdicts.push(atMost(`warm over ${roundTripMs} ms, p50`, p50, goal, 'ms'));
  }
  return {
    conditions: { runs, unit: 'ms', source: option('source'), format: option('format') },
    rows,
    verdicts,
  };
}

async function measureLink(
  context: BenchContext,
  runs: number,
  roundTripMs: number,
): Promise<readonly Stages[]> {
  const { option, progress } = context;
  using way = await openTcpLink(roundTripMs / 2);
  const pageUrl = `http://localhost:${way.port}/`;
  await using house = await House.open({
    source: option('source'),
    env: { LATCHKEY_FORMAT: option('format'), LATCHKEY_PAGE_URL: pageUrl },
  });
  way.aim(Number(new URL(house.pageUrl).port));
  return await measureOverLink({ house, runs, progress }, { roundTripMs, pageUrl });
}

function rowsOf(start: string, all: readonly Stages[]) {
  return STAGES.map((stage) => ({ start, stage, ...summarize(all.map((stages) => stages[stage])) }));
}

function summarizeTotal(all: readonly Stages[]): Summary | null {
  return summarize(all.map(({ total }) => total));
}
