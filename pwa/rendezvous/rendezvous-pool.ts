import type { Rendezvous, RendezvousAddress } from '#shared/rendezvous.ts';
import type { PageConfig } from './page-config.ts';

/** A connection on loan; whoever borrowed it releases it, and does not close it. */
export interface RendezvousLoan {
  readonly rendezvous: Rendezvous;
  /** Idempotent. */
  release(): void;
}

/** Lends a connection to the broker at `url`, or with `null` to the page's own. */
export type BorrowRendezvous = (url: string | null) => Promise<RendezvousLoan>;

/** Connects to a place that is one broker at several addresses. */
export type OpenRendezvous = (addresses: readonly RendezvousAddress[]) => Rendezvous;

/** One connection for each broker, shared by all who need it, closed when the last gives it back. */
export class RendezvousPool {
  readonly #config: Promise<PageConfig>;
  readonly #open: OpenRendezvous;
  readonly #shared = new Map<string, { readonly rendezvous: Rendezvous; borrowers: number }>();

  constructor(config: Promise<PageConfig>, open: OpenRendezvous) {
    this.#config = config;
    this.#open = open;
  }

  readonly borrow: BorrowRendezvous = async (url) => {
    const { rendezvous: own } = await this.#config;
    // The page's own brokers are named in links too; only the page knows how to be let in there.
    const isOwn = url === null || own.some((address) => address.url === url);
    const addresses = isOwn ? own : [{ url }];
    return this.#lend(isOwn ? '' : url, addresses);
  };

  #lend(name: string, addresses: readonly RendezvousAddress[]): RendezvousLoan {
    const entry = this.#shared.get(name) ?? { rendezvous: this.#open(addresses), borrowers: 0 };
    this.#shared.set(name, entry);
    entry.borrowers += 1;
    let isReleased = false;
    const release = () => {
      if (isReleased) return;
      isReleased = true;
      entry.borrowers -= 1;
      if (entry.borrowers > 0) return;
      this.#shared.delete(name);
      entry.rendezvous.close().catch(() => undefined); // Gone either way.
    };
    return { rendezvous: entry.rendezvous, release };
  }
}
