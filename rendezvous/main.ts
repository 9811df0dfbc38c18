#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { type CertificateConfig, loadConfig, type RendezvousConfig, USAGE } from './config.ts';
import { loadLocalCertificate } from './local-certificate.ts';
import { type RendezvousOptions, startRendezvous } from './start-rendezvous.ts';

/** Exit status for a command line that makes no sense (sysexits.h `EX_USAGE`). */
const EX_USAGE = 64;

const config = readConfig();
if (config !== null) await run(config);

function readConfig(): RendezvousConfig | null {
  if (process.argv.includes('--help')) {
    console.log(USAGE);
    return null;
  }
  try {
    return loadConfig(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exitCode = EX_USAGE;
    return null;
  }
}

async function run({
  port,
  host,
  staticDirectory,
  brokers,
  origins,
  trustProxy,
  certificate,
}: RendezvousConfig) {
  const rendezvous = await startRendezvous({
    port,
    host,
    trustProxy,
    ...(staticDirectory === undefined ? {} : { staticDirectory }),
    ...(brokers.length === 0 ? {} : { rendezvous: brokers }),
    ...(origins.length === 0 ? {} : { origins }),
    ...(await readCertificate(certificate)),
  });
  console.log(`Rendezvous at ${rendezvous.brokerUrl}, page at ${rendezvous.url}`);
  const stop = () => {
    rendezvous.close().then(
      () => process.exit(),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  // Started by another process that is gone: nobody is left to stop us.
  process.once('disconnect', stop);
}

async function readCertificate(config: CertificateConfig): Promise<Pick<RendezvousOptions, 'tls' | 'hsts'>> {
  switch (config.type) {
    case 'none':
      return {};
    case 'files': {
      const [cert, key] = await Promise.all([readFile(config.cert, 'utf8'), readFile(config.key, 'utf8')]);
      return { tls: { cert, key }, hsts: true };
    }
    case 'local':
      return { tls: await loadLocalCertificate(config.directory) };
    default:
      return config satisfies never;
  }
}
