import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT_PAGE, ROOT } from '../e2e/stage/house.ts';
import type { BenchContext, BenchOption } from './bench.ts';

/** For benches that need the page. */
export const buildOption: BenchOption = {
  meaning: 'yes: build the page anew; missing: only when there is none',
  fallback: 'missing',
};

/**
 * Has `vite build` make the page, where that is wanted.
 * @throws Error when there is none afterwards.
 */
export function ensureBuilt({ option, progress }: BenchContext): void {
  if (option('build') !== 'yes' && isBuilt()) return;
  progress('building the page');
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  spawnSync(process.execPath, [vite, 'build'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  // One over its budget has failed, and can be measured all the same.
  if (!isBuilt()) throw new Error('the page could not be built');
}

function isBuilt(): boolean {
  return existsSync(join(BUILT_PAGE, 'index.html'));
}
