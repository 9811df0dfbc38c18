import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';

/** Below the 825 days that Apple's systems allow a certificate the user trusts by hand. */
const VALID_DAYS = 800;
/** Renewed this long before its end, so that it does not end in the middle of the night. */
const RENEWED_DAYS_BEFORE = 30;
const DAY_MS = 86_400_000;

export interface LocalCertificate {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** Made just now: whoever trusted the one before is asked again. */
  readonly isNew: boolean;
}

export interface LocalCertificateOptions {
  /** Default: what this machine is called, and its IPv4 addresses. */
  readonly names?: readonly string[];
  /** Default: now. */
  readonly nowMs?: number;
}

/**
 * This machine's own certificate, for HTTPS in a household where no authority would give one: read from `directory`,
 * or made and kept there (`certificate.pem`, and `key.pem` with mode 0600) when there is none, when it ends soon or when
 * this machine has got another address. It vouches for nothing but itself: no authority, so nobody can misuse it
 * against whoever trusts it.
 */
export async function loadLocalCertificate(
  directory: string,
  { names = localNames(), nowMs = Date.now() }: LocalCertificateOptions = {},
): Promise<LocalCertificate> {
  const kept = await readPair(directory);
  if (kept !== null && isUsable(kept, names, nowMs)) return { ...kept, isNew: false };
  const made = await makePair(names, nowMs);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await replaceFile(join(directory, 'key.pem'), made.key, 0o600);
  await replaceFile(join(directory, 'certificate.pem'), made.cert, 0o644);
  return { ...made, isNew: true };
}

/** Names and IPv4 addresses by which others in the network reach this machine. IPv6 ones change by the day. */
export function localNames(): string[] {
  const name = hostname()
    .toLowerCase()
    .replace(/\.local$/, '');
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
  return ['localhost', name, `${name}.local`, '127.0.0.1', '::1', ...addresses];
}

interface Pair {
  readonly cert: string;
  readonly key: string;
}

async function readPair(directory: string): Promise<Pair | null> {
  try {
    const [cert, key] = await Promise.all([
      readFile(join(directory, 'certificate.pem'), 'utf8'),
      readFile(join(directory, 'key.pem'), 'utf8'),
    ]);
    return { cert, key };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Whether the pair is one, for a while yet, and for all `names`; what cannot be read is not. */
function isUsable({ cert, key }: Pair, names: readonly string[], nowMs: number): boolean {
  try {
    const certificate = new X509Certificate(cert);
    const endMs = certificate.validToDate.getTime() - RENEWED_DAYS_BEFORE * DAY_MS;
    const isTimely = certificate.validFromDate.getTime() <= nowMs && nowMs < endMs;
    return (
      isTimely &&
      certificate.checkPrivateKey(createPrivateKey(key)) &&
      names.every((name) => isNamed(certificate, name))
    );
  } catch {
    // Broken by whatever broke it: nothing hangs on this pair, a new one does as well.
    return false;
  }
}

function isNamed(certificate: X509Certificate, name: string): boolean {
  return (isAddress(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined;
}

function isAddress(name: string): boolean {
  return name.includes(':') || /^[\d.]+$/.test(name);
}

/** The library is only loaded when there is a certificate to make. */
async function makePair(names: readonly string[], nowMs: number): Promise<Pair> {
  const x509 = await import('@peculiar/x509');
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    // Positive and without a leading zero (RFC 5280 §4.1.2.2).
    serialNumber: `4${randomBytes(15).toString('hex')}0`,
    name: 'CN=Latchkey on this network',
    notBefore: new Date(nowMs - DAY_MS),
    notAfter: new Date(nowMs + VALID_DAYS * DAY_MS),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        [...new Set(names)].map((value) => ({ type: isAddress(value) ? 'ip' : 'dns', value })),
      ),
    ],
  });
  const key = x509.PemConverter.encode(
    await crypto.subtle.exportKey('pkcs8', keys.privateKey),
    'PRIVATE KEY',
  );
  return { cert: `${certificate.toString('pem')}\n`, key: `${key}\n` };
}

/** Whole or not at all, and never readable for longer than it should be. */
async function replaceFile(path: string, content: string, mode: number): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, content, { mode, flag: 'wx' });
  await chmod(draft, mode);
  await rename(draft, path);
}
