import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { House } from '../e2e/stage/house.ts';
import {
  atMost,
  type Bench,
  type BenchContext,
  profileOption,
  profileSettings,
  wholeOption,
} from './bench.ts';
import { type OrderTaker, startOrderTaker } from './order-taker.ts';
import { readCpuSeconds, readRssMb } from './process-meter.ts';
import { round } from './statistics.ts';
import type { CrowdOrder, CrowdReply, CrowdTotals } from './viewers/crowd-messages.ts';

const CROWD = join(import.meta.dirname, 'viewers', 'crowd.ts');
/** Keyframes for those who came, and the rise to the full rate. */
const SETTLE_MS = 3_000;
/** What viewers cost by themselves: the picture has been made for the first one already. */
const BEYOND_FIRST = 'us/packet beyond the first viewer';

/** What viewers cost the relay, seen from outside its process. */
export const viewers: Bench = {
  summary: "the relay's processor time, microseconds per packet and memory by number of viewers",
  options: {
    counts: { meaning: 'how many watch, one after another', fallback: '0,1,5,10,20' },
    seconds: { meaning: 'measured at each count', fallback: '10' },
    format: { meaning: 'WIDTHxHEIGHT@RATE', fallback: '1280x720@30' },
    bitrate: { meaning: 'of the picture, bits a second', fallback: '2000000' },
    source: { meaning: 'as LATCHKEY_CAMERA', fallback: 'test-picture' },
    profile: profileOption,
  },
  run: async (context) => {
    const { option } = context;
    const counts = option('counts').split(',').map(Number);
    const seconds = wholeOption(context, 'seconds');
    await using house = await House.open({
      source: option('source'),
      env: {
        LATCHKEY_FORMAT: option('format'),
        LATCHKEY_MAX_BITRATE: option('bitrate'),
        ...profileSettings(context),
      },
    });
    using crowd: Crowd = startOrderTaker(CROWD);
    await house.stopRelay();
    await crowd.order({
      type: 'enrol',
      stateDirectory: house.stateDirectory,
      brokerUrl: house.brokerUrl,
      phones: Math.max(1, Math.ceil(Math.max(...counts) / 4)),
    });
    await house.startRelay();
    const samples = await sampleAll({ context, counts, seconds, crowd, pid: house.relayPid });
    return describeSamples(samples, { format: option('format'), source: option('source'), seconds });
  },
};

/** The viewers' process; they are no part of what is measured. */
type Crowd = OrderTaker<CrowdOrder, CrowdReply>;

interface Sample {
  readonly viewers: number;
  readonly cpuPerSecond: number;
  readonly packetsPerSecond: number;
  readonly bitrateBps: number;
  readonly lost: number;
  readonly rssMb: number;
}

interface SampleOptions {
  readonly context: BenchContext;
  readonly counts: readonly number[];
  readonly seconds: number;
  readonly crowd: Crowd;
  readonly pid: number;
}

async function sampleAll({ context, counts, seconds, crowd, pid }: SampleOptions): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const count of [...counts].sort((a, b) => a - b)) {
    context.progress(`${count} viewers`);
    await crowd.order({ type: 'watch', viewers: count });
    await delay(SETTLE_MS);
    samples.push(await sample(count, seconds, crowd, pid));
  }
  return samples;
}

async function sample(count: number, seconds: number, crowd: Crowd, pid: number): Promise<Sample> {
  const before = { ...(await totalsOf(crowd)), cpu: readCpuSeconds(pid), at: performance.now() };
  await delay(seconds * 1000);
  const after = { ...(await totalsOf(crowd)), cpu: readCpuSeconds(pid), at: performance.now() };
  const elapsed = (after.at - before.at) / 1000;
  return {
    viewers: count,
    cpuPerSecond: (after.cpu - before.cpu) / elapsed,
    packetsPerSecond: (after.packets - before.packets) / elapsed,
    bitrateBps: count === 0 ? 0 : ((after.bytes - before.bytes) * 8) / elapsed / count,
    lost: after.lost - before.lost,
    rssMb: readRssMb(pid),
  };
}

async function totalsOf(crowd: Crowd): Promise<CrowdTotals> {
  const reply = await crowd.order({ type: 'count' });
  if (reply.type !== 'counted') throw new TypeError(`unexpected ${reply.type}`);
  return reply.totals;
}

function describeSamples(samples: readonly Sample[], conditions: Record<string, unknown>) {
  const one = samples.find(({ viewers: count }) => count === 1);
  const rows = samples.map((each) => ({
    viewers: each.viewers,
    'cpu s/s': round(each.cpuPerSecond, 3),
    'packets/s': Math.round(each.packetsPerSecond),
    'us/packet': microseconds(each.cpuPerSecond, each.packetsPerSecond),
    [BEYOND_FIRST]:
      one && each.viewers > 1
        ? microseconds(each.cpuPerSecond - one.cpuPerSecond, each.packetsPerSecond - one.packetsPerSecond)
        : null,
    'Mbit/s each': round(each.bitrateBps / 1e6, 2),
    lost: each.lost,
    'RSS MB': round(each.rssMb, 1),
  }));
  const idle = rows.find((row) => row.viewers === 0);
  const most = rows.at(-1);
  const crowd = `${most?.viewers} viewers`;
  return {
    conditions,
    rows,
    verdicts: [
      atMost(`per packet at ${crowd}, with the making of the picture`, most?.['us/packet'] ?? null, 30, 'us'),
      atMost(`per packet at ${crowd}, beyond the first viewer`, most?.[BEYOND_FIRST] ?? null, 30, 'us'),
      atMost('relay RSS idle', idle?.['RSS MB'] ?? null, 60, 'MB'),
      atMost(`relay RSS at ${crowd}`, most?.['RSS MB'] ?? null, 100, 'MB'),
    ],
  };
}

function microseconds(cpuPerSecond: number, packetsPerSecond: number): number | null {
  return packetsPerSecond > 0 ? round((cpuPerSecond * 1e6) / packetsPerSecond, 1) : null;
}
