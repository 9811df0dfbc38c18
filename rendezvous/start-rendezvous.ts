import { once } from 'node:events';
import { createServer, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { WebSocketServer } from 'ws';
import type { RendezvousAddress } from '#shared/rendezvous.ts';
import { acceptConnections } from './accept-connections.ts';
import { Broker } from './broker.ts';
import { DEFAULT_LIMITS, type RendezvousLimits } from './limits.ts';
import { HSTS_HEADERS, SECURITY_HEADERS } from './security-headers.ts';
import { jsonFile, loadStaticFiles } from './static-files.ts';
import { createStaticHost } from './static-host.ts';

/** Where the broker listens, on the port of the pages. */
export const BROKER_PATH = '/mqtt';
export interface RendezvousOptions {
  /** Default `127.0.0.1`; undefined: every address of this machine. */
  readonly host?: string | undefined;
  /** Default 0: any that is free. */
  readonly port?: number;
  /** PEM; with it, HTTPS and WSS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Tells browsers to come back by HTTPS alone; only for a certificate they trust. Default false. */
  readonly hsts?: boolean;
  /** Built page to serve; without it only `/config.json` and the broker answer. */
  readonly staticDirectory?: string;
  /** What `/config.json` tells the page. Default: this broker. */
  readonly rendezvous?: readonly RendezvousAddress[];
  /** Pages that may connect; by default any, as the broker trusts no client anyhow. */
  readonly origins?: readonly string[];
  /** Take a client's address from the last `X-Forwarded-For` entry: only behind a proxy that writes it. Default false. */
  readonly trustProxy?: boolean;
  readonly limits?: Partial<RendezvousLimits>;
  /** Told of faults of the broker itself. Default: the console. */
  readonly report?: (error: unknown) => void;
}

export interface RunningRendezvous extends AsyncDisposable {
  /** Of the page, with a slash at its end. */
  readonly url: string;
  /** Of the broker. */
  readonly brokerUrl: string;
  readonly port: number;
  /** Cuts every connection and frees the port; idempotent. */
  close(): Promise<void>;
}

/**
 * Starts the embedded broker and static host on one port.
 * @throws Error of Node when the port cannot be had or `staticDirectory` cannot be read.
 */
export async function startRendezvous(options: RendezvousOptions = {}): Promise<RunningRendezvous> {
  const { port = 0, tls, report = (error: unknown) => console.error(error) } = options;
  const host = 'host' in options ? options.host : '127.0.0.1';
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const http = httpOptions(limits);
  const server =
    tls === undefined
      ? createServer(http)
      : createTlsServer({ ...http, ...tls, handshakeTimeout: limits.requestTimeoutMs });
  server.maxConnections = limits.connections;
  server.on('request', createStaticHost({ files: await pageFiles(options), headers: headersOf(options) }));
  server.listen(port, host);
  await once(server, 'listening');
  const broker = await Broker.start({ limits, report, now: () => performance.now() });
  const webSockets = acceptConnections(server, broker, { ...options, limits, path: BROKER_PATH });
  const { port: actualPort } = server.address() as AddressInfo;
  const authority = `${authorityHost(host)}:${actualPort}`;
  const close = closeOnce(server, broker, webSockets);
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${authority}/`,
    brokerUrl: `${tls === undefined ? 'ws' : 'wss'}://${authority}${BROKER_PATH}`,
    port: actualPort,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** How this machine itself says `host` in a URL. */
function authorityHost(host: string | undefined): string {
  if (host === undefined || host === '::' || host === '0.0.0.0') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

/** Short requests, no bodies. */
function httpOptions({ requestTimeoutMs }: RendezvousLimits): ServerOptions {
  return {
    maxHeaderSize: 8 * 1024,
    headersTimeout: requestTimeoutMs,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: 5_000,
    connectionsCheckingInterval: requestTimeoutMs / 5,
  };
}

async function pageFiles({ staticDirectory, rendezvous = [{ url: BROKER_PATH }] }: RendezvousOptions) {
  const files = staticDirectory === undefined ? new Map() : await loadStaticFiles(staticDirectory);
  return files.set('/config.json', jsonFile({ rendezvous }));
}

function headersOf({ hsts = false, tls }: RendezvousOptions): Record<string, string> {
  return { ...SECURITY_HEADERS, ...(hsts && tls !== undefined ? HSTS_HEADERS : {}) };
}

function closeOnce(server: Server, broker: Broker, webSockets: WebSocketServer): () => Promise<void> {
  let closing: Promise<void> | null = null;
  return () => {
    closing ??= (async () => {
      const closed = once(server, 'close');
      server.close();
      await broker.close();
      for (const socket of webSockets.clients) socket.terminate();
      server.closeAllConnections();
      await closed;
    })();
    return closing;
  };
}
