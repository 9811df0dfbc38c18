import { House } from '../e2e/stage/house.ts';
import { atMost, type Bench, wholeOption } from './bench.ts';
import { buildOption, ensureBuilt } from './built.ts';
import { type Ending, measureEndings, WAYS, type Way } from './revoke/endings.ts';
import { countLatePackets } from './revoke/late-packets.ts';
import { LookStage } from './revoke/look-stage.ts';
import { percentile, round, summarize } from './statistics.ts';

/** From the end of a look to the last picture of it. */
export const revoke: Bench = {
  summary: "from taking a look back, or its end, to the last frame on the borrower's screen",
  options: {
    by: { meaning: `why it ends, with commas: ${WAYS.join(', ')}`, fallback: WAYS.join(',') },
    runs: { meaning: 'looks that end in each way', fallback: '50' },
    source: { meaning: 'as LATCHKEY_CAMERA', fallback: 'test-picture' },
    format: { meaning: 'WIDTHxHEIGHT@RATE', fallback: '1280x720@30' },
    build: buildOption,
  },
  run: async (context) => {
    const { option, progress } = context;
    const runs = wholeOption(context, 'runs');
    const ways = option('by').split(',').map(parseWay);
    ensureBuilt(context);
    await using house = await House.open({
      source: option('source'),
      env: { LATCHKEY_FORMAT: option('format') },
    });
    await using stage = await LookStage.open(house);
    const all: { readonly by: Way; readonly endings: readonly Ending[] }[] = [];
    for (const by of ways) {
      progress(by);
      all.push({ by, endings: await measureEndings(stage, by, runs) });
    }
    progress('packets');
    const late = await countLatePackets(stage, runs);
    return {
      conditions: { runs, unit: 'ms', source: option('source'), format: option('format'), link: 'loopback' },
      rows: [
        ...all.flatMap(({ by, endings }) => rowsOf(by, endings)),
        { by: 'message', to: 'packets after the confirmation', ...percentiles(late) },
      ],
      verdicts: [
        ...all.flatMap(({ by, endings }) => [
          atMost(`${by} to last frame, p99`, p99(endings.map(({ lastFrame }) => lastFrame)), 1000, 'ms'),
          atMost(`${by} to picture gone, p99`, p99(endings.map(({ gone }) => gone)), 1000, 'ms'),
        ]),
        atMost('RTP packets after the confirmation', Math.max(...late), 0, 'packets'),
      ],
    };
  },
};

/** @throws TypeError for what is none. */
function parseWay(text: string): Way {
  const way = WAYS.find((each) => each === text);
  if (way === undefined) throw new TypeError(`--by is of ${WAYS.join(', ')}`);
  return way;
}

function rowsOf(by: Way, endings: readonly Ending[]) {
  return [
    { by, to: 'last frame', ...percentiles(endings.map(({ lastFrame }) => lastFrame)) },
    { by, to: 'picture gone', ...percentiles(endings.map(({ gone }) => gone)) },
  ];
}

function percentiles(sample: readonly number[]) {
  const { count = 0, p50 = 0, p95 = 0, max = 0 } = summarize(sample) ?? {};
  return { count, p50, p95, p99: p99(sample), max };
}

function p99(sample: readonly number[]): number {
  return round(percentile(sample, 0.99), 1);
}
