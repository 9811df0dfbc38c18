import { type Access, hasIpv4, hasIpv6, LAN, rulesOf, WAN } from './access.ts';
import { Link } from './link.ts';
import { Namespace } from './namespace.ts';
import { toNat64, translateFromIpv6 } from './nat64.ts';

export interface UplinkOptions {
  /** The machine that gets onto the internet, and what it calls its device. */
  readonly machine: Namespace;
  readonly device: string;
  readonly internet: Namespace;
  readonly access: Access;
  /** 1 to 15, another for each: the addresses follow from it. */
  readonly number: number;
}

/** Of a host on the internet. */
export interface HostAddresses {
  readonly ipv4: string;
  /** Null where it has none. */
  readonly ipv6: string | null;
}

/** One way of a machine onto the internet: a link, and a router with its NAT behind it. */
export class Uplink implements AsyncDisposable {
  readonly access: Access;
  /** Between the machine (`up` is away from it) and its router. */
  readonly link: Link;
  readonly #router: Namespace;
  readonly #options: UplinkOptions;
  readonly #belongings: AsyncDisposableStack;
  /** Of the subnet's addresses the one by which the internet sees the household. */
  #publicHost = 2;

  private constructor(
    options: UplinkOptions,
    { link, router }: { readonly link: Link; readonly router: Namespace },
    belongings: AsyncDisposableStack,
  ) {
    this.access = options.access;
    this.link = link;
    this.#router = router;
    this.#options = options;
    this.#belongings = belongings;
  }

  /** Sets up the router; the machine is not connected yet. */
  static async open(options: UplinkOptions): Promise<Uplink> {
    await using belongings = new AsyncDisposableStack();
    const { machine, device, number, access } = options;
    const router = belongings.use(await Namespace.create(`router${number}`));
    const ends = [
      { namespace: machine, device },
      { namespace: router, device: LAN },
    ] as const;
    const link = belongings.use(await Link.open(...ends));
    const uplink = new Uplink(options, { link, router }, belongings);
    await uplink.#setUp();
    if (access === 'ipv6_only') belongings.use(await translateFromIpv6(router));
    await router.filter(rulesOf(access));
    return new Uplink(options, { link, router }, belongings.move());
  }

  /** The address by which the internet sees the machine over IPv4. */
  get publicAddress(): string {
    return `203.0.113.${this.#options.number * 16 + this.#publicHost}`;
  }

  /** Under which addresses a host is found from here. */
  lookUp({ ipv4, ipv6 }: HostAddresses): readonly string[] {
    const own = ipv6 === null ? [] : [ipv6];
    switch (this.access) {
      case 'ipv6_only':
        // The resolver of such a network makes up an address for a host that has none of IPv6 (DNS64).
        return ipv6 === null ? [toNat64(ipv4)] : own;
      case 'dual_stack':
        return [...own, ipv4];
      default:
        return [ipv4];
    }
  }

  /** Gives the machine addresses and a way out, as its network does when it joins. */
  async connect(): Promise<void> {
    const { machine, device, number } = this.#options;
    const ipv4 = [
      `addr add 192.168.${number}.2/24 dev ${device}`,
      `route add default via 192.168.${number}.1 dev ${device}`,
    ];
    const ipv6 = [`addr add 2001:db8:${number}::2/64 dev ${device} nodad`, `route add ::/0 dev ${device}`];
    await machine.ip(
      `link set ${device} up`,
      ...(hasIpv4(this.access) ? ipv4 : []),
      ...(hasIpv6(this.access) ? ipv6 : []),
    );
  }

  /** Takes addresses and way out from the machine, as when it goes out of reach. */
  async disconnect(): Promise<void> {
    const { machine, device } = this.#options;
    await machine.ip(`addr flush dev ${device}`, `link set ${device} down`);
  }

  /** The provider gives the household another public address: every mapping of its NAT is gone. */
  async renumber(): Promise<void> {
    const before = this.publicAddress;
    this.#publicHost = this.#publicHost === 2 ? 3 : 2;
    await this.#router.ip(
      `addr del ${before}/28 dev ${WAN}`,
      `addr add ${this.publicAddress}/28 dev ${WAN}`,
      `route replace default via ${this.#gateway} dev ${WAN}`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#belongings.disposeAsync();
  }

  get #gateway(): string {
    return `203.0.113.${this.#options.number * 16 + 1}`;
  }

  async #setUp(): Promise<void> {
    const { internet, number } = this.#options;
    const far = `to${number}`;
    await internet.ip(
      `link add ${far} type veth peer name ${WAN} netns ${this.#router.name}`,
      `addr add ${this.#gateway}/28 dev ${far}`,
      `addr add 2001:db8:f0:${number}::1/64 dev ${far} nodad`,
      `link set ${far} up`,
      `route add 2001:db8:${number}::/64 via 2001:db8:f0:${number}::2`,
    );
    await this.#router.ip(
      `addr add ${this.publicAddress}/28 dev ${WAN}`,
      `addr add 2001:db8:f0:${number}::2/64 dev ${WAN} nodad`,
      `addr add 192.168.${number}.1/24 dev ${LAN}`,
      `addr add 2001:db8:${number}::1/64 dev ${LAN} nodad`,
      `link set ${WAN} up`,
      `link set ${LAN} up`,
      `route add default via ${this.#gateway}`,
      `route add ::/0 via 2001:db8:f0:${number}::1`,
    );
    await this.#router.set('net/ipv4/ip_forward', '1');
    await this.#router.set('net/ipv6/conf/all/forwarding', '1');
  }
}
