import type { IceServer } from '#shared/message-fields.ts';

/** One address to ask, from one URL (RFC 7064 §3.1, RFC 7065 §3.1). */
export type IceServerAddress =
  | { readonly type: 'stun'; readonly host: string; readonly port: number }
  | {
      readonly type: 'turn';
      readonly host: string;
      readonly port: number;
      readonly transport: 'udp' | 'tcp' | 'tls';
      readonly username: string;
      readonly credential: string;
    };

const DEFAULT_PORT = 3478;
const DEFAULT_TLS_PORT = 5349;

/** Every URL of every server; what cannot be used (STUN over TLS, TURN without credentials) is left out. */
export function listIceServerAddresses(servers: readonly IceServer[]): IceServerAddress[] {
  return servers.flatMap((server) => server.urls.flatMap((url) => parseUrl(url, server) ?? []));
}

function parseUrl(url: string, { username, credential }: IceServer): IceServerAddress | null {
  const match =
    /^(stun|turns?):(\[[\da-f:.]+\]|[^\s:?[\]]+)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/iu.exec(url);
  if (!match) return null;
  const [, scheme = '', bracketedHost = '', portText, transportText] = match;
  const isTls = scheme.toLowerCase() === 'turns';
  const host = bracketedHost.replace(/^\[|\]$/gu, '');
  const port = portText === undefined ? (isTls ? DEFAULT_TLS_PORT : DEFAULT_PORT) : Number(portText);
  if (port < 1 || port > 65_535) return null;
  if (scheme.toLowerCase() === 'stun') return { type: 'stun', host, port };
  if (username === undefined || credential === undefined) return null;
  const transport = isTls ? 'tls' : transportText?.toLowerCase() === 'tcp' ? 'tcp' : 'udp';
  return { type: 'turn', host, port, transport, username, credential };
}
