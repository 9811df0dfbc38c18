import type { RendezvousAddress } from '#shared/rendezvous.ts';

/** Brokers a page is told of at most. */
const MAX_ADDRESSES = 8;
const MAX_TEXT_LENGTH = 512;

/** What the static host tells the page, in `/config.json`. */
export interface PageConfig {
  readonly rendezvous: readonly RendezvousAddress[];
}

/**
 * Configuration out of parsed JSON; addresses relative to `baseUrl` become `ws:` or `wss:` as it is `http:` or `https:`.
 * @throws TypeError on anything malformed.
 */
export function parsePageConfig(json: unknown, baseUrl: string): PageConfig {
  if (!isRecord(json) || !hasOnly(json, ['rendezvous'])) throw new TypeError('configuration is malformed');
  const { rendezvous } = json;
  if (!Array.isArray(rendezvous) || rendezvous.length === 0 || rendezvous.length > MAX_ADDRESSES) {
    throw new TypeError('configuration needs one to eight rendezvous');
  }
  return { rendezvous: rendezvous.map((entry: unknown) => parseAddress(entry, baseUrl)) };
}

function parseAddress(entry: unknown, baseUrl: string): RendezvousAddress {
  if (!isRecord(entry) || !hasOnly(entry, ['url', 'username', 'password']))
    throw new TypeError('address is malformed');
  const { url, username, password } = entry;
  if (!isText(url)) throw new TypeError('address needs a url');
  if (username !== undefined && !isText(username)) throw new TypeError('username is malformed');
  if (password !== undefined && !isText(password)) throw new TypeError('password is malformed');
  return {
    url: resolveBrokerUrl(url, baseUrl),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
}

/**
 * `url` against `baseUrl`, as a WebSocket URL: `/mqtt` on `https://a.example` is `wss://a.example/mqtt`.
 * @throws TypeError when it is neither HTTP nor WebSocket.
 */
export function resolveBrokerUrl(url: string, baseUrl: string): string {
  const resolved = new URL(url, baseUrl);
  resolved.protocol = resolved.protocol.replace(/^http/, 'ws');
  if (resolved.protocol !== 'ws:' && resolved.protocol !== 'wss:')
    throw new TypeError('address is not a WebSocket');
  resolved.hash = '';
  return resolved.href;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasOnly(record: Record<string, unknown>, keys: readonly string[]): boolean {
  return Object.keys(record).every((key) => keys.includes(key));
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_TEXT_LENGTH;
}
