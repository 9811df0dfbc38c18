import { constantRate } from '../../relay/webrtc/congestion/testing/rate-trace.ts';
import type { LinkProfile } from '../../relay/webrtc/congestion/testing/simulated-link.ts';

/** Who watches at once, by what their links carry, Mbit/s: one to five viewers. */
export const AUDIENCES: readonly (readonly number[])[] = [
  [3],
  [3, 3],
  [3, 1.5],
  [3, 0.8],
  [3, 0.5],
  [3, 0.08],
  [3, 3, 1.5],
  [3, 3, 0.5],
  [3, 0.5, 0.5],
  [3, 3, 0.5, 0.3],
  [3, 3, 3, 0.5, 0.3],
];

/** A line of so many Mbit/s, 40 ms there and back, with a queue as home routers have it. */
export function linkOf(mbps: number): LinkProfile {
  return { rate: constantRate(mbps * 1e6), delayMs: 20, queue: { ms: 300 }, seed: 1 };
}

/**
 * Links as they are written on a command line, with slashes between.
 * @throws TypeError where one is no rate, or there are none.
 */
export function parseLinks(text: string): readonly number[] {
  const links = text.split('/').map(Number);
  if (links.some((mbps) => !(mbps > 0))) throw new TypeError('--links is like 3/3/0.5');
  return links;
}
