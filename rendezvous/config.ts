import { parseArgs } from 'node:util';
import type { RendezvousAddress } from '#shared/rendezvous.ts';

/** How to run the embedded rendezvous from a command line. */
export interface RendezvousConfig {
  readonly port: number;
  /** Undefined: every address of this machine. */
  readonly host: string | undefined;
  readonly certificate: CertificateConfig;
  readonly staticDirectory: string | undefined;
  /** Brokers the page is told of; empty: this one. */
  readonly brokers: readonly RendezvousAddress[];
  readonly origins: readonly string[];
  readonly trustProxy: boolean;
}

export type CertificateConfig =
  | { readonly type: 'none' }
  | { readonly type: 'local'; readonly directory: string }
  | { readonly type: 'files'; readonly cert: string; readonly key: string };

export const USAGE = `Usage: node rendezvous/main.ts [options]

  --port N                  default 8080, or 8443 with a certificate
  --host ADDRESS            default 127.0.0.1, or every address with a certificate
  --static DIRECTORY        the built page
  --cert FILE --key FILE    HTTPS and WSS with this certificate (PEM)
  --local-certificate DIR   HTTPS and WSS with a certificate made here and kept in DIR
  --broker URL              what the page is told, instead of this broker; repeatable
  --broker-username NAME, --broker-password PASSWORD
                            how the page is let in there; everybody who opens the page can read both
  --origin ORIGIN           a page that may connect, instead of any; repeatable
  --trust-proxy             take addresses of clients from the last X-Forwarded-For entry`;

const OPTIONS = {
  port: { type: 'string' },
  host: { type: 'string' },
  static: { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
  'local-certificate': { type: 'string' },
  broker: { type: 'string', multiple: true },
  'broker-username': { type: 'string' },
  'broker-password': { type: 'string' },
  origin: { type: 'string', multiple: true },
  'trust-proxy': { type: 'boolean' },
} as const;

/**
 * Reads the command line.
 * @throws TypeError that names every fault, a line each.
 */
export function loadConfig(args: readonly string[]): RendezvousConfig {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const { cert, key, 'local-certificate': directory, broker: urls = [], origin: origins = [] } = values;
  const { 'broker-username': username, 'broker-password': password } = values;
  const isSecure = cert !== undefined || directory !== undefined;
  const port = Number(values.port ?? (isSecure ? 8443 : 8080));
  const faults = [
    !Number.isInteger(port) || port < 0 || port > 65_535 ? '--port is a number up to 65535' : null,
    (cert === undefined) !== (key === undefined) ? '--cert and --key go together' : null,
    cert !== undefined && directory !== undefined
      ? '--cert and --local-certificate exclude each other'
      : null,
    ...urls.map((url) => (isBrokerUrl(url) ? null : `--broker ${url} is not a ws: or wss: URL`)),
    username !== undefined && urls.length === 0 ? '--broker-username needs a --broker' : null,
    password !== undefined && username === undefined ? '--broker-password needs a --broker-username' : null,
    ...origins.map((origin) =>
      isOrigin(origin) ? null : `--origin ${origin} is not like https://cam.example`,
    ),
  ].filter((fault) => fault !== null);
  if (faults.length > 0) throw new TypeError(faults.join('\n'));
  return Object.freeze({
    port,
    host: values.host ?? (isSecure ? undefined : '127.0.0.1'),
    certificate: certificateOf(cert, key, directory),
    staticDirectory: values.static,
    brokers: urls.map((url) => ({ url, ...loginOf(username, password) })),
    origins,
    trustProxy: values['trust-proxy'] ?? false,
  });
}

function certificateOf(cert?: string, key?: string, directory?: string): CertificateConfig {
  if (cert !== undefined && key !== undefined) return { type: 'files', cert, key };
  return directory === undefined ? { type: 'none' } : { type: 'local', directory };
}

function loginOf(username?: string, password?: string): Omit<RendezvousAddress, 'url'> {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
}

function isBrokerUrl(url: string): boolean {
  return URL.canParse(url) && /^wss?:$/.test(new URL(url).protocol);
}

function isOrigin(origin: string): boolean {
  return URL.canParse(origin) && new URL(origin).origin === origin;
}
