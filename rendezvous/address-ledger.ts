import { isIPv6 } from 'node:net';
import { TokenBucket } from '#shared/token-bucket.ts';
import type { RendezvousLimits } from './limits.ts';

/** What one address has at present. */
export interface AddressAccount {
  readonly address: string;
  readonly packets: TokenBucket;
  connections: number;
}

/** Accounts of those who are connected; one without connections is forgotten. */
export class AddressLedger {
  readonly #accounts = new Map<string, AddressAccount>();
  readonly #limits: RendezvousLimits;
  #connections = 0;

  constructor(limits: RendezvousLimits) {
    this.#limits = limits;
  }

  get connections(): number {
    return this.#connections;
  }

  /** Counts one more connection of `address`, or null when there are too many already. */
  open(address: string, nowMs: number): AddressAccount | null {
    const { packetsPerSecond, packetBurst, connections, connectionsPerAddress } = this.#limits;
    const account = this.#accounts.get(address) ?? {
      address,
      packets: new TokenBucket(packetsPerSecond, packetBurst, nowMs),
      connections: 0,
    };
    if (this.#connections >= connections || account.connections >= connectionsPerAddress) return null;
    this.#connections++;
    account.connections++;
    this.#accounts.set(address, account);
    return account;
  }

  /** Takes back one `open()`. */
  close(account: AddressAccount): void {
    this.#connections--;
    account.connections--;
    if (account.connections === 0) this.#accounts.delete(account.address);
  }
}

/** What counts as one stranger: an IPv4 address, or the /64 that an IPv6 customer gets whole (RFC 6177). */
export function addressKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  return `${expandIPv6(address).slice(0, 4).join(':')}::/64`;
}

/** The eight groups of an IPv6 address. */
function expandIPv6(address: string): string[] {
  const [head = '', tail] = address.replace(/%.*$/, '').toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = new Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  return [...left, ...zeros, ...right];
}
