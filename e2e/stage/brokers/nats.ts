import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type BrokerKind, openBroker } from './broker.ts';
import { writeConfiguration } from './configuration.ts';
import { freePorts, untilLetIn } from './readiness.ts';
import { ServerProcess } from './server-process.ts';

/** NATS with JetStream, open to who has the household's password. */
export const NATS: BrokerKind = {
  name: 'NATS',
  debianPackage: 'nats-server',
  program: '/usr/sbin/nats-server',
  isOpenToAll: false,
  // Its permissions are subjects: what allows each topic allows a subscription to all of them as well.
  grantedWildcards: ['pw1/+'],
  open: () =>
    openBroker(async (directory) => {
      const [nativePort, tcpPort = 0, port] = await freePorts(3);
      const password = randomBytes(16).toString('hex');
      await writeConfiguration('nats', directory, {
        '"127.0.0.1:4222"': `"127.0.0.1:${nativePort}"`,
        '"127.0.0.1:1883"': `"127.0.0.1:${tcpPort}"`,
        '"127.0.0.1:9001"': `"127.0.0.1:${port}"`,
        '/var/lib/nats': join(directory, 'jetstream'),
        'change me': password,
      });
      const address = { url: `ws://127.0.0.1:${port}/mqtt`, username: 'latchkey', password };
      const server = new ServerProcess({
        program: NATS.program,
        args: ['-c', join(directory, 'nats-server.conf')],
        directory,
        untilReady: (signal) => untilLetIn(address, signal),
      });
      return { address, tcpPort, processes: [server] };
    }),
};
