import { test as base } from '../stage/test.ts';
import { labFault } from './lab-fault.ts';
import { Scene, type SceneOptions } from './scene.ts';

interface LabStage {
  /** Opens a lab that is closed after the test. */
  readonly openScene: (options?: SceneOptions) => Promise<Scene>;
}

const fault = await labFault();

/** A test in the lab; skipped where there can be none. The lab closes whether it passes, fails or runs out of time. */
export const test = base.extend<LabStage>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
  openScene: async ({}, use) => {
    base.skip(fault !== null, fault ?? '');
    await using scenes = new AsyncDisposableStack();
    await use(async (options) => scenes.use(await Scene.open(options)));
  },
});
