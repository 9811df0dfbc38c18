import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem, version } from 'node:os';
import { CHROMIUM_PATH } from '../e2e/stage/chromium-program.ts';
import { round } from './statistics.ts';

/** On what something was measured. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMb: number;
  readonly kernel: string;
  readonly node: string;
  /** Null where there is none. */
  readonly chromium: string | null;
}

/** The machine and the versions that matter. */
export function describeMachine(): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryMb: Math.round(totalmem() / 2 ** 20),
    kernel: `${release()} ${version()}`,
    node: process.version,
    chromium: chromiumVersion(),
  };
}

/** How many processes wanted a core, averaged over one and five minutes: above the number of cores, times are too long. */
export function readLoad(): { readonly oneMinute: number; readonly fiveMinutes: number } {
  const [oneMinute = 0, fiveMinutes = 0] = loadavg();
  return { oneMinute: round(oneMinute, 2), fiveMinutes: round(fiveMinutes, 2) };
}

function chromiumVersion(): string | null {
  try {
    return execFileSync(CHROMIUM_PATH, ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .trim()
      .replace(/^Chromium (\S+).*$/, '$1');
  } catch {
    return null; // No Chromium: benches that need none still run.
  }
}
