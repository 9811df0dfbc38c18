import { setTimeout as wait } from 'node:timers/promises';
import { ACCESSES, type Access } from '../e2e/lab/access.ts';
import { labFault } from '../e2e/lab/lab-fault.ts';
import type { Link } from '../e2e/lab/link.ts';
import { Scene, type SceneOptions } from '../e2e/lab/scene.ts';
import { readCheckCode } from '../e2e/stage/phone.ts';
import { atMost, type Bench, type Report, wholeOption } from './bench.ts';
import { buildOption, ensureBuilt } from './built.ts';
import { installFrameLog, readFrames } from './reconnect/frame-log.ts';
import { findLongestGap } from './reconnect/gap.ts';
import { summarize } from './statistics.ts';

/** Something that happens to a picture; resolves when nothing stands in its way any more. */
type Upheaval = (scene: Scene) => Promise<void>;

const OUTAGE_MS = 4_000;
/** The camera has taken the phone for gone by then. */
const ASLEEP_MS = 20_000;
const BROKER_AWAY_MS = 3_000;
/** A picture that has played for so long has settled. */
const STEADY_MS = 3_000;
const LIMIT_MS = 60_000;
/** From when nothing stands in its way any more to the next frame. */
const GOAL_MS = 1_000;

const UPHEAVALS: Readonly<Record<string, Upheaval>> = {
  'phone-moves': ({ lab }) => lab.movePhone(),
  'camera-renumbered': ({ lab }) => lab.home.renumber(),
  'phone-renumbered': ({ lab }) => lab.phoneUplink.renumber(),
  'phone-outage': ({ lab }) => breakLink(lab.phoneUplink.link),
  'camera-outage': ({ lab }) => breakLink(lab.home.link),
  'phone-asleep': ({ lab }) => lab.phone.sleep(ASLEEP_MS),
  'broker-away': async ({ house }) => {
    await house.stopRendezvous();
    await wait(BROKER_AWAY_MS);
    await house.startRendezvous();
  },
  'relay-restart': async ({ house }) => {
    await house.stopRelay();
    await house.startRelay();
  },
  'relay-killed': async ({ house }) => {
    await house.stopRelay('SIGKILL');
    await house.startRelay();
  },
};

/** How long the picture stands still when something happens to it. */
export const reconnect: Bench = {
  summary:
    'how long the picture stands still when networks, broker or relay go and come (root; the network lab)',
  options: {
    runs: { meaning: 'of each upheaval', fallback: '3' },
    upheavals: { meaning: `of ${Object.keys(UPHEAVALS).join(', ')}; with commas`, fallback: 'all' },
    phone: { meaning: "the phone's network, as in e2e/lab/access.ts", fallback: 'cone' },
    camera: { meaning: "the camera's", fallback: 'cone' },
    build: buildOption,
  },
  run: async (context): Promise<Report> => {
    const { option, progress } = context;
    const runs = wholeOption(context, 'runs');
    const fault = await labFault();
    if (fault !== null) throw new Error(fault);
    ensureBuilt(context);
    const networks = { phone: parseAccess(option('phone')), camera: parseAccess(option('camera')) };
    const names = option('upheavals') === 'all' ? Object.keys(UPHEAVALS) : option('upheavals').split(',');
    const rows: Outcome[] = [];
    for (const name of names) {
      progress(name);
      rows.push(await measure(name, runs, networks));
    }
    return {
      conditions: { runs, unit: 'ms', ...networks },
      rows: rows.map(({ upheaval, gaps, delays }) => ({
        ...{ upheaval, gap: summarize(gaps), 'after the way is back': summarize(delays) },
      })),
      verdicts: rows.map(({ upheaval, delays }) =>
        atMost(`${upheaval}, worst`, summarize(delays)?.max ?? null, GOAL_MS, 'ms'),
      ),
    };
  },
};

interface Outcome {
  readonly upheaval: string;
  /** Without a frame. */
  readonly gaps: readonly number[];
  /** Of these, after nothing stood in the way any more. */
  readonly delays: readonly number[];
}

async function measure(upheaval: string, runs: number, networks: SceneOptions): Promise<Outcome> {
  const happen = UPHEAVALS[upheaval];
  if (!happen) throw new TypeError(`there is no ${upheaval}`);
  await using scene = await Scene.open(networks);
  const { context } = scene.phone;
  await context.addInitScript(installFrameLog);
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto(await scene.house.claimLink());
  await readCheckCode(page);
  await page.getByRole('button', { name: 'Show the picture' }).click();
  const gaps: number[] = [];
  const delays: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    await readFrames(page, { sinceMs: 0, steadyMs: STEADY_MS, limitMs: LIMIT_MS });
    const beginMs = Date.now();
    await happen(scene);
    const backMs = Date.now();
    const frames = await readFrames(page, { sinceMs: backMs, steadyMs: STEADY_MS, limitMs: LIMIT_MS });
    const gap = findLongestGap(frames, beginMs);
    if (gap === null) throw new Error('the picture never moved');
    gaps.push(gap.toMs - gap.fromMs);
    delays.push(Math.max(0, gap.toMs - Math.max(gap.fromMs, backMs)));
  }
  return { upheaval, gaps, delays };
}

async function breakLink(link: Link): Promise<void> {
  await link.setBoth({ isUp: false });
  await wait(OUTAGE_MS);
  await link.setBoth({ isUp: true });
}

function parseAccess(text: string): Access {
  const access = ACCESSES.find((each) => each === text);
  if (access === undefined) throw new TypeError(`${text} is none of ${ACCESSES.join(', ')}`);
  return access;
}
