import { runCommand } from './command.ts';
import { Namespace } from './namespace.ts';

/** What the lab runs, by the Debian package that brings it. */
const PROGRAMS = {
  iproute2: ['ip', '-V'],
  nftables: ['nft', '--version'],
  coturn: ['turnserver', '--help'],
  tayga: ['tayga', '--help'],
  python3: ['/usr/bin/python3', '--version'],
} as const;

/** Why this machine can have no network lab, in a line; null where it can. */
export async function labFault(): Promise<string | null> {
  for (const [name, command] of Object.entries(PROGRAMS)) {
    const isThere = await runCommand([...command]).then(
      () => true,
      ({ message }: Error) => !message.includes('ENOENT'),
    );
    if (!isThere) return `there is no network lab here without ${name}: apt-get install ${name}`;
  }
  try {
    await using namespace = await Namespace.create('trial');
    await namespace.ip('tuntap add trial mode tun');
    await namespace.filter('table inet trial {}');
    return null;
  } catch (error) {
    return `there is no network lab here: ${error instanceof Error ? error.message : error}`;
  }
}
