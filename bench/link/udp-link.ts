import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** Where datagrams go on to. */
export interface UdpTarget {
  readonly host: string;
  readonly port: number;
}

/** One end of a slow path: what comes to `port` goes on to the target, and answers come back, each after the delay. */
export interface UdpCrossing {
  readonly port: number;
  /** Says where the path leads; what came before waits for it. */
  aim(target: UdpTarget): void;
  close(): void;
}

/** Opens a path of so many milliseconds each way, IPv4, on all addresses of this machine. */
export async function openUdpCrossing(delayMs: number): Promise<UdpCrossing> {
  const near = await bind();
  const target = Promise.withResolvers<UdpTarget>();
  const beyond = new Map<string, Promise<Socket>>();
  let isClosed = false;
  const later = (send: () => void) => setTimeout(() => !isClosed && send(), delayMs);

  /** The far socket of one sender, by which answers find back to it. */
  const reach = async (from: RemoteInfo): Promise<Socket> => {
    const far = await bind();
    far.on('message', (bytes) => later(() => near.send(bytes, from.port, from.address)));
    return far;
  };
  near.on('message', (bytes, from) => {
    const key = `${from.address}:${from.port}`;
    const far = beyond.get(key) ?? reach(from);
    beyond.set(key, far);
    later(
      () =>
        void Promise.all([far, target.promise]).then(([socket, { host, port }]) => {
          if (!isClosed) socket.send(bytes, port, host);
        }),
    );
  });
  return {
    port: near.address().port,
    aim: target.resolve,
    close: () => {
      isClosed = true;
      near.close();
      for (const far of beyond.values()) void far.then((socket) => socket.close());
    },
  };
}

async function bind(): Promise<Socket> {
  const socket = createSocket('udp4').bind(0);
  await once(socket, 'listening');
  return socket;
}
