import { LinkedRendezvous, type RendezvousEffects } from '#shared/linked-rendezvous.ts';
import type { Rendezvous, RendezvousAddress } from '#shared/rendezvous.ts';
import { BROKER_PROTOCOLS } from './broker-stream.ts';
import { MqttLink } from './mqtt-link.ts';

export interface OpenRendezvousOptions extends Partial<Omit<RendezvousEffects, 'openLink'>> {
  /** PEM certificates to trust in place of the system's; the broker's certificate is always verified. */
  readonly ca?: string;
}

/**
 * Starts connecting to the first of `addresses` that answers, and stays connected until closed.
 * @throws TypeError when one is not a `ws:`, `wss:`, `mqtt:` or `mqtts:` URL, or there is none.
 */
export function openRendezvous(
  addresses: readonly RendezvousAddress[],
  options: OpenRendezvousOptions = {},
): Rendezvous {
  const { ca, ...effects } = options;
  for (const { url } of addresses) assertBrokerUrl(url);
  return new LinkedRendezvous(addresses, {
    openLink: (address, events) => new MqttLink(address, events, ca),
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

function assertBrokerUrl(url: string): void {
  if (!URL.canParse(url) || !BROKER_PROTOCOLS.includes(new URL(url).protocol)) {
    throw new TypeError('a rendezvous address is a ws:, wss:, mqtt: or mqtts: URL');
  }
}
