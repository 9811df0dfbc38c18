import { isLocalHost, queryLocalNetworkAccess } from '../browser/local-network.ts';

/** Where it is kept which browser did not ask. */
const QUIET_KEY = 'latchkey.quiet-browser';

export interface QuietConnectionOptions {
  readonly hostname: string;
  /** A newer browser may ask where an older one did not. */
  readonly userAgent: string;
  readonly query: typeof queryLocalNetworkAccess;
  readonly kept: Pick<Storage, 'getItem' | 'setItem'>;
}

/**
 * Whether this browser would ask the user about the local network if a connection were made: that question belongs behind a
 * tap. Browsers that do not ask yet say `prompt` as well, so what a viewing has shown is kept.
 */
export class QuietConnection {
  readonly #options: QuietConnectionOptions;

  constructor(options: Partial<QuietConnectionOptions> = {}) {
    this.#options = {
      hostname: location.hostname,
      userAgent: navigator.userAgent,
      query: queryLocalNetworkAccess,
      kept: localStorage,
      ...options,
    };
  }

  /** Whether nothing will be asked, as far as is known. */
  async isSure(): Promise<boolean> {
    const { hostname, userAgent, query, kept } = this.#options;
    if (isLocalHost(hostname) || kept.getItem(QUIET_KEY) === userAgent) return true;
    return (await query()) !== 'prompt';
  }

  /** Somebody has seen a picture: a browser that asks has asked by now. */
  async learn(): Promise<void> {
    const { userAgent, query, kept } = this.#options;
    if ((await query()) === 'prompt') kept.setItem(QUIET_KEY, userAgent);
  }
}
