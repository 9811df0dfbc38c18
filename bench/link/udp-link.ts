import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import {
  type LinkProfile,
  type LinkRecord,
  SimulatedLink,
} from '../../relay/webrtc/congestion/testing/simulated-link.ts';
import { WallTime } from './wall-time.ts';

/** Where datagrams go on to. */
export interface UdpTarget {
  readonly host: string;
  readonly port: number;
}

/** Takes a datagram of so many bytes, and delivers it in its time or not at all. */
export type Way = (bytes: number, deliver: () => void) => void;

/** There is from whoever speaks first. */
export interface Ways {
  readonly there: Way;
  readonly back: Way;
}

/** One end of a path: what comes to `port` goes on to the target, and answers come back, each by its way. */
export interface UdpCrossing {
  readonly port: number;
  /** Says where the path leads; what came before waits for it. */
  aim(target: UdpTarget): void;
  close(): void;
}

/** Ways that only take time. */
export function delayedBy(delayMs: number): Ways {
  const later: Way = (_, deliver) => void setTimeout(deliver, delayMs);
  return { there: later, back: later };
}

/** A bottleneck in real time, for any number of crossings. */
export interface UdpLink extends Disposable {
  readonly ways: Ways;
  /** What came back so far, moments on the clock of `performance.now()` in microseconds. */
  readonly records: readonly LinkRecord[];
  /** Behaves otherwise from now on; see `SimulatedLink.reload`. */
  reload(back: LinkProfile): void;
}

/** Requests and reports are few: their way has this rate, and the delay of the other. */
const THERE_BPS = 10_000_000;
const THERE_QUEUE_MS = 500;
/** IPv4 and UDP. */
const DATAGRAM_BYTES = 28;

/** Opens a link with this profile on the way back, which is that of the picture. */
export function openUdpLink(back: LinkProfile): UdpLink {
  const time = new WallTime();
  const narrow = new SimulatedLink(time, back);
  const wide = new SimulatedLink(time, {
    rate: [{ fromUs: 0, bps: THERE_BPS }],
    delayMs: back.delayMs,
    queue: { ms: THERE_QUEUE_MS },
  });
  return {
    ways: {
      there: (bytes, deliver) => wide.send(bytes + DATAGRAM_BYTES, 0, deliver),
      back: (bytes, deliver) => narrow.send(bytes + DATAGRAM_BYTES, 0, deliver),
    },
    records: narrow.records,
    reload: (profile) => narrow.reload(profile),
    [Symbol.dispose]: () => time[Symbol.dispose](),
  };
}

/** Opens a path of these ways, IPv4, on all addresses of this machine. */
export async function openUdpCrossing({ there, back }: Ways): Promise<UdpCrossing> {
  const near = await bind();
  const target = Promise.withResolvers<UdpTarget>();
  const beyond = new Map<string, Promise<Socket>>();
  let isClosed = false;

  /** The far socket of one sender, by which answers find back to it. */
  const reach = async (from: RemoteInfo): Promise<Socket> => {
    const far = await bind();
    far.on('message', (bytes) =>
      back(bytes.length, () => {
        if (!isClosed) near.send(bytes, from.port, from.address);
      }),
    );
    return far;
  };
  near.on('message', (bytes, from) => {
    const key = `${from.address}:${from.port}`;
    const far = beyond.get(key) ?? reach(from);
    beyond.set(key, far);
    there(
      bytes.length,
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
