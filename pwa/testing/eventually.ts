import { vi } from 'vitest';

/** Real work, such as cryptography, goes on meanwhile: generous, for a busy machine. */
const LIMIT_MS = 10_000;

/** Resolves with the first value of `read` that is truthy. */
export function eventually<T>(read: () => T): Promise<Exclude<T, null | false | undefined | 0 | ''>> {
  return vi.waitUntil(read, { interval: 2, timeout: LIMIT_MS }) as Promise<
    Exclude<T, null | false | undefined | 0 | ''>
  >;
}
