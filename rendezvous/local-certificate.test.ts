import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRendezvous } from '../relay/rendezvous/mqtt-rendezvous.ts';
import { loadLocalCertificate, localNames } from './local-certificate.ts';
import { startRendezvous } from './start-rendezvous.ts';

const names = ['localhost', 'cam.local', '127.0.0.1', '192.168.7.9', '::1'];
const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 0, 1);
let directory: string;

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'latchkey-cert-')), 'deep');
});
afterEach(async () => {
  await rm(join(directory, '..'), { recursive: true });
});

describe('local certificate', () => {
  it('names this machine, is for servers alone, and no authority', async () => {
    const certificate = new X509Certificate((await loadLocalCertificate(directory, { names, nowMs })).cert);
    expect(certificate.subjectAltName).toBe(
      'DNS:localhost, DNS:cam.local, IP Address:127.0.0.1, IP Address:192.168.7.9, IP Address:0:0:0:0:0:0:0:1',
    );
    expect(certificate.ca).toBe(false);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect((certificate.validToDate.getTime() - certificate.validFromDate.getTime()) / dayMs).toBeLessThan(
      825,
    );
  });

  it('is kept, its key for its owner alone', async () => {
    const first = await loadLocalCertificate(directory, { names, nowMs });
    const second = await loadLocalCertificate(directory, { names, nowMs: nowMs + 700 * dayMs });
    expect([first.isNew, second.isNew, second.cert]).toEqual([true, false, first.cert]);
    expect((await stat(join(directory, 'key.pem'))).mode & 0o777).toBe(0o600);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
  });

  it.each([
    ['before its end', { names, nowMs: nowMs + 771 * dayMs }],
    ['when the clock is before its beginning', { names, nowMs: nowMs - 2 * dayMs }],
    ['for a new address', { names: [...names, '10.0.0.3'], nowMs }],
    ['for a new name', { names: [...names, 'other.local'], nowMs }],
  ])('is made again %s', async (_name, options) => {
    await loadLocalCertificate(directory, { names, nowMs });
    expect((await loadLocalCertificate(directory, options)).isNew).toBe(true);
  });

  it.each(['key.pem', 'certificate.pem'])('is made again when %s is broken', async (file) => {
    await loadLocalCertificate(directory, { names, nowMs });
    await writeFile(join(directory, file), 'broken');
    expect((await loadLocalCertificate(directory, { names, nowMs })).isNew).toBe(true);
  });

  it('is made again when the key is another one', async () => {
    const other = await loadLocalCertificate(join(directory, 'other'), { names, nowMs });
    await loadLocalCertificate(directory, { names, nowMs });
    await writeFile(join(directory, 'key.pem'), other.key);
    expect((await loadLocalCertificate(directory, { names, nowMs })).isNew).toBe(true);
  });

  it('covers what this machine is called', async () => {
    const certificate = new X509Certificate((await loadLocalCertificate(directory)).cert);
    expect(localNames()).toContain('localhost');
    expect(certificate.checkHost('localhost')).toBe('localhost');
  });

  it('serves pages and the broker, to who trusts it and to nobody else', async () => {
    const tls = await loadLocalCertificate(directory);
    await using host = await startRendezvous({ tls, hsts: true });
    const status = await new Promise((resolve, reject) => {
      get(`${host.url}config.json`, { ca: tls.cert }, (response) => {
        response.resume();
        resolve([response.statusCode, response.headers['strict-transport-security']]);
      }).on('error', reject);
    });
    expect(status).toEqual([200, 'max-age=15552000']);
    const trusting = openRendezvous([{ url: host.brokerUrl }], { ca: tls.cert });
    await trusting.publish(`pw1/${'0'.repeat(32)}`, Uint8Array.of(1));
    await trusting.close();
    const lost = Promise.withResolvers<Error>();
    const wary = openRendezvous([{ url: host.brokerUrl }], { onLost: lost.resolve });
    expect((await lost.promise).message).toMatch(/self-signed|certificate/i);
    await wary.close();
  });
});
