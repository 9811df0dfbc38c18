import { isIP } from 'node:net';

/** A place where a viewer, or we, can be reached over UDP (RFC 8839 §5.1). */
export interface IceCandidate {
  readonly foundation: string;
  readonly priority: number;
  /** IP literal. */
  readonly address: string;
  readonly port: number;
  readonly type: 'host' | 'srflx' | 'relay';
  readonly relatedAddress?: string;
  readonly relatedPort?: number;
}

/** Why a candidate is of no use. */
export type IgnoredCandidate = 'malformed' | 'mdns' | 'not_udp';

/** A browser writes about 130 characters. */
const MAX_CANDIDATE_CHARS = 512;

const FORM =
  /^candidate:([\w+/]{1,32}) 1 (\S{3,8}) (\d{1,10}) (\S{2,255}) (\d{1,5}) typ (host|srflx|prflx|relay)(?: |$)/u;

/** Reads a candidate line, with or without `a=`; says why when it is of no use. */
export function parseCandidate(line: string): IceCandidate | IgnoredCandidate {
  const match = line.length > MAX_CANDIDATE_CHARS ? null : FORM.exec(line.replace(/^a=/u, '').trim());
  if (!match) return 'malformed';
  const [, foundation = '', transport = '', priority = '', address = '', port = '', type = ''] = match;
  if (transport.toLowerCase() !== 'udp') return 'not_udp';
  // Resolving a name would wait on the network and tell it whom we look for; such a viewer is found
  // as peer-reflexive by its own checks (RFC 8445 §7.3.1.3).
  if (address.toLowerCase().endsWith('.local')) return 'mdns';
  const portNumber = Number(port);
  if (!isIP(address) || portNumber < 1 || portNumber > 65_535 || Number(priority) > 0xffff_ffff)
    return 'malformed';
  if (type === 'prflx') return 'malformed';
  return {
    foundation,
    priority: Number(priority),
    address,
    port: portNumber,
    type: type as IceCandidate['type'], // the pattern admits nothing else
  };
}

/** Writes a candidate line without `a=`. */
export function encodeCandidate(candidate: IceCandidate): string {
  const { foundation, priority, address, port, type, relatedAddress, relatedPort } = candidate;
  const related = relatedAddress === undefined ? '' : ` raddr ${relatedAddress} rport ${relatedPort ?? 9}`;
  return `candidate:${foundation} 1 udp ${priority} ${address} ${port} typ ${type}${related}`;
}
