import { join } from 'node:path';
import { type BrokerKind, openBroker } from './broker.ts';
import { writeConfiguration } from './configuration.ts';
import { freePorts, untilLetIn } from './readiness.ts';
import { ServerProcess } from './server-process.ts';

/** Eclipse Mosquitto, open to anybody. */
export const MOSQUITTO: BrokerKind = {
  name: 'Mosquitto',
  debianPackage: 'mosquitto',
  program: '/usr/sbin/mosquitto',
  isOpenToAll: true,
  grantedWildcards: [],
  open: () =>
    openBroker(async (directory) => {
      const [tcpPort = 0, port] = await freePorts(2);
      await writeConfiguration('mosquitto', directory, {
        'listener 1883 ': `listener ${tcpPort} `,
        'listener 9001 ': `listener ${port} `,
        '/etc/mosquitto/': `${directory}/`,
      });
      const address = { url: `ws://127.0.0.1:${port}/mqtt` };
      const server = new ServerProcess({
        program: MOSQUITTO.program,
        args: ['-c', join(directory, 'mosquitto.conf')],
        directory,
        untilReady: (signal) => untilLetIn(address, signal),
      });
      return { address, tcpPort, processes: [server] };
    }),
};
