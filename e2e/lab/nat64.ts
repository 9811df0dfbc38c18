import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NAT64 } from './access.ts';
import { Child } from './child.ts';
import { runCommand } from './command.ts';
import type { Namespace } from './namespace.ts';

/** A prefix of the provider's own: tayga keeps the common one, `64:ff9b::`, for addresses of the real internet. */
const PREFIX = '2001:db8:64:ff9b::';
/** What tayga turns IPv6 addresses into, before the NAT makes one of them all. */
const POOL = '192.168.255';

/** The address under which a network without IPv4 knows a host that has nothing else (RFC 6052 §2). */
export function toNat64(ipv4: string): string {
  return `${PREFIX}${ipv4}`;
}

/** Has a router translate between its household's IPv6 and IPv4; the NAT behind it makes this stateful. */
export async function translateFromIpv6(router: Namespace): Promise<AsyncDisposable> {
  await using belongings = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'latchkey-nat64-'));
  belongings.defer(() => rm(directory, { recursive: true, force: true }));
  const config = join(directory, 'tayga.conf');
  const lines = [
    `tun-device ${NAT64}`,
    `ipv4-addr ${POOL}.1`,
    `prefix ${PREFIX}/96`,
    `dynamic-pool ${POOL}.0/24`,
    `data-dir ${directory}`,
  ];
  await writeFile(config, `${lines.join('\n')}\n`);
  await runCommand(router.command('tayga', '--mktun', '--config', config));
  await router.ip(
    `link set ${NAT64} up`,
    `addr add ${POOL}.254/32 dev ${NAT64}`,
    `route add ${POOL}.0/24 dev ${NAT64}`,
    `route add ${PREFIX}/96 dev ${NAT64}`,
  );
  belongings.use(new Child(router.command('tayga', '--nodetach', '--config', config)));
  return belongings.move();
}
