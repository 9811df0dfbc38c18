import { join } from 'node:path';
import { type BrokerKind, openBroker } from './broker.ts';
import { writeConfiguration } from './configuration.ts';
import { freePorts, untilAccepted, untilLetIn } from './readiness.ts';
import { ServerProcess } from './server-process.ts';

/** Erlang's port mapper, without which no node of Erlang starts; Debian's RabbitMQ depends on it. */
const PORT_MAPPER = '/usr/bin/epmd';

/** RabbitMQ with its MQTT plugins, open to anybody. */
export const RABBITMQ: BrokerKind = {
  name: 'RabbitMQ',
  debianPackage: 'rabbitmq-server',
  program: '/usr/lib/rabbitmq/bin/rabbitmq-server',
  isOpenToAll: true,
  grantedWildcards: [],
  open: () =>
    openBroker(async (directory) => {
      const [tcpPort = 0, port, nodePort = 0, mapperPort = 0] = await freePorts(4);
      await writeConfiguration('rabbitmq', directory, {
        '127.0.0.1:1883': `127.0.0.1:${tcpPort}`,
        'port = 9001': `port = ${port}`,
        '/etc/rabbitmq/': `${directory}/`,
      });
      const address = { url: `ws://127.0.0.1:${port}/mqtt` };
      const node = new ServerProcess({
        program: RABBITMQ.program,
        args: ['-noinput'],
        env: nodeEnvironment(directory, nodePort, mapperPort),
        directory,
        untilReady: (signal) => untilLetIn(address, signal),
      });
      return { address, tcpPort, processes: [portMapper(directory, mapperPort), node] };
    }),
};

/** A mapper of its own, as a child: the one that a node starts by itself would outlive it. */
function portMapper(directory: string, port: number): ServerProcess {
  return new ServerProcess({
    program: PORT_MAPPER,
    args: ['-address', '127.0.0.1', '-port', String(port)],
    directory,
    untilReady: (signal) => untilAccepted(port, signal),
  });
}

function nodeEnvironment(directory: string, nodePort: number, mapperPort: number): Record<string, string> {
  return {
    HOME: directory,
    ERL_EPMD_PORT: String(mapperPort),
    RABBITMQ_DIST_PORT: String(nodePort),
    RABBITMQ_CONF_ENV_FILE: join(directory, 'rabbitmq-env.conf'),
    RABBITMQ_CONFIG_FILE: join(directory, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(directory, 'enabled_plugins'),
    RABBITMQ_MNESIA_BASE: join(directory, 'data'),
    RABBITMQ_LOG_BASE: join(directory, 'log'),
    RABBITMQ_LOGS: '-',
    // The start script then becomes the node, instead of waiting for one that a signal to the script does not end.
    RABBITMQ_ALLOW_INPUT: '1',
  };
}
