import { networkInterfaces } from 'node:os';

/** Interfaces that lead only to containers of this machine. */
const INTERNAL_NAMES = /^(?:docker|veth|br-|vmnet|virbr)/u;

/** The addresses a viewer could reach us at, VPNs included; loopback only on a machine with nothing else. */
export function listHostAddresses(): string[] {
  const addresses = Object.entries(networkInterfaces())
    .filter(([name]) => !INTERNAL_NAMES.test(name))
    .flatMap(([, entries]) => entries ?? [])
    .filter(({ internal, address }) => !internal && !isLinkLocal(address))
    .map(({ address }) => address);
  return addresses.length > 0 ? addresses : ['127.0.0.1'];
}

function isLinkLocal(address: string): boolean {
  return address.startsWith('169.254.') || address.toLowerCase().startsWith('fe80:');
}
