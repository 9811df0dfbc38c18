import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StaticFile } from './static-files.ts';

const IMMUTABLE = 'public, max-age=31536000, immutable';
const REVALIDATE = 'no-cache';

export interface StaticHostOptions {
  /** By URL path. */
  readonly files: ReadonlyMap<string, StaticFile>;
  /** Sent with every response. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Answers HTTP requests out of `files`: exact paths, GET and HEAD, nothing else. */
export function createStaticHost({ files, headers }: StaticHostOptions) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    // No answer of ours reads a body; one that comes all the same is not waited for.
    request.resume();
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      sendStatus(response, 405);
      return;
    }
    const file = files.get((request.url ?? '').replace(/[?#].*$/s, ''));
    if (file === undefined) sendStatus(response, 404);
    else sendFile(request, response, file);
  };
}

function sendStatus(response: ServerResponse, status: number): void {
  response.setHeader('cache-control', 'no-store');
  response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-length': 0 }).end();
}

function sendFile(request: IncomingMessage, response: ServerResponse, file: StaticFile): void {
  const encoding = chooseEncoding(request.headers['accept-encoding'], file);
  const body = file.bodies[encoding] ?? file.bodies.identity;
  const tag = `"${file.tag}-${encoding}"`;
  response.setHeader('etag', tag);
  response.setHeader('vary', 'accept-encoding');
  response.setHeader('cache-control', file.isImmutable ? IMMUTABLE : REVALIDATE);
  if (isFresh(request.headers['if-none-match'], tag)) {
    response.writeHead(304).end();
    return;
  }
  response.setHeader('content-type', file.type);
  response.setHeader('content-length', body.length);
  if (encoding !== 'identity') response.setHeader('content-encoding', encoding);
  response.writeHead(200).end(request.method === 'HEAD' ? undefined : body);
}

/** The smallest form the client names and does not exclude with `q=0` (RFC 9110 §12.5.3). */
function chooseEncoding(accepted: string | undefined, { bodies }: StaticFile): 'br' | 'gzip' | 'identity' {
  const codings = (accepted ?? '')
    .split(',')
    .filter((coding) => !/;\s*q=0(\.0*)?\s*$/.test(coding))
    .map((coding) => coding.replace(/;.*$/, '').trim().toLowerCase());
  if (bodies.br !== undefined && codings.includes('br')) return 'br';
  return bodies.gzip !== undefined && codings.includes('gzip') ? 'gzip' : 'identity';
}

function isFresh(ifNoneMatch: string | undefined, tag: string): boolean {
  return (ifNoneMatch ?? '').split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === tag);
}
