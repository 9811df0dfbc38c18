import type { ClockProbe } from '../time/clock-probe.ts';
import { type Finding, findingsOn } from './finding.ts';

export interface ClockCheckOptions {
  readonly probe: Pick<ClockProbe, 'ask'>;
  /** NumericDates: what the clock shows, and what is past for sure. */
  readonly now: number;
  readonly least: number;
  /** By `LATCHKEY_CLOCK`. */
  readonly isTrustedAnyway: boolean;
}

const { ok, warn, fail } = findingsOn('clock');
const REMEDY = 'Have a time service keep it: sudo timedatectl set-ntp true';

/** Whether the machine's clock may decide over a guest's time. */
export async function checkClock(
  { probe, now, least, isTrustedAnyway }: ClockCheckOptions,
  { signal }: { readonly signal: AbortSignal },
): Promise<readonly Finding[]> {
  const shown = new Date(now * 1000).toISOString();
  if (now < least) return [fail(`It shows ${shown}, which is past.`, REMEDY)];
  if (isTrustedAnyway) return [ok('Trusted by LATCHKEY_CLOCK.')];
  const answer = await probe.ask({ signal });
  if (answer === 'synchronised') return [ok('A time service keeps it.')];
  if (answer === 'unknown') return [warn('No time service is known here, so the clock is believed.', REMEDY)];
  return [fail('No time service keeps it, so guests have to wait.', REMEDY)];
}
