import * as v from 'valibot';
import type { RendezvousAddress } from '#shared/rendezvous.ts';

/** Where a page without a configuration looks for its broker. */
const DEFAULT_BROKER_PATH = '/mqtt';
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(512));

const pageConfig = v.strictObject({
  rendezvous: v.pipe(
    v.array(v.strictObject({ url: text, username: v.optional(text), password: v.optional(text) })),
    v.minLength(1),
    v.maxLength(8),
  ),
});

/**
 * The brokers that a page's `/config.json` names, as the page reads it; null for none: the default then.
 * @throws Error when it cannot be used.
 */
export function brokersOfPage(json: string | null, pageUrl: string): readonly RendezvousAddress[] {
  if (json === null) return [{ url: resolveBroker(DEFAULT_BROKER_PATH, pageUrl) }];
  return v.parse(pageConfig, JSON.parse(json)).rendezvous.map(({ url, username, password }) => ({
    url: resolveBroker(url, pageUrl),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  }));
}

function resolveBroker(url: string, pageUrl: string): string {
  const resolved = new URL(url, pageUrl);
  resolved.protocol = resolved.protocol.replace(/^http/, 'ws');
  if (resolved.protocol !== 'ws:' && resolved.protocol !== 'wss:') throw new TypeError('not a WebSocket');
  return resolved.href;
}
