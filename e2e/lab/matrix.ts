import type { Path } from '../stage/phone.ts';
import type { Access } from './access.ts';

/** Two ways onto the internet, and how the picture gets from one to the other. */
export interface Pairing {
  readonly phone: Access;
  readonly camera: Access;
  readonly path: Path;
  /** Whether STUN and TURN are to be had over IPv6. Default false. */
  readonly hasServerIpv6?: boolean;
}

/** What docs/networks.md says works. */
export const MATRIX: readonly Pairing[] = [
  { phone: 'cone', camera: 'cone', path: 'direct' },
  { phone: 'dual_stack', camera: 'dual_stack', path: 'direct', hasServerIpv6: true },
  { phone: 'symmetric', camera: 'cone', path: 'relayed' },
  { phone: 'cone', camera: 'symmetric', path: 'relayed' },
  { phone: 'symmetric', camera: 'symmetric', path: 'relayed' },
  { phone: 'udp_blocked', camera: 'cone', path: 'relayed' },
  { phone: 'cone', camera: 'udp_blocked', path: 'relayed' },
  { phone: 'web_only', camera: 'cone', path: 'relayed' },
  { phone: 'web_only', camera: 'web_only', path: 'relayed' },
  { phone: 'ipv6_only', camera: 'cone', path: 'relayed' },
  { phone: 'cone', camera: 'ipv6_only', path: 'relayed' },
  { phone: 'ipv6_only', camera: 'dual_stack', path: 'direct', hasServerIpv6: true },
];
