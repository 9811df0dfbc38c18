import { STRAINS, type Strain } from '#shared/camera-health.ts';

/** What strains the machine now, and what has since it was booted. */
export interface Strains {
  readonly now: Strain[];
  readonly before: Strain[];
}

/** Bits of what is so now; those of what has been so are sixteen higher (vcgencmd(1), get_throttled). */
const BITS: Readonly<Record<Strain, number>> = { undervoltage: 0, capped: 1, throttled: 2, hot: 3 };
const SINCE_BOOT = 16;

/** Reads `throttled=0x50005` of vcgencmd, or `50005` as the kernel has it; null for anything else. */
export function parseThrottled(text: string): Strains | null {
  const [, digits] = /^\s*(?:throttled=)?(?:0x)?([0-9a-f]{1,8})\s*$/i.exec(text) ?? [];
  if (digits === undefined) return null;
  const flags = Number.parseInt(digits, 16);
  const isSet = (bit: number) => ((flags >>> bit) & 1) === 1;
  return {
    now: STRAINS.filter((strain) => isSet(BITS[strain])),
    before: STRAINS.filter((strain) => isSet(BITS[strain] + SINCE_BOOT)),
  };
}
