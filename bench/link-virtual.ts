import {
  type EncoderModel,
  EXACT_ENCODER,
  X264_ENCODER,
} from '../relay/webrtc/congestion/testing/simulated-encoder.ts';
import { atLeast, atMost, type Bench, wholeOption } from './bench.ts';
import { FIGURES, type Figure } from './link-virtual/figures.ts';
import { round } from './statistics.ts';

const ENCODERS: Readonly<Record<string, EncoderModel>> = { x264: X264_ENCODER, exact: EXACT_ENCODER };

/** Congestion control on simulated links, in virtual time: the same on every machine and under any load. */
export const linkVirtual: Bench = {
  summary: 'congestion control on simulated links in virtual time, beside what it is held to',
  options: {
    runs: { meaning: 'of each link, at different moments of pictures and feedback', fallback: '5' },
    encoder: {
      meaning: 'x264: uneven, and low for seconds after a cut; exact: as the test picture',
      fallback: 'x264',
    },
    links: { meaning: 'only these, with commas', fallback: '' },
  },
  run: async (context) => {
    const runs = wholeOption(context, 'runs');
    const name = context.option('encoder');
    const encoder = ENCODERS[name];
    if (!encoder) throw new TypeError(`--encoder is one of ${Object.keys(ENCODERS).join(', ')}`);
    const wanted = context.option('links').split(',').filter(Boolean);
    const figures = FIGURES.filter(({ link }) => wanted.length === 0 || wanted.includes(link));
    const seeds = Array.from({ length: runs }, (_, index) => index + 1);
    const measured = figures.map((figure) => {
      context.progress(`${figure.link}: ${figure.what}`);
      return { figure, values: seeds.map((seed) => figure.measure(encoder, seed)) };
    });
    return {
      conditions: { runs, encoder: name, time: 'virtual', 'pictures a second': encoder.frameRate },
      rows: measured.map(({ figure, values }) => describeFigure(figure, values)),
      verdicts: measured.map(({ figure, values }) => {
        const judge = figure.better === 'less' ? atMost : atLeast;
        return judge(
          `${figure.link}, ${figure.what}`,
          summarize(figure, values).median,
          figure.pass,
          figure.unit,
        );
      }),
    };
  },
};

function describeFigure(figure: Figure, values: readonly (number | null)[]) {
  const { link, what, unit, pass, stretch } = figure;
  const { median, worst } = summarize(figure, values);
  const reaches = (goal: number | null) =>
    goal !== null && median !== null && (figure.better === 'less' ? median <= goal : median >= goal);
  const reached = reaches(stretch) ? 'stretch' : reaches(pass) ? 'pass' : 'NEITHER';
  return { link, what, median, worst, unit, pass, stretch, reached };
}

/** Null where it could not be measured in more than half of the runs, or in one. */
function summarize({ better }: Figure, values: readonly (number | null)[]) {
  const never = better === 'less' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const sorted = values.map((value) => value ?? never).sort((a, b) => (better === 'less' ? a - b : b - a));
  const at = (index: number) => {
    const value = sorted[index] ?? never;
    return Number.isFinite(value) ? round(value, 3) : null;
  };
  return { median: at(Math.ceil(sorted.length / 2) - 1), worst: at(sorted.length - 1) };
}
