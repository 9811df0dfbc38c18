import type { Browser } from '../stage/chromium.ts';
import type { House } from '../stage/house.ts';
import { test as base } from '../stage/test.ts';
import { Lab, type LabOptions } from './lab.ts';
import { openLabHouse } from './lab-house.ts';
import { openLabPhone } from './lab-phone.ts';
import { TurnServer } from './turn-server.ts';

/** A lab with everything in it that a picture needs. */
export interface Scene {
  readonly lab: Lab;
  readonly turn: TurnServer;
  readonly house: House;
  readonly phone: Browser;
}

export interface SceneOptions extends LabOptions {
  /** More settings for the relay. */
  readonly env?: Readonly<Record<string, string>>;
}

interface LabStage {
  /** Opens a lab that is closed after the test. */
  readonly openScene: (options?: SceneOptions) => Promise<Scene>;
}

/** A test in the lab. It closes whether the test passes, fails or runs out of time. */
export const test = base.extend<LabStage>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
  openScene: async ({}, use) => {
    await using belongings = new AsyncDisposableStack();
    await use(async ({ env = {}, ...options } = {}) => {
      const lab = belongings.use(await Lab.open(options));
      const turn = belongings.use(await TurnServer.open(lab.internet));
      const house = belongings.use(await openLabHouse(lab, { turn, env }));
      const phone = belongings.use(await openLabPhone(lab, turn));
      return { lab, turn, house, phone };
    });
  },
});
