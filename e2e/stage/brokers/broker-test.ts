import type { Rendezvous, RendezvousAddress } from '#shared/rendezvous.ts';
import { openRendezvous } from '../../../relay/rendezvous/mqtt-rendezvous.ts';
import { test } from '../test.ts';
import type { Broker, BrokerKind } from './broker.ts';
import { Stranger } from './stranger.ts';

/** Who connects to the broker, besides the house and its phones. */
export interface BrokerStage {
  /** Connects as camera and phone do; closed after the test. */
  readonly openClient: () => Rendezvous;
  /** Connects as anybody could; null when it is not let in. */
  readonly openStranger: (address: RendezvousAddress) => Promise<Stranger | null>;
}

/** RabbitMQ takes 10 s on an idle machine. */
const START_LIMIT_MS = 90_000;

/** A test with houses, phones and one broker of this kind, which runs from its first test to its last. */
export function testWith(kind: BrokerKind) {
  return test.extend<BrokerStage, { readonly broker: Broker }>({
    broker: [
      // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
      async ({}, use) => {
        await using broker = await kind.open();
        await use(broker);
      },
      { scope: 'worker', timeout: START_LIMIT_MS },
    ],
    openClient: async ({ broker }, use) => {
      await using clients = new AsyncDisposableStack();
      await use(() => clients.adopt(openRendezvous([broker.address]), (client) => client.close()));
    },
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
    openStranger: async ({}, use) => {
      await using strangers = new AsyncDisposableStack();
      await use(async (address) => strangers.use(await Stranger.connect(address)));
    },
  });
}
