import { setTimeout as delay } from 'node:timers/promises';
import type { CameraHealth } from '#shared/camera-health.ts';
import { type Rate, sourceRate, viewRate } from '#shared/health-rates.ts';
import { ControlError } from '../control/control-error.ts';
import { type Finding, findingsOn } from './finding.ts';

/** Between two looks: long enough to count, short enough to wait for. */
const BETWEEN_MS = 1_000;
/** Above this share a picture is seen to suffer. */
const HEAVY_LOSS = 0.1;

const { ok, warn } = findingsOn('pictures');

/** What flows while somebody watches: how much is made, how much each gets, and by which path. */
export async function checkPictures(
  ask: () => Promise<CameraHealth>,
  pause: (ms: number) => Promise<unknown> = delay,
): Promise<readonly Finding[]> {
  try {
    const before = await ask();
    if (before.views.length === 0) return [ok('Nobody watches, so there is nothing to measure.')];
    await pause(BETWEEN_MS);
    const now = await ask();
    const source = now.picture.source ?? 'The camera';
    return [
      ok(`${source} makes ${rateWords(sourceRate(before, now))}.`),
      ...now.views.map((view, index) => viewFinding(view, viewRate(before, now, index))),
    ];
  } catch (error) {
    // What is wrong with it is said of the running camera.
    if (error instanceof ControlError) return [];
    throw error;
  }
}

function viewFinding(
  { name, path, round_trip, loss }: CameraHealth['views'][number],
  rate: Rate | null,
): Finding {
  const words = [
    `${name} gets ${rateWords(rate)}`,
    path === null ? '' : path === 'direct' ? 'straight' : 'through a relay',
    round_trip === null ? '' : `${round_trip} ms there and back`,
    loss === null ? '' : `${Math.round(loss * 100)} % lost`,
  ];
  const text = `${words.filter((word) => word !== '').join(', ')}.`;
  return loss !== null && loss > HEAVY_LOSS
    ? warn(text, 'Their network, or this one, is too narrow.')
    : ok(text);
}

function rateWords(rate: Rate | null): string {
  if (rate === null) return 'pictures that could not be counted';
  const { picturesPerSecond, bitsPerSecond } = rate;
  return `${Math.round(picturesPerSecond)} pictures a second (${Math.round(bitsPerSecond / 1000)} kbit/s)`;
}
