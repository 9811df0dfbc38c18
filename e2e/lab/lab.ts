import type { Access } from './access.ts';
import type { WaySettings } from './link.ts';
import { Namespace, sweepNamespaces } from './namespace.ts';
import { type HostAddresses, Uplink } from './uplink.ts';

/** The one host that everybody may talk to: page, broker, STUN and TURN are there. */
export const SERVER_NAME = 'lab.test';
/** Addresses for documentation (RFC 5737, RFC 3849): what leaks would reach nobody. */
export const SERVER = { ipv4: '192.0.2.10', ipv6: '2001:db8:f0::10' };
/** Takes every packet and answers none. */
export const DEAD_SERVER = '192.0.2.99';

/** Each way: a mobile network takes 15 to 30 ms to its first router, a cable 5. */
const PHONE_LINK: WaySettings = { delayMs: 20, rateBps: 20_000_000 };
const CAMERA_LINK: WaySettings = { delayMs: 5, rateBps: 20_000_000 };

export interface LabOptions {
  /** How the phone's Wi-Fi gets onto the internet. Default `cone`. */
  readonly phone?: Access;
  /** How the camera does. Default `cone`. */
  readonly camera?: Access;
  /** Whether the server's name has an IPv6 address too. Default false: most TURN servers have none. */
  readonly hasServerIpv6?: boolean;
}

interface LabParts {
  readonly internet: Namespace;
  readonly phone: Namespace;
  readonly camera: Namespace;
  readonly wifi: Uplink;
  readonly mobile: Uplink;
  readonly home: Uplink;
  readonly server: HostAddresses;
}

/** A phone, a camera and an internet between them, on one machine. */
export class Lab implements AsyncDisposable {
  readonly #parts: LabParts;
  readonly #belongings: AsyncDisposableStack;
  #phoneUplink: Uplink;

  private constructor(parts: LabParts, belongings: AsyncDisposableStack) {
    this.#parts = parts;
    this.#belongings = belongings;
    this.#phoneUplink = parts.wifi;
  }

  /** @throws Error where this machine has no such networks (`labFault`). */
  static async open({
    phone: wifiAccess = 'cone',
    camera: access = 'cone',
    hasServerIpv6 = false,
  }: LabOptions = {}): Promise<Lab> {
    await sweepNamespaces();
    await using belongings = new AsyncDisposableStack();
    const create = async (what: string) => belongings.use(await Namespace.create(what));
    const internet = await openInternet(create);
    const [phone, camera] = [await create('phone'), await create('camera')];
    const uplink = async (options: Omit<Parameters<typeof Uplink.open>[0], 'internet'>) =>
      belongings.use(await Uplink.open({ ...options, internet }));
    const wifi = await uplink({ machine: phone, device: 'wlan0', access: wifiAccess, number: 1 });
    const mobile = await uplink({ machine: phone, device: 'wwan0', access: 'symmetric', number: 2 });
    const home = await uplink({ machine: camera, device: 'eth0', access, number: 3 });
    await Promise.all([
      wifi.link.setBoth(PHONE_LINK),
      mobile.link.setBoth(PHONE_LINK),
      home.link.setBoth(CAMERA_LINK),
    ]);
    const server = hasServerIpv6 ? SERVER : { ...SERVER, ipv6: null };
    const lab = new Lab({ internet, phone, camera, wifi, mobile, home, server }, belongings);
    await home.connect();
    await camera.nameHosts({ [SERVER_NAME]: home.lookUp(server) });
    await lab.#connectPhone(wifi);
    return new Lab(lab.#parts, belongings.move());
  }

  get internet(): Namespace {
    return this.#parts.internet;
  }

  get phone(): Namespace {
    return this.#parts.phone;
  }

  get camera(): Namespace {
    return this.#parts.camera;
  }

  /** The camera's way onto the internet. */
  get home(): Uplink {
    return this.#parts.home;
  }

  /** The phone's, as it is now. */
  get phoneUplink(): Uplink {
    return this.#phoneUplink;
  }

  /** The phone goes out of reach of the one of its networks, and into that of the other. */
  async movePhone(): Promise<void> {
    const { wifi, mobile } = this.#parts;
    await this.#phoneUplink.disconnect();
    await this.#connectPhone(this.#phoneUplink === wifi ? mobile : wifi);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#belongings.disposeAsync();
  }

  async #connectPhone(uplink: Uplink): Promise<void> {
    this.#phoneUplink = uplink;
    await this.phone.nameHosts({ [SERVER_NAME]: uplink.lookUp(this.#parts.server) });
    await uplink.connect();
  }
}

/** Routers plug into it; it carries packets between them, and its servers. */
async function openInternet(create: (what: string) => Promise<Namespace>): Promise<Namespace> {
  const internet = await create('internet');
  await internet.ip(
    `addr add ${SERVER.ipv4}/32 dev lo`,
    `addr add ${SERVER.ipv6}/128 dev lo nodad`,
    `route add blackhole ${DEAD_SERVER}`,
  );
  await internet.set('net/ipv4/ip_forward', '1');
  await internet.set('net/ipv6/conf/all/forwarding', '1');
  return internet;
}
