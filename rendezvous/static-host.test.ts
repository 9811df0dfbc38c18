import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTENT_SECURITY_POLICY } from './security-headers.ts';
import { type RunningRendezvous, startRendezvous } from './start-rendezvous.ts';

const script = `console.log(${'1'.repeat(2_000)})`;
let directory: string;
let host: RunningRendezvous;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-static-'));
  await mkdir(join(directory, 'page', 'assets'), { recursive: true });
  await writeFile(join(directory, 'secret.txt'), 'secret');
  await writeFile(join(directory, 'page', 'index.html'), '<!doctype html>');
  await writeFile(join(directory, 'page', '.env'), 'secret');
  await writeFile(join(directory, 'page', 'service-worker.js'), script);
  await writeFile(join(directory, 'page', 'assets', 'main-Dq3_x9Za.js'), script);
  await writeFile(join(directory, 'page', 'assets', 'ready.js'), script);
  await writeFile(join(directory, 'page', 'assets', 'ready.js.br'), 'compressed');
  await symlink(join(directory, 'secret.txt'), join(directory, 'page', 'link.txt'));
  host = await startRendezvous({ staticDirectory: join(directory, 'page') });
});

afterAll(async () => {
  await host.close();
  await rm(directory, { recursive: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

/** One request, its path sent as it is: `fetch` would tidy it up. */
function ask(path: string, method = 'GET', headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port: host.port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    request.on('error', reject).end();
  });
}

describe('static host', () => {
  it('serves the page at / with every protective header', async () => {
    const { status, headers, body } = await ask('/');
    expect([status, body.toString()]).toEqual([200, '<!doctype html>']);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'permissions-policy': expect.stringContaining('camera=(self), microphone=(self), fullscreen=(self)'),
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-cache',
    });
    expect(headers).not.toHaveProperty('strict-transport-security');
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/..\\secret.txt',
    '//etc/passwd',
    '/link.txt',
    '/.env',
    '/assets/',
    '/assets',
    '/index.html/',
    '/no/such/page',
    '/INDEX.HTML',
    '/index.html%00',
    '/constructor',
    '/__proto__',
    '/assets/ready.js.br',
    'http://other.example/secret',
  ])('has nothing at %s', async (path) => {
    const { status, headers, body } = await ask(path);
    expect([status, body.length]).toEqual([404, 0]);
    expect(headers).toHaveProperty('content-security-policy', CONTENT_SECURITY_POLICY);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'])('takes no %s', async (method) => {
    const { status, headers } = await ask('/', method);
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  it('answers HEAD without a body', async () => {
    const { status, headers, body } = await ask('/service-worker.js', 'HEAD');
    expect([status, headers['content-length'], body.length]).toEqual([200, String(script.length), 0]);
  });

  it('lets browsers keep what has a hash in its name, and nothing else', async () => {
    const hashed = await ask('/assets/main-Dq3_x9Za.js');
    const worker = await ask('/service-worker.js?v=1');
    expect(hashed.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(worker.headers['cache-control']).toBe('no-cache');
  });

  it('compresses what it may', async () => {
    const { headers, body } = await ask('/service-worker.js', 'GET', { 'accept-encoding': 'gzip, br' });
    expect(headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' });
    expect(brotliDecompressSync(body).toString()).toBe(script);
    const plain = await ask('/service-worker.js', 'GET', { 'accept-encoding': 'br;q=0, identity' });
    expect(plain.headers).not.toHaveProperty('content-encoding');
  });

  it('prefers what was compressed at build', async () => {
    const { body } = await ask('/assets/ready.js', 'GET', { 'accept-encoding': 'br' });
    expect(body.toString()).toBe('compressed');
  });

  it('sends nothing again that has not changed', async () => {
    const { headers } = await ask('/');
    const again = await ask('/', 'GET', { 'if-none-match': String(headers.etag) });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  it('tells the page which broker to use', async () => {
    const { headers, body } = await ask('/config.json');
    expect(JSON.parse(body.toString())).toEqual({ rendezvous: [{ url: '/mqtt' }] });
    expect(headers['cache-control']).toBe('no-cache');
  });
});
