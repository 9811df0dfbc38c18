import type { Clock } from '#shared/clock.ts';
import { TokenBucket } from '#shared/token-bucket.ts';

/** Lines of one event that come at once: a busy evening of a household has fewer. */
const BURST_LINES = 60;
/** And on average, one a minute: a journal on an SD card lives for years. */
const LINES_PER_SECOND = 1 / 60;

/** What is worth telling whoever runs the camera. Never tokens, keys, SDP or addresses: thumbprint prefixes and codes. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
}

export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** One line an event on `write`, readable by people and by `grep`. */
export function createLog(write: (line: string) => void): Log {
  const line = (level: string, event: string, fields: LogFields = {}) => {
    const details = Object.entries(fields).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
    write(`${level} ${event}${details.join('')}`);
  };
  return {
    info: (event, fields) => line('info', event, fields),
    warn: (event, fields) => line('warn', event, fields),
  };
}

/**
 * A log that nobody can fill, whatever they send: lines of an event that come too often are left out, and counted in the next
 * one as `withheld`. Each event has its own measure, so that none hides behind another.
 */
export function boundLog(log: Log, clock: Clock): Log {
  const events = new Map<string, { readonly bucket: TokenBucket; withheld: number }>();
  const line = (level: keyof Log, event: string, fields: LogFields | undefined) => {
    const nowMs = clock.nowMs();
    const known = events.get(event);
    const measure = known ?? { bucket: new TokenBucket(LINES_PER_SECOND, BURST_LINES, nowMs), withheld: 0 };
    if (!known) events.set(event, measure);
    const { bucket, withheld } = measure;
    if (bucket.take(0, nowMs) > 0) {
      measure.withheld += 1;
      return;
    }
    bucket.take(1, nowMs);
    measure.withheld = 0;
    log[level](event, withheld === 0 ? fields : { ...fields, withheld });
  };
  return {
    info: (event, fields) => line('info', event, fields),
    warn: (event, fields) => line('warn', event, fields),
  };
}

/** Enough of a thumbprint to tell parties apart in a log, too little to be one. */
export function shortThumbprint(thumbprint: string): string {
  return thumbprint.slice(0, 8);
}

/** What an error is called in the log: its code where it has one, never its text, which may quote the sender. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
