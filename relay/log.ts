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

/** Enough of a thumbprint to tell parties apart in a log, too little to be one. */
export function shortThumbprint(thumbprint: string): string {
  return thumbprint.slice(0, 8);
}

/** What an error is called in the log: its code where it has one, never its text, which may quote the sender. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
