import { createEmitter, type Emitter } from '../emitter.ts';
import type { Peer } from '../peer.ts';
import {
  type RTCDataChannel,
  RTCPeerConnection,
  type RtpPacket,
  useAbsSendTime,
  useH264,
} from '../werift.ts';

/** What arrives at a viewer. */
export interface Viewer {
  readonly connection: RTCPeerConnection;
  readonly control: RTCDataChannel;
  readonly packets: Emitter<RtpPacket>;
  /** What to change of each offer; nothing by default. */
  editOffer: (sdp: string) => string;
  /** Makes an offer and gathers. */
  offer(): Promise<string>;
  /** Hands an offer to the peer and takes its answer, which it returns. */
  negotiate(peer: Peer): Promise<string>;
  close(): Promise<void>;
}

/** A stock werift client that wants video and opens one data channel. */
export function createViewer(): Viewer {
  const connection = new RTCPeerConnection({
    bundlePolicy: 'max-bundle',
    codecs: { video: [useH264(), rtx()] },
    headerExtensions: { video: [useAbsSendTime()] },
    iceAdditionalHostAddresses: ['127.0.0.1'],
    iceUseIpv6: false,
  });
  const packets = createEmitter<RtpPacket>();
  connection.addTransceiver('video', { direction: 'recvonly' });
  connection.onTrack.subscribe((track) => track.onReceiveRtp.subscribe((packet) => packets.emit(packet)));
  const control = connection.createDataChannel('control');
  return {
    connection,
    control,
    packets,
    editOffer: (sdp) => sdp,
    async offer() {
      askNobody(connection);
      await connection.setLocalDescription(await connection.createOffer());
      return this.editOffer(connection.localDescription?.sdp ?? '');
    },
    async negotiate(peer) {
      const sdp = await peer.answer(await this.offer());
      await connection.setRemoteDescription({ type: 'answer', sdp });
      return sdp;
    },
    close: () => connection.close(),
  };
}

function rtx() {
  return useH264({ mimeType: 'video/rtx', rtcpFeedback: [], parameters: '' });
}

/** Without this the stock client asks a public STUN server, and waits for it. */
function askNobody(connection: RTCPeerConnection): void {
  for (const { connection: ice } of connection.iceTransports) delete ice.stunServer;
}

/** Resolves with the first event that `accept` takes. */
export function nextEvent<T>(
  subscribe: (listener: (value: T) => void) => () => void,
  accept: (value: T) => boolean = () => true,
): Promise<T> {
  return new Promise((resolve) => {
    const stop = subscribe((value) => {
      if (!accept(value)) return;
      stop();
      resolve(value);
    });
  });
}
