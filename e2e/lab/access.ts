/** The ways onto the internet that the lab knows, as a household or a mobile network gives them. */
export const ACCESSES = [
  /** NAT that keeps a port's mapping whoever it talks to, and lets in only whom it talked to (RFC 4787: endpoint-independent mapping). */
  'cone',
  /** NAT with another mapping for each it talks to: nobody can be told in advance where to reach it. */
  'symmetric',
  /** As `cone`, and no UDP passes. */
  'udp_blocked',
  /** As `cone`, and nothing passes but TCP to the ports of the web, as in many a company. */
  'web_only',
  /** No IPv4 at all but through NAT64 (RFC 6146), with the names to match (DNS64, RFC 6147). */
  'ipv6_only',
  /** IPv4 as `cone`, and IPv6 behind a firewall that lets in only answers (RFC 6092). */
  'dual_stack',
] as const;

export type Access = (typeof ACCESSES)[number];

/** Of a router's devices: towards the internet, towards its household, and of its NAT64. */
export const WAN = 'wan';
export const LAN = 'lan';
export const NAT64 = 'nat64';

export function hasIpv4(access: Access): boolean {
  return access !== 'ipv6_only';
}

export function hasIpv6(access: Access): boolean {
  return access === 'ipv6_only' || access === 'dual_stack';
}

/** A router's rules, as nft(8) reads them. */
export function rulesOf(access: Access): string {
  return `
    table inet guard {
      chain input {
        type filter hook input priority filter; policy accept;
        meta l4proto ipv6-icmp accept
        iifname ${WAN} ct state established,related accept
        # Without this an early packet of the other side takes the port that the mapping of our own needs.
        iifname ${WAN} drop
      }
      chain forward {
        type filter hook forward priority filter; policy drop;
        ${BARRIERS[access] ?? ''}
        ct state established,related accept
        iifname { ${LAN}, ${NAT64} } accept
      }
    }
    table ip translation {
      chain outgoing {
        type nat hook postrouting priority srcnat; policy accept;
        oifname ${WAN} masquerade ${access === 'symmetric' ? 'fully-random' : ''}
      }
    }
  `;
}

const BARRIERS: Readonly<Partial<Record<Access, string>>> = {
  udp_blocked: 'meta l4proto udp drop',
  web_only: `iifname ${LAN} meta l4proto != tcp drop\niifname ${LAN} tcp dport != { 80, 443 } drop`,
};
