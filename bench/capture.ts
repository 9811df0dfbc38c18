import { setTimeout as delay } from 'node:timers/promises';
import type { CaptureFormat } from '../relay/capture/capture.ts';
import { UnitLog } from '../relay/doctor/hardware/unit-log.ts';
import { systemClock } from '../relay/system-clock.ts';
import { atMost, type Bench, type Verdict, wholeOption } from './bench.ts';
import { MEASURED_SOURCES, type MeasuredSource } from './capture/measured-sources.ts';
import { readCpuSeconds, readRssMb } from './process-meter.ts';
import { round, summarize } from './statistics.ts';

const FULL: CaptureFormat = { width: 1280, height: 720, frameRate: 30 };
const SMALL: CaptureFormat = { width: 640, height: 360, frameRate: 30 };
/** Far enough apart that an encoder must do something about it. */
const BITRATES_BPS = [2_000_000, 400_000];
/** Between two changes: the encoder has settled, and a restart is over. */
const SETTLE_MS = 1_500;
/** No encoder takes longer; one that makes keyframes by itself does. */
const KEYFRAME_LIMIT_MS = 5_000;
const FIRST_LIMIT_MS = 20_000;

/** What each source costs, and how fast it obeys. */
export const capture: Bench = {
  summary:
    'per source: processor, memory, delay, keyframes on request, gaps at changes of bitrate and format',
  options: {
    sources: { meaning: 'with commas', fallback: Object.keys(MEASURED_SOURCES).join(',') },
    seconds: { meaning: 'of steady pictures, for each', fallback: '5' },
    changes: { meaning: 'of each kind, for each', fallback: '6' },
  },
  run: async (context) => {
    const seconds = wholeOption(context, 'seconds');
    const changes = wholeOption(context, 'changes');
    const rows: SourceFigures[] = [];
    for (const name of context.option('sources').split(',')) {
      context.progress(`${name} ...`);
      rows.push(await measure(name, seconds, changes));
    }
    return {
      conditions: { format: '1280x720@30, stand-ins as they come', seconds, changes, unit: 'ms' },
      rows: rows.map((row) => ({ ...row })),
      verdicts: rows.flatMap(verdictOf),
    };
  },
};

interface SourceFigures {
  readonly source: string;
  readonly firstUnit: number;
  readonly fps: number;
  readonly cpuPercent: number;
  readonly rssMb: number;
  readonly delayP50: number | null;
  readonly delayP95: number | null;
  readonly keyframeP50: number | null;
  readonly keyframeMax: number | null;
  readonly steadyGap: number;
  /** Null where the source cannot. */
  readonly bitrateGapP50: number | null;
  readonly bitrateGapMax: number | null;
  readonly formatGapP50: number | null;
  readonly formatGapMax: number | null;
}

/** Null where there was no change. */
interface Gaps {
  readonly p50: number | null;
  readonly max: number | null;
}

function verdictOf({ source, bitrateGapMax: gap }: SourceFigures): Verdict[] {
  return gap === null ? [] : [atMost(`${source}: longest gap at a change of bitrate`, gap, 100, 'ms')];
}

async function measure(name: string, seconds: number, changes: number): Promise<SourceFigures> {
  const open = MEASURED_SOURCES[name];
  if (!open) throw new TypeError(`there is no source ${name}: ${Object.keys(MEASURED_SOURCES).join(', ')}`);
  const source = await open(FULL);
  const log = new UnitLog(source.capture, systemClock);
  // The relay's timers keep no process alive.
  const alive = setInterval(() => undefined, 1_000);
  try {
    const startMs = performance.now();
    const first = log.next(() => true, FIRST_LIMIT_MS);
    await source.capture.start();
    await first;
    const firstUnit = Math.round(performance.now() - startMs);
    return { source: name, firstUnit, ...(await measureRunning(source, log, seconds, changes)) };
  } finally {
    clearInterval(alive);
    log.close();
    await source.capture.close();
    await source.close();
  }
}

async function measureRunning(source: MeasuredSource, log: UnitLog, seconds: number, changes: number) {
  const { capture, processId } = source;
  const steady = await measureSteady(processId, log, seconds);
  const keyframes = summarize(await timeKeyframes(source, log, changes));
  const { abilities } = capture;
  const bitrateChanges = abilities.bitrate === 'live' ? changes : 0;
  const bitrate = await gapsAt(log, bitrateChanges, (turn) =>
    capture.setBitrate(BITRATES_BPS[turn % 2] ?? 0),
  );
  const formatChanges = abilities.format === 'never' ? 0 : changes;
  const formats = await gapsAt(log, formatChanges, (turn) =>
    capture.setFormat(turn % 2 === 0 ? SMALL : FULL),
  );
  return {
    ...steady,
    ...{ keyframeP50: keyframes?.p50 ?? null, keyframeMax: keyframes?.max ?? null },
    ...{ bitrateGapP50: bitrate.p50, bitrateGapMax: bitrate.max },
    ...{ formatGapP50: formats.p50, formatGapMax: formats.max },
  };
}

async function measureSteady(processId: () => number, log: UnitLog, seconds: number) {
  await delay(SETTLE_MS);
  const sinceMs = systemClock.nowMs();
  const cpuBefore = readCpuSeconds(processId());
  await delay(seconds * 1000);
  const delays = summarize(log.delays(sinceMs));
  const cpuPercent = ((readCpuSeconds(processId()) - cpuBefore) / (systemClock.nowMs() - sinceMs)) * 1e5;
  return {
    fps: round(log.rate(sinceMs), 1),
    cpuPercent: round(cpuPercent, 1),
    rssMb: round(readRssMb(processId()), 1),
    ...{ delayP50: delays?.p50 ?? null, delayP95: delays?.p95 ?? null },
    steadyGap: Math.round(log.longestGap(sinceMs)),
  };
}

async function timeKeyframes({ capture }: MeasuredSource, log: UnitLog, times: number): Promise<number[]> {
  const taken: number[] = [];
  for (let time = 0; time < times; time++) {
    await delay(200 + 37 * time);
    const sinceMs = performance.now();
    const keyframe = log.next(({ isKeyframe }) => isKeyframe, KEYFRAME_LIMIT_MS);
    capture.requestKeyframe();
    if (await keyframe) taken.push(performance.now() - sinceMs);
  }
  return taken;
}

/** The longest time without a picture after each change, until the pictures are steady again. */
async function gapsAt(log: UnitLog, times: number, change: (turn: number) => void): Promise<Gaps> {
  const gaps: number[] = [];
  for (let turn = 0; turn < times; turn++) {
    const sinceMs = systemClock.nowMs();
    change(turn);
    await delay(SETTLE_MS);
    gaps.push(log.longestGap(sinceMs));
  }
  const { p50 = null, max = null } = summarize(gaps) ?? {};
  return { p50, max };
}
