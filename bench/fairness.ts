import {
  atLeast,
  atMost,
  type Bench,
  type BenchContext,
  type Report,
  type Verdict,
  wholeOption,
} from './bench.ts';
import { buildOption, ensureBuilt } from './built.ts';
import { AUDIENCES, parseLinks } from './fairness/links.ts';
import { watchReally } from './fairness/real.ts';
import { type ViewerRow, watchVirtually } from './fairness/virtual.ts';

/** Below this a link is the narrow one of its audience, Mbit/s. */
const NARROW_MBPS = 0.6;

/** One camera, viewers behind different links: what each of them gets. */
export const fairness: Bench = {
  summary: 'viewers behind different links: what each of them gets, without and with a low rendition',
  options: {
    links: { meaning: 'Mbit/s, as 3/3/0.5; otherwise audiences of one to five', fallback: '' },
    time: { meaning: 'virtual: all three ways; real: a relay and Chromium pages', fallback: 'virtual' },
    seconds: { meaning: 'watched in real time, after the beginning', fallback: '20' },
    source: { meaning: 'in real time, as LATCHKEY_CAMERA', fallback: 'test-picture' },
    format: { meaning: 'in real time, WIDTHxHEIGHT@RATE', fallback: '640x480@30' },
    build: buildOption,
  },
  run: async (context) => {
    const time = context.option('time');
    if (time !== 'virtual' && time !== 'real') throw new TypeError('--time is virtual or real');
    return time === 'virtual' ? measureVirtually(context) : await measureReally(context);
  },
};

function measureVirtually({ option, progress }: BenchContext): Report {
  const audiences = option('links') === '' ? AUDIENCES : [parseLinks(option('links'))];
  const rows = audiences.flatMap((links) => {
    progress(links.join('/'));
    return watchVirtually(links);
  });
  return {
    conditions: { time: 'virtual', encoder: 'x264', 'at most, bit/s': 2_500_000 },
    rows: rows.map((row) => ({ ...row })),
    verdicts: judge(rows.filter(({ policy }) => policy === 'low')),
  };
}

/** What the low rendition is for: nobody pays for a narrow path, and whoever has it gets what it carries. */
function judge(rows: readonly ViewerRow[]): Verdict[] {
  const isUneven = ({ links }: ViewerRow) => links.split('/').some((mbps) => Number(mbps) < NARROW_MBPS);
  const wide = rows.filter((row) => row.link >= 3 && isUneven(row));
  const narrow = rows.filter(({ link }) => link < NARROW_MBPS && link >= 0.3);
  const least = (values: readonly number[]) => (values.length === 0 ? null : Math.min(...values));
  const shares = narrow.map((row) => {
    const narrowest = Math.min(
      ...row.links
        .split('/')
        .map(Number)
        .filter((mbps) => mbps >= 0.1),
    );
    return row['kbit/s'] / (narrowest * 1000);
  });
  return [
    atLeast('3 Mbit/s beside a narrow link', least(wide.map((row) => row['kbit/s'])), 2_400, 'kbit/s'),
    atMost('freezes there', Math.max(0, ...wide.map(({ freezes }) => freezes)), 0, ''),
    atLeast('of the narrowest link that carries the low rendition, used', least(shares), 0.8, ''),
  ];
}

async function measureReally(context: BenchContext): Promise<Report> {
  const { option } = context;
  ensureBuilt(context);
  const links = parseLinks(option('links') === '' ? '3/3/0.5' : option('links'));
  const [source, format, seconds] = [option('source'), option('format'), wholeOption(context, 'seconds')];
  const rows = await watchReally({ links, seconds, source, format });
  return { conditions: { time: 'real', source, format, seconds }, rows, verdicts: [] };
}
