import type { AudioPacket } from '../webrtc/audio-writer.ts';
import type { EncoderTarget } from '../webrtc/congestion/encoder-target.ts';
import type { DataChannel } from '../webrtc/data-channel.ts';
import { createEmitter } from '../webrtc/emitter.ts';
import type { PacketizedUnit } from '../webrtc/packetizer.ts';
import type { Peer, PeerCloseReason, PeerState } from '../webrtc/peer.ts';
import type { RtpListener, ViewerMediaKind } from '../webrtc/viewer-media.ts';

/** A peer without a network: a test says what the viewer does. */
export class FakePeer implements Peer {
  state: PeerState = 'new';
  path: Peer['path'] = null;
  readonly offers: string[] = [];
  readonly candidates: string[] = [];
  readonly units: PacketizedUnit[] = [];
  mediaPackets = 0;
  statistics: Peer['statistics'] = { pictures: 0, bytes: 0, reception: null };
  readonly sound: AudioPacket[] = [];
  readonly taken = new Map<ViewerMediaKind, RtpListener>();
  viewerKeyframes = 0;
  rests = 0;
  closedFor: string | null = null;
  readonly localCandidate = createEmitter<string>();
  readonly keyframeRequest = createEmitter<void>();
  readonly silence = createEmitter<void>();
  readonly target = createEmitter<EncoderTarget>();
  readonly channel = createEmitter<DataChannel>();
  readonly #states = createEmitter<PeerState>();
  readonly #closing = Promise.withResolvers<PeerCloseReason>();

  readonly onCandidate = this.localCandidate.on;
  readonly onStateChange = this.#states.on;
  readonly onKeyframeRequest = this.keyframeRequest.on;
  readonly onSilence = this.silence.on;
  readonly onTarget = this.target.on;
  readonly onFeedback = () => () => undefined;
  readonly onChannel = this.channel.on;
  readonly closed = this.#closing.promise;
  readonly #untilAnswer: () => Promise<void>;

  /** A peer that answers as soon as `untilAnswer` resolves. */
  constructor(untilAnswer = async (): Promise<void> => undefined) {
    this.#untilAnswer = untilAnswer;
  }

  async answer(offerSdp: string): Promise<string> {
    if (offerSdp === 'bad') throw new TypeError('bad offer');
    this.offers.push(offerSdp);
    await this.#untilAnswer();
    return `answer to ${offerSdp}`;
  }

  addCandidate(candidate: string): void {
    this.candidates.push(candidate);
  }

  sendAccessUnit(unit: PacketizedUnit): void {
    this.units.push(unit);
  }

  restPicture(): void {
    this.rests += 1;
  }

  sendAudio(packet: AudioPacket): void {
    this.sound.push(packet);
  }

  takeMedia(kind: ViewerMediaKind, listener: RtpListener | null): void {
    if (listener) this.taken.set(kind, listener);
    else this.taken.delete(kind);
  }

  requestViewerKeyframe(): void {
    this.viewerKeyframes += 1;
  }

  /** What the network does. */
  become(state: PeerState): void {
    this.state = state;
    this.#states.emit(state);
  }

  /** The viewer, or the network, ends it. */
  die(): void {
    this.#closing.resolve({ by: 'viewer' });
  }

  async close(reason: string): Promise<void> {
    this.closedFor ??= reason;
    this.#closing.resolve({ by: 'us', reason });
  }
}

/** The phone's end of a data channel. */
export class FakeDataChannel implements DataChannel {
  readonly label: string;
  readonly sent: string[] = [];
  readonly sentBytes: Uint8Array[] = [];
  isClosed = false;
  readonly #messages = createEmitter<string | Uint8Array>();
  readonly onMessage = this.#messages.on;
  readonly onClose = () => () => undefined;

  constructor(label: string) {
    this.label = label;
  }

  send(message: string | Uint8Array): void {
    if (this.isClosed) return;
    if (typeof message === 'string') this.sent.push(message);
    else this.sentBytes.push(message);
  }

  receive(message: string | Uint8Array): void {
    this.#messages.emit(message);
  }

  close(): void {
    this.isClosed = true;
  }
}
