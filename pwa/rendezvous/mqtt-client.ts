import { LinkedRendezvous, type RendezvousEffects } from '#shared/linked-rendezvous.ts';
import type { Rendezvous, RendezvousAddress } from '#shared/rendezvous.ts';
import { RendezvousError } from '#shared/rendezvous-error.ts';
import type { Link, LinkEvents } from '#shared/rendezvous-link.ts';
import { WebSocketLink } from './websocket-link.ts';

/** What a test replaces. */
export interface OpenRendezvousOptions extends Partial<Omit<RendezvousEffects, 'openLink'>> {
  /** Default: the runtime's own WebSocket with the subprotocol `mqtt` (MQTT 3.1.1 §6). */
  readonly openSocket?: (url: string) => WebSocket;
}

/** Starts connecting to the first of `addresses` (`ws:` or `wss:`) that answers, and stays connected until closed. */
export function openRendezvous(
  addresses: readonly RendezvousAddress[],
  options: OpenRendezvousOptions = {},
): Rendezvous {
  const { openSocket = (url) => new WebSocket(url, 'mqtt'), ...effects } = options;
  return new LinkedRendezvous(addresses, {
    openLink: (address, events) => openLink(openSocket, address, events),
    random: Math.random,
    now: () => performance.now(),
    schedule: (callback, ms) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    report: (error) => console.error(error),
    ...effects,
  });
}

/** An address that is no WebSocket URL, or that the page's policy forbids, counts as one that does not answer. */
function openLink(
  openSocket: (url: string) => WebSocket,
  address: RendezvousAddress,
  events: LinkEvents,
): Link {
  try {
    return new WebSocketLink(openSocket(address.url), address, events);
  } catch (cause) {
    queueMicrotask(() => events.onLost(new RendezvousError('offline', 'no such address', { cause })));
    return deadLink;
  }
}

const nothing = (): void => undefined;
const deadLink: Link = {
  publish: nothing,
  subscribe: nothing,
  unsubscribe: nothing,
  ping: nothing,
  close: nothing,
};
