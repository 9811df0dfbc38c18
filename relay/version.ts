import { readFileSync } from 'node:fs';

/** Put in by `deploy/bundle-relay.mjs`; absent where the sources run as they are. */
declare const LATCHKEY_VERSION: string | undefined;

/** Which Latchkey this is, as its package says. */
export const VERSION = typeof LATCHKEY_VERSION === 'string' ? LATCHKEY_VERSION : readPackageVersion();

function readPackageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string }; // Our own file, beside these sources.
  return version;
}
