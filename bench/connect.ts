import type { Page } from '@playwright/test';
import { labFault } from '../e2e/lab/lab-fault.ts';
import { MATRIX, type Pairing } from '../e2e/lab/matrix.ts';
import { Scene } from '../e2e/lab/scene.ts';
import { type Path, readCheckCode, stateOf } from '../e2e/stage/phone.ts';
import { type Bench, type Report, wholeOption } from './bench.ts';
import { buildOption, ensureBuilt } from './built.ts';
import { runWarm } from './first-frame/app-runs.ts';
import { STAGES, type Stages } from './first-frame/marks.ts';
import { installProbe } from './first-frame/probe.ts';
import { percentile, round, summarize } from './statistics.ts';

const LIMIT_MS = 30_000;

/** How the picture gets through, and how long that takes, for each pair of networks. */
export const connect: Bench = {
  summary: 'path and time to the picture for each pair of networks (root; the network lab)',
  options: {
    runs: { meaning: 'starts of each pair', fallback: '5' },
    pairs: {
      meaning: 'of these networks alone, such as cone/symmetric,cone/cone (phone/camera)',
      fallback: '',
    },
    build: buildOption,
  },
  run: async (context): Promise<Report> => {
    const runs = wholeOption(context, 'runs');
    const fault = await labFault();
    if (fault !== null) throw new Error(fault);
    ensureBuilt(context);
    const wanted = context.option('pairs').split(',').filter(Boolean);
    const pairings = MATRIX.filter((pairing) => wanted.length === 0 || wanted.includes(nameOf(pairing)));
    const rows: Record<string, unknown>[] = [];
    for (const pairing of pairings) {
      context.progress(nameOf(pairing));
      rows.push(await measure(pairing, runs));
    }
    return {
      conditions: { runs, unit: 'ms', 'round trip, phone and camera to a server': '40 and 10' },
      rows,
      verdicts: [],
    };
  },
};

function nameOf({ phone, camera }: Pairing): string {
  return `${phone}/${camera}`;
}

async function measure(pairing: Pairing, runs: number): Promise<Record<string, unknown>> {
  await using scene = await Scene.open({ ...pairing, env: { LATCHKEY_STANDBY: 'off' } });
  const { context } = scene.phone;
  await context.addInitScript(installProbe);
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto(await scene.house.claimLink());
  await readCheckCode(page);
  await page.getByRole('button', { name: 'Show the picture' }).click();
  const words = await livePathOf(page);
  await page.goto(scene.house.pageUrl);
  const starts: Stages[] = [];
  for (let run = 0; run < runs; run += 1) starts.push(await runWarm(page));
  const median = (stage: keyof Stages) =>
    round(
      percentile(
        starts.map((start) => start[stage]),
        0.5,
      ),
      0,
    );
  return {
    ...{ phone: pairing.phone, camera: pairing.camera, path: words, expected: pairing.path },
    total: summarize(starts.map(({ total }) => total)),
    ...Object.fromEntries(STAGES.filter((stage) => stage !== 'total').map((stage) => [stage, median(stage)])),
  };
}

/** As the page says it in words. */
async function livePathOf(page: Page): Promise<Path> {
  const state = stateOf(page).filter({ hasText: /^Live/ });
  await state.waitFor({ timeout: LIMIT_MS });
  return (await state.textContent())?.includes('relay') ? 'relayed' : 'direct';
}
