import type { Clock } from '#shared/clock.ts';
import type { IceServer } from '#shared/message-fields.ts';
import type { Log } from '../log.ts';
import type { AudioPacket } from './audio-writer.ts';
import type { DtlsCertificate } from './certificate.ts';
import type { EncoderTarget } from './congestion/encoder-target.ts';
import type { DataChannel } from './data-channel.ts';
import type { PacketizedUnit } from './packetizer.ts';
import type { ReceptionFeedback } from './viewer-feedback.ts';
import type { RtpListener, ViewerMediaKind } from './viewer-media.ts';

/** What a peer is built from. */
export interface PeerOptions {
  readonly certificate: DtlsCertificate;
  /** STUN and TURN servers, all of which are asked, anew at each ICE restart; none means none. */
  readonly iceServers: () => readonly IceServer[];
  /** `relay`: all goes through TURN, and the viewer learns no address of ours. Default `all`. */
  readonly iceTransportPolicy?: 'all' | 'relay';
  /** Addresses to be reached at; by default those of this machine. */
  readonly hostAddresses?: readonly string[];
  readonly clock?: Clock;
  /** Microseconds on a clock that is never set; by default the machine's. */
  readonly nowUs?: () => number;
  /** The most that the camera makes, bits a second; default 2.5 Mbit/s. */
  readonly maxBitrateBps?: number;
  readonly log?: Log;
}

/** `connected`: the viewer has proved itself, and media may go; data channels follow when the handshake has come to its end. */
export type PeerState = 'new' | 'connecting' | 'connected' | 'disconnected' | 'failed' | 'closed';

/** Why a peer is over. */
export type PeerCloseReason =
  | { readonly by: 'us'; readonly reason: string }
  /** The viewer said goodbye. */
  | { readonly by: 'viewer' }
  | { readonly by: 'failure'; readonly code: PeerFailure };

export type PeerFailure =
  /** No path in time, or none any more. */
  | 'ice_failed'
  /** The handshake failed, or the certificate is not the announced one. */
  | 'dtls_failed'
  /** The viewer broke SCTP or DCEP. */
  | 'data_fault';

/** How a viewer's stream goes. */
export interface PeerStatistics {
  /** Whole pictures sent so far. */
  readonly pictures: number;
  /** Bytes of them. */
  readonly bytes: number;
  /** As the viewer said last; null before it has. */
  readonly reception: ReceptionFeedback | null;
}

/** One viewer's connection, whoever the viewer is: admission is decided before. */
export interface Peer {
  readonly state: PeerState;
  readonly path: 'direct' | 'relayed' | null;
  /** Packets of picture and sound sent so far. */
  readonly mediaPackets: number;
  readonly statistics: PeerStatistics;
  /**
   * Answers an offer; with host candidates, while others follow by `onCandidate`. A second offer of the same
   * viewer with new ICE credentials
   * restarts ICE on the same session, media and channels going on (RFC 8829 §5.3.1); with the old ones it is
   * answered as it stands. What media there are is settled by the first.
   * @throws SdpError when the offer is refused; the session, if there is one, goes on.
   * @throws TypeError when the peer is closed.
   */
  answer(offerSdp: string, options?: { signal?: AbortSignal }): Promise<string>;
  /** Takes a candidate line of the viewer; one of no use is logged and left out. */
  addCandidate(candidate: string): void;
  /** Sends one picture, cut once for all viewers; nothing is sent before `connected` nor before a keyframe. */
  sendAccessUnit(unit: PacketizedUnit): void;
  /** Says that no pictures will come for a while: the path is left alone until the next keyframe. */
  restPicture(): void;
  /** Sends what the microphone heard, at once; nothing is sent before `connected`, nor to a viewer that offered no sound. */
  sendAudio(packet: AudioPacket): void;
  /** Hands on what the viewer's own microphone or camera sends; null, as at first: it is dropped unread. */
  takeMedia(kind: ViewerMediaKind, listener: RtpListener | null): void;
  /** Asks for a picture of the viewer's camera that can be decoded on its own. */
  requestViewerKeyframe(): void;
  /** Local candidate lines found after the answer. */
  onCandidate(listener: (candidate: string) => void): () => void;
  onStateChange(listener: (state: PeerState) => void): () => void;
  /** The viewer cannot go on without an IDR picture, and its path has room for one. */
  onKeyframeRequest(listener: () => void): () => void;
  /** Nothing has been heard of the viewer for a second or two, which may be our own network's fault. */
  onSilence(listener: () => void): () => void;
  /** What may be made for this viewer, whenever that changes. */
  onTarget(listener: (target: EncoderTarget) => void): () => void;
  onFeedback(listener: (feedback: ReceptionFeedback) => void): () => void;
  onChannel(listener: (channel: DataChannel) => void): () => void;
  /** Says goodbye and frees every socket and timer; idempotent. Resolves when all is gone. */
  close(reason: string): Promise<void>;
  readonly closed: Promise<PeerCloseReason>;
}
