import { setTimeout as delay } from 'node:timers/promises';
import type { Locator, Page } from '@playwright/test';
import { openAccess, pick } from '../../e2e/stage/lending.ts';
import type { LentLook } from '../../e2e/stage/node-phone.ts';
import { watchToEnd } from '../../e2e/stage/picture-clock.ts';
import type { Done } from '../../relay/testing/phone-channel.ts';
import { installProbe, lastTapMs } from '../first-frame/probe.ts';
import type { LookStage } from './look-stage.ts';

/** Why the guest's picture ends. */
export const WAYS = ['tap', 'message', 'expiry'] as const;

export type Way = (typeof WAYS)[number];

/** How long the guest's picture went on, milliseconds. */
export interface Ending {
  /** To the presentation of the last frame; 0 where none followed. */
  readonly lastFrame: number;
  /** To the moment when the page had taken the picture away. */
  readonly gone: number;
}

/** Frames are flowing by then. */
const SETTLE_MS = 300;
const LIMIT_MS = 20_000;
/** Whole seconds, as ends are: far enough that the camera knows of it before it comes. */
const AHEAD_S = 2;

/** Lends a look, ends it, and lends the next one. */
export async function measureEndings(stage: LookStage, way: Way, runs: number): Promise<Ending[]> {
  if (way === 'tap') await prepareTaps(stage);
  const endings: Ending[] = [];
  for (let run = 0; run < runs; run++) {
    const look = await stage.lend(`${way} ${run}`);
    const [{ lastFrame, endedAtMs }, atMs] = await Promise.all([
      watchToEnd(stage.guest, LIMIT_MS),
      end(stage, way, { ...look, name: `${way} ${run}` }),
    ]);
    endings.push({ lastFrame: Math.max(0, lastFrame.shownAtMs - atMs), gone: endedAtMs - atMs });
    // What has run out still counts among the looks that one phone may have lent.
    if (way === 'expiry') await stage.lender.channel.revoke(look.id);
  }
  // A list that is kept up to date is work for the camera.
  if (way === 'tap') await stage.owner.goto('about:blank');
  return endings;
}

/** Ends a look; when that was, milliseconds since the Unix epoch. */
async function end(stage: LookStage, way: Way, look: LentLook & { readonly name: string }): Promise<number> {
  if (way === 'tap') await pickForTap(stage, look.name);
  await delay(SETTLE_MS);
  switch (way) {
    case 'tap':
      return await tap(stage);
    case 'message':
      return await sendRevoke(stage, look.id);
    case 'expiry':
      return await letExpire(stage, look.id);
    default:
      return way satisfies never;
  }
}

async function prepareTaps({ owner }: LookStage): Promise<void> {
  await owner.addInitScript(installProbe);
  await openAccess(owner, new URL('/', owner.url()).href);
}

async function pickForTap({ owner }: LookStage, name: string): Promise<void> {
  await pick(owner, name);
  await takeBackButton(owner).click();
  await owner.getByRole('button', { name: 'Leave it' }).waitFor();
}

/** When the owner's finger was on the last button, by the browser's own account. */
async function tap({ owner }: LookStage): Promise<number> {
  await takeBackButton(owner).click();
  return (await owner.evaluate(() => performance.timeOrigin)) + (await lastTapMs(owner));
}

async function sendRevoke({ lender }: LookStage, id: string): Promise<number> {
  const atMs = performance.timeOrigin + performance.now();
  expectDone(await lender.channel.revoke(id));
  return atMs;
}

async function letExpire({ lender }: LookStage, id: string): Promise<number> {
  const exp = Math.floor(Date.now() / 1000) + AHEAD_S;
  expectDone(await lender.channel.amend({ id, exp }));
  return exp * 1000;
}

/** @throws Error when the camera refused. */
function expectDone(said: Done): void {
  if (said !== 'done') throw new Error(`the camera refused: ${said}`);
}

function takeBackButton(owner: Page): Locator {
  return owner.locator('access-sheet').getByRole('button', { name: 'Take it back' });
}
