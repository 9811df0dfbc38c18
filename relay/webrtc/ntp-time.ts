/** Seconds from 1900 (NTP) to 1970 (Unix): 70 years with 17 leap days. */
const NTP_EPOCH_OFFSET_S = 2_208_988_800;
const TWO_POW_32 = 2 ** 32;

/** A 64-bit NTP timestamp as two halves: seconds since 1900, and 1/2^32 of a second (RFC 3550 §4). */
export interface NtpTime {
  readonly seconds: number;
  readonly fraction: number;
}

/** Converts wall-clock milliseconds since the Unix epoch; fractions of a millisecond count. */
export function toNtpTime(epochMs: number): NtpTime {
  const wholeSeconds = Math.floor(epochMs / 1000);
  const fraction = Math.floor(((epochMs - wholeSeconds * 1000) / 1000) * TWO_POW_32);
  return { seconds: (wholeSeconds + NTP_EPOCH_OFFSET_S) % TWO_POW_32, fraction };
}

/** The middle 32 bits, in units of 1/65536 s, as LSR and DLSR use them (RFC 3550 §6.4.1). */
export function toCompactNtp({ seconds, fraction }: NtpTime): number {
  return (seconds % 65_536) * 65_536 + Math.floor(fraction / 65_536);
}

/** abs-send-time: seconds modulo 64 as 6.18 fixed point, 24 bits in all. */
export function toAbsSendTime(epochMs: number): number {
  return Math.floor(((epochMs % 64_000) / 1000) * 2 ** 18) & 0xff_ffff;
}
