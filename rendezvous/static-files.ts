import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** All files together; the built page has well under 1 MB. */
const MAX_TOTAL_BYTES = 32 * 1024 * 1024;
/** Below this, compression saves less than its header costs. */
const MIN_COMPRESSED_BYTES = 512;
const BROTLI_QUALITY = 9;

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};
const COMPRESSED_TYPES = /^(text\/|application\/(json|manifest\+json|wasm)|image\/svg)/;
/** The build puts a hash of the content into these names. */
const HASHED_NAME = /^\/assets\/.*-[\w-]{8,}\.\w+$/;

/** A file ready to be sent. */
export interface StaticFile {
  readonly type: string;
  readonly isImmutable: boolean;
  /** Strong validator, without quotes (RFC 9110 §8.8.3). */
  readonly tag: string;
  readonly bodies: { readonly identity: Buffer; readonly br?: Buffer; readonly gzip?: Buffer };
}

/**
 * The files below `directory` by URL path, in memory: what is not in the map cannot be asked for, and no request
 * touches the disk. `.br` and `.gz` beside a file are taken for its compressed forms; links and dot files are left out.
 * @throws TypeError when they are more than 32 MB.
 */
export async function loadStaticFiles(directory: string): Promise<Map<string, StaticFile>> {
  const contents = await readTree(directory);
  const files = new Map<string, StaticFile>();
  for (const [path, body] of contents) {
    if (!isCompressedForm(path, contents)) files.set(path, await prepareFile(path, body, contents));
  }
  const index = files.get('/index.html');
  if (index !== undefined) files.set('/', index);
  return files;
}

/** A file made here, such as the page's configuration. */
export function jsonFile(value: unknown): StaticFile {
  const identity = Buffer.from(JSON.stringify(value));
  return { type: TYPES['.json'] ?? '', isImmutable: false, tag: tagOf(identity), bodies: { identity } };
}

async function readTree(directory: string): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  let total = 0;
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const path = `/${relative(directory, file).split(sep).join('/')}`;
    if (!entry.isFile() || path.includes('/.')) continue;
    const body = await readFile(file);
    total += body.length;
    if (total > MAX_TOTAL_BYTES) throw new TypeError('the static directory is too large');
    contents.set(path, body);
  }
  return contents;
}

function isCompressedForm(path: string, contents: ReadonlyMap<string, Buffer>): boolean {
  return /\.(br|gz)$/.test(path) && contents.has(path.replace(/\.(br|gz)$/, ''));
}

async function prepareFile(
  path: string,
  identity: Buffer,
  contents: ReadonlyMap<string, Buffer>,
): Promise<StaticFile> {
  const type = TYPES[extname(path)] ?? 'application/octet-stream';
  const file = { type, isImmutable: HASHED_NAME.test(path), tag: tagOf(identity) };
  if (!COMPRESSED_TYPES.test(type) || identity.length < MIN_COMPRESSED_BYTES)
    return { ...file, bodies: { identity } };
  const params = { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY };
  const br = contents.get(`${path}.br`) ?? (await promisify(brotliCompress)(identity, { params }));
  const gzipped = contents.get(`${path}.gz`) ?? (await promisify(gzip)(identity));
  return { ...file, bodies: { identity, br, gzip: gzipped } };
}

function tagOf(body: Buffer): string {
  return createHash('sha256').update(body).digest('base64url').slice(0, 22);
}
