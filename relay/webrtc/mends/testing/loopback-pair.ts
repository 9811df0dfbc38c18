import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import {
  type PeerConfig,
  type RTCDataChannel,
  type RTCDtlsTransport,
  RTCPeerConnection,
} from '../../werift.ts';
import type { DtlsRole } from '../dtls-handshake.ts';
import { mendDtls } from '../dtls-mend.ts';
import { mendStun } from '../stun-mend.ts';

/** What the tests reach into: private in werift's types, and no part of what the relay uses. */
export interface ConnectionProbe {
  stunServer: unknown;
  localUsername: string;
  localPassword: string;
  remoteUsername: string;
  remoteCandidates: { type: string; host: string; port: number }[];
  checkList: unknown[];
  nominated?: { remoteAddr: [string, number]; protocol: { transport: ProbeTransport } };
  protocols: { localCandidate?: { host: string; port: number } }[];
}

interface ProbeTransport {
  send: (bytes: Buffer, to: [string, number]) => Promise<void>;
}

/** Internals of a stock DTLS socket. */
export interface StockDtls {
  connected: boolean;
  bufferFragmentedHandshakes: unknown[];
  dtls: { requestedCertificateTypes: number[] };
  cipher: { localCert: Uint8Array; verifyData: (transcript: Buffer) => Buffer };
}

/** How a pair is made. */
export interface PairOptions {
  /** Whether the camera's side is mended; the phone is always stock. */
  readonly mended: boolean;
  /** Of the camera in DTLS, where it is mended. Default server. */
  readonly role?: DtlsRole;
  /** Changes the phone's DTLS before its first byte. */
  readonly tamper?: (dtls: StockDtls) => void;
  /** Changes the offer on its way to the camera. */
  readonly rewriteOffer?: (sdp: string) => string;
}

/** Two peers on loopback, the phone having offered a data channel and audio, with their ICE under way. */
export class LoopbackPair implements AsyncDisposable {
  readonly camera = new RTCPeerConnection(CONFIG);
  readonly phone = new RTCPeerConnection(CONFIG);
  readonly channel: RTCDataChannel;
  /** What arrived on data channels at the camera. */
  readonly received: string[] = [];
  /** DTLS states of the camera since the beginning. */
  readonly states: string[] = [];

  private constructor() {
    this.channel = this.phone.createDataChannel('test');
    this.phone.addTransceiver('audio', { direction: 'sendrecv' });
    this.camera.onDataChannel.subscribe((channel) => {
      channel.onMessage.subscribe((message) => {
        this.received.push(message.toString());
        channel.send(message);
      });
    });
  }

  static async create({ mended, role = 'server', tamper, rewriteOffer }: PairOptions): Promise<LoopbackPair> {
    const pair = new LoopbackPair();
    const { camera, phone } = pair;
    askNoServer(phone);
    await phone.setLocalDescription(await phone.createOffer());
    const { type, sdp } = phone.localDescription ?? never();
    await camera.setRemoteDescription({ type, sdp: (rewriteOffer ?? same)(onLoopback(sdp)) });
    askNoServer(camera);
    for (const transport of camera.dtlsTransports) {
      if (mended) {
        mendStun(transport.iceTransport);
        mendDtls(transport, { role });
      } else {
        transport.role = 'server';
      }
    }
    pair.dtls.onStateChange.subscribe((state) => pair.states.push(state));
    await camera.setLocalDescription(await camera.createAnswer());
    if (tamper) tamperWith(pair.phoneDtls, tamper);
    const answer = camera.localDescription ?? never();
    await phone.setRemoteDescription({ type: answer.type, sdp: onLoopback(answer.sdp) });
    return pair;
  }

  /** A pair with its data channel open. */
  static async connect(options: PairOptions): Promise<LoopbackPair> {
    const pair = await LoopbackPair.create(options);
    await pair.channel.stateChanged.watch((state) => state === 'open', 5000);
    return pair;
  }

  /** The camera's. */
  get dtls(): RTCDtlsTransport {
    return this.camera.dtlsTransports[0] ?? never();
  }

  get phoneDtls(): RTCDtlsTransport {
    return this.phone.dtlsTransports[0] ?? never();
  }

  get stockDtls(): StockDtls {
    return this.dtls.dtls as unknown as StockDtls;
  }

  get connection(): ConnectionProbe {
    return probe(this.dtls);
  }

  /** Waits until the camera's DTLS is in one of these states. */
  async until(...wanted: string[]): Promise<string> {
    const seen = this.states.find((state) => wanted.includes(state));
    if (seen !== undefined) return seen;
    const [state] = await this.dtls.onStateChange.watch((now) => wanted.includes(now), 5000);
    return state;
  }

  /** Sends text to the camera and back: all that was sent to the same socket before has been dealt with then. */
  async echo(text: string): Promise<string> {
    const back = this.channel.onMessage.asPromise(3000);
    this.channel.send(text);
    return String((await back)[0]);
  }

  /** Sends datagrams from the phone's own socket, as one who forges its address would. */
  async sendAsPhone(...datagrams: Buffer[]): Promise<void> {
    const { nominated } = probe(this.phoneDtls);
    if (!nominated) throw new TypeError('no path yet');
    for (const datagram of datagrams) await nominated.protocol.transport.send(datagram, nominated.remoteAddr);
  }

  /** Sends datagrams from a socket the camera has never heard of; resolves with the replies so far. */
  async sendAsStranger(...datagrams: Buffer[]): Promise<void> {
    const [host, port] = this.address;
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    for (const datagram of datagrams) {
      await new Promise((sent) => socket.send(datagram, port, host, sent));
    }
    socket.close();
  }

  /** Where the phone reaches the camera. */
  get address(): [string, number] {
    const { nominated } = probe(this.phoneDtls);
    if (!nominated) throw new TypeError('no path yet');
    return nominated.remoteAddr;
  }

  /** Datagrams of the phone from now on. */
  record(): Buffer[] {
    const { nominated } = probe(this.phoneDtls);
    if (!nominated) throw new TypeError('no path yet');
    const { transport } = nominated.protocol;
    const datagrams: Buffer[] = [];
    const send = transport.send;
    transport.send = (bytes, to) => {
      datagrams.push(Buffer.from(bytes));
      return send(bytes, to);
    };
    return datagrams;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.phone.close();
    await this.camera.close();
  }
}

const CONFIG: Partial<PeerConfig> = {
  iceServers: [],
  iceUseIpv6: false,
  iceAdditionalHostAddresses: ['127.0.0.1'],
  bundlePolicy: 'max-bundle',
};

function probe(transport: RTCDtlsTransport): ConnectionProbe {
  return transport.iceTransport.connection as unknown as ConnectionProbe;
}

/** Without servers of ours werift asks one of its own choice. */
function askNoServer(peer: RTCPeerConnection): void {
  for (const transport of peer.dtlsTransports) probe(transport).stunServer = undefined;
}

function onLoopback(sdp: string): string {
  const isElsewhere = (line: string) => line.startsWith('a=candidate') && !line.includes(' 127.0.0.1 ');
  return sdp
    .split('\r\n')
    .filter((line) => !isElsewhere(line))
    .join('\r\n');
}

/** The socket is made at once when the transport starts, and speaks later. */
function tamperWith(transport: RTCDtlsTransport, tamper: (dtls: StockDtls) => void): void {
  const start = transport.start.bind(transport);
  transport.start = () => {
    const started = start();
    tamper(transport.dtls as unknown as StockDtls);
    return started;
  };
}

function same(sdp: string): string {
  return sdp;
}

function never(): never {
  throw new TypeError('a peer connection without a description or transport');
}
