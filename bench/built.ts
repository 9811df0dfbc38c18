import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT_PAGE, BUILT_RELAY, ROOT } from '../e2e/stage/house.ts';
import type { BenchContext, BenchOption } from './bench.ts';

/** For benches that need the page or the relay as they are shipped. */
export const buildOption: BenchOption = {
  meaning: 'yes: build page and relay anew; missing: only what is not there',
  fallback: 'missing',
};

/**
 * Has the page and the relay built, where that is wanted.
 * @throws Error when one is not there afterwards.
 */
export function ensureBuilt({ option, progress }: BenchContext): void {
  const isWanted = option('build') === 'yes';
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  // A page over its budget counts as failed, and can be measured all the same.
  build('the page', join(BUILT_PAGE, 'index.html'), [vite, 'build']);
  build('the relay', BUILT_RELAY, [join(ROOT, 'deploy', 'bundle-relay.mjs')]);

  function build(name: string, result: string, args: string[]): void {
    if (!isWanted && existsSync(result)) return;
    progress(`building ${name}`);
    spawnSync(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
    if (!existsSync(result)) throw new Error(`${name} could not be built`);
  }
}
