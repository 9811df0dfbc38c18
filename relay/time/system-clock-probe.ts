import { execFile } from 'node:child_process';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ClockProbe, SyncAnswer } from './clock-probe.ts';

/** Where the machine's time services are; tests bring stand-ins. */
export interface SystemClockProbeOptions {
  readonly timedatectl?: string;
  readonly chronyc?: string;
  /** systemd-timesyncd touches it at every answer of a time server (systemd-timesyncd.service(8), FILES). */
  readonly synchronizedFile?: string;
  /** There while systemd runs the machine (sd_booted(3)). */
  readonly systemdDirectory?: string;
}

/** Both answer in a line; more is not theirs. */
const MAX_OUTPUT_BYTES = 4_096;
/** chronyc's words for a clock that is kept, leap seconds ahead or not (chronyc(1), tracking). */
const CHRONY_KEPT = ['Normal', 'Insert second', 'Delete second'];
/** chronyd's name for the machine's own clock, when it is told to pass that on as right: 127.127.1.x. */
const CHRONY_LOCAL = '7F7F01';

type Output = { readonly type: 'text'; readonly text: string } | { readonly type: 'absent' | 'failed' };

/**
 * Asks this machine. `timedatectl` knows of every time service on systemd, for it asks the kernel how far off the clock may
 * be; `chronyc` is for machines without systemd. None of them needs to be root.
 */
export function createSystemClockProbe({
  timedatectl = 'timedatectl',
  chronyc = 'chronyc',
  synchronizedFile = '/run/systemd/timesync/synchronized',
  systemdDirectory = '/run/systemd/system',
}: SystemClockProbeOptions = {}): ClockProbe {
  return {
    async look() {
      const stats = await stat(synchronizedFile, { bigint: true }).catch(() => null);
      return stats && String(stats.mtimeNs);
    },

    async ask({ signal }) {
      const kernel = await run(timedatectl, ['show', '--property=NTPSynchronized', '--value'], signal);
      const known = kernel.type === 'text' ? parseTimedatectl(kernel.text) : null;
      if (known) return known;
      // Early at boot it may not be able to say yet.
      if (kernel.type !== 'absent' && (await isThere(systemdDirectory))) return 'not_synchronised';
      const chrony = await run(chronyc, ['-n', '-c', 'tracking'], signal);
      if (chrony.type !== 'absent')
        return chrony.type === 'text' ? parseChronyc(chrony.text) : 'not_synchronised';
      return (await isThere(dirname(synchronizedFile))) ? 'not_synchronised' : 'unknown';
    },
  };
}

function parseTimedatectl(text: string): SyncAnswer | null {
  if (text.trim() === 'yes') return 'synchronised';
  return text.trim() === 'no' ? 'not_synchronised' : null;
}

function parseChronyc(text: string): SyncAnswer {
  const fields = text.trim().split(',');
  const isKept = CHRONY_KEPT.includes(fields.at(-1) ?? '') && !fields[0]?.startsWith(CHRONY_LOCAL);
  return isKept ? 'synchronised' : 'not_synchronised';
}

/** @throws the signal's reason; the program is killed then. */
async function run(program: string, args: readonly string[], signal: AbortSignal): Promise<Output> {
  signal.throwIfAborted();
  const output = await new Promise<Output>((resolve) => {
    const options = { signal, maxBuffer: MAX_OUTPUT_BYTES, killSignal: 'SIGKILL' } as const;
    execFile(program, args, options, (error, stdout) => {
      if (!error) resolve({ type: 'text', text: stdout });
      else resolve({ type: error.code === 'ENOENT' ? 'absent' : 'failed' });
    });
  });
  signal.throwIfAborted();
  return output;
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
