import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RendezvousAddress } from '#shared/rendezvous.ts';
import type { ServerProcess } from './server-process.ts';

/** A kind of broker that others write, in Debian's package. */
export interface BrokerKind {
  readonly name: string;
  readonly debianPackage: string;
  /** Where the package puts it. */
  readonly program: string;
  /** Whether it lets anybody in, or only who has the household's password. */
  readonly isOpenToAll: boolean;
  /** Wildcard subscriptions that it cannot refuse to whom it lets in. */
  readonly grantedWildcards: readonly string[];
  /** Starts one on loopback, at ports that were free, with the documented configuration and nothing kept. */
  open(): Promise<Broker>;
}

/** A broker that runs, or could. Disposing of it ends it and deletes its files. */
export interface Broker extends AsyncDisposable {
  /** Its WebSocket, and how clients are let in. */
  readonly address: RendezvousAddress;
  /** Its `mqtt:` listener, for a relay on the same machine. */
  readonly tcpUrl: string;
  /** Ends it without a goodbye, as a power cut would: every connection is cut, and only what is on disk stays. */
  stop(): Promise<void>;
  /** Starts it on the same ports; resolves when it lets clients in. */
  start(): Promise<void>;
}

/** What a broker is made of. */
export interface BrokerParts {
  readonly address: RendezvousAddress;
  readonly tcpPort: number;
  /** In the order in which they start. */
  readonly processes: readonly ServerProcess[];
}

/** Has `prepare` put files into a new directory, and starts what it made of them. */
export async function openBroker(prepare: (directory: string) => Promise<BrokerParts>): Promise<Broker> {
  await using cleanup = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'latchkey-broker-'));
  cleanup.defer(() => rm(directory, { recursive: true, force: true, maxRetries: 3 }));
  // Mosquitto, started by root, reads its files as another user.
  await chmod(directory, 0o755);
  const { address, tcpPort, processes } = await prepare(directory);
  for (const process of processes) cleanup.defer(() => process.stop());
  const start = async () => {
    for (const process of processes) await process.start();
  };
  const stop = async () => {
    for (const process of processes.toReversed()) await process.stop();
  };
  await start();
  const all = cleanup.move();
  const tcpUrl = `mqtt://127.0.0.1:${tcpPort}`;
  return { address, tcpUrl, start, stop, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
