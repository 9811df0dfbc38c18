import { randomBytes, randomInt } from 'node:crypto';
import type { Clock } from '#shared/clock.ts';
import { type AudioPacket, AudioWriter } from './audio-writer.ts';
import { chooseControl } from './congestion/choose-control.ts';
import type { EncoderTarget } from './congestion/encoder-target.ts';
import { createEmitter } from './emitter.ts';
import type { Offer, OfferedMedia } from './offer.ts';
import type { PacketizedUnit } from './packetizer.ts';
import type { PeerStatistics } from './peer.ts';
import { createRtpWriter, type RtpWriter } from './rtp-writer.ts';
import type { SrtpKeys } from './secure-session.ts';
import { createSrtcpReceiver, createSrtpSender, type SrtcpReceiver, type SrtpSender } from './srtp.ts';
import { createSrtpReceiver } from './srtp-receiver.ts';
import { type ReceptionFeedback, ViewerFeedback } from './viewer-feedback.ts';
import { type RtpListener, ViewerMedia, type ViewerMediaKind } from './viewer-media.ts';
import { ViewerStream } from './viewer-stream.ts';

export interface PeerMediaOptions {
  /** Puts a protected packet on the path. */
  readonly send: (packet: Buffer) => void;
  readonly clock: Clock;
  /** Microseconds on a clock that is never set. */
  readonly nowUs: () => number;
  /** The most that the camera makes, bits a second. */
  readonly maxBitrateBps: number;
}

/** The media of one viewer: picture and sound to it, what it sends of its own, and its feedback; silent until it is opened. */
export class PeerMedia {
  /** What our streams are called: SSRCs that differ, and a canonical name that says nothing (RFC 7022 §4.2). */
  readonly streams = newStreams();
  readonly #options: PeerMediaOptions;
  readonly #feedback: ViewerFeedback;
  readonly #targets = createEmitter<EncoderTarget>();
  readonly #keyframeRequests = createEmitter<void>();
  /** What is taken of the viewer's own, also before there is a way for it. */
  readonly #taken = new Map<ViewerMediaKind, RtpListener>();
  #sentBeforeGoodbye = 0;
  #writer: RtpWriter | null = null;
  #stream: ViewerStream | null = null;
  #audio: AudioWriter | null = null;
  #ofViewer: ViewerMedia | null = null;
  #srtcp: SrtcpReceiver | null = null;
  #reception: ReceptionFeedback | null = null;

  /** What may be made for this viewer, whenever that changes. */
  readonly onTarget = this.#targets.on;
  /** The viewer cannot go on without an IDR picture, and its path has room for one. */
  readonly onKeyframeRequest = this.#keyframeRequests.on;
  readonly onFeedback: ViewerFeedback['onReception'];

  constructor(options: PeerMediaOptions) {
    this.#options = options;
    this.#feedback = new ViewerFeedback({
      ssrc: this.streams.ssrc,
      onNack: (sequenceNumbers) => this.#stream?.retransmit(sequenceNumbers),
    });
    this.#feedback.onKeyframeRequest(() => this.requestKeyframe());
    this.#feedback.onTransportFeedback((feedback) => this.#stream?.handleFeedback(feedback));
    this.#feedback.onBandwidthEstimate((estimateBps) => this.#stream?.handleEstimate(estimateBps));
    this.#feedback.onReception((reception) => {
      this.#reception = reception;
      this.#stream?.handleReception(reception);
    });
    this.onFeedback = this.#feedback.onReception;
  }

  get statistics(): PeerStatistics {
    const { picturesSent = 0, payloadBytesSent = 0 } = this.#writer ?? {};
    return { pictures: picturesSent, bytes: payloadBytesSent, reception: this.#reception };
  }

  /** Packets of picture and sound sent so far. */
  get packetsSent(): number {
    return this.#sentBeforeGoodbye + (this.#writer?.packetsSent ?? 0) + (this.#audio?.packetsSent ?? 0);
  }

  /** Opens what the offer has. One sender for all streams: they share a key and the count of RTCP packets. */
  open({ media }: Offer, keys: SrtpKeys): void {
    const srtp = createSrtpSender(keys.local);
    this.#srtcp = createSrtcpReceiver(keys.remote);
    const video = media.find((each) => each.type === 'video');
    const audio = media.find((each) => each.type === 'audio');
    const viewerVideo = media.find((each) => each.type === 'viewer-video');
    if (video) this.#openStream(video, srtp);
    if (audio && (audio.direction === 'sendrecv' || audio.direction === 'recvonly'))
      this.#openAudio(audio, srtp);
    const ofViewer = new ViewerMedia({
      payloadTypes: {
        audio: audio?.opusPayloadType ?? null,
        video: viewerVideo?.format.payloadType ?? null,
      },
      ssrc: this.streams.ssrc,
      srtp: createSrtpReceiver(keys.remote),
      sendRtcp: (packet) => this.#options.send(srtp.protectRtcp(packet)),
    });
    this.#ofViewer = ofViewer;
    for (const [kind, listener] of this.#taken) ofViewer.take(kind, listener, this.#nowMs());
  }

  sendAccessUnit(unit: PacketizedUnit): void {
    this.#stream?.send(unit);
  }

  /** No pictures will come for a while. */
  rest(): void {
    this.#stream?.rest();
  }

  sendAudio(packet: AudioPacket): void {
    this.#audio?.write(packet);
  }

  /** Hands on what the viewer's own microphone or camera sends; null: it is dropped unread. */
  take(kind: ViewerMediaKind, listener: RtpListener | null): void {
    if (listener) this.#taken.set(kind, listener);
    else this.#taken.delete(kind);
    this.#ofViewer?.take(kind, listener, this.#nowMs());
  }

  requestViewerKeyframe(): void {
    this.#ofViewer?.requestKeyframe(this.#nowMs());
  }

  /** Asks for an IDR picture, as soon as the path has room for one. */
  requestKeyframe(): void {
    this.#stream?.requestKeyframe();
  }

  /** What the path before carried says nothing of this one. */
  handlePathChange(): void {
    this.#stream?.handlePathChange();
  }

  /** First byte 128 to 191 is RTP, or with a second of 192 to 223 RTCP (RFC 7983 §7, RFC 5761 §4). */
  receive(bytes: Buffer): void {
    const [first = 0, second = 0] = bytes;
    if (first < 128 || first > 191) return;
    if (second < 192 || second > 223) {
      this.#ofViewer?.receive(bytes, this.#nowMs());
      return;
    }
    const packet = this.#srtcp?.unprotectRtcp(bytes);
    if (packet) this.#feedback.receive(packet, this.#nowMs());
  }

  /** Reports on what was sent and received, once a second. */
  report(): void {
    this.#writer?.writeSenderReport();
    this.#audio?.writeSenderReport();
    this.#ofViewer?.report();
  }

  /** Sends the end of the streams; while the path is still there. */
  sayGoodbye(): void {
    this.#sentBeforeGoodbye = this.packetsSent;
    this.#stream?.close();
    this.#stream = null;
    this.#writer?.writeGoodbye();
    this.#writer = null;
    this.#audio?.writeGoodbye();
    this.#audio = null;
    this.#ofViewer = null;
    this.#taken.clear();
  }

  close(): void {
    this.#feedback.close();
    this.#targets.clear();
    this.#keyframeRequests.clear();
  }

  #nowMs(): number {
    return this.#options.clock.nowMs();
  }

  #openStream({ format, extensions }: OfferedMedia & { type: 'video' }, srtp: SrtpSender): void {
    const { send, clock, nowUs, maxBitrateBps } = this.#options;
    const now = () => this.#nowMs();
    this.#writer = createRtpWriter({ ...this.streams, format, extensions, srtp, send, now });
    this.#stream = new ViewerStream({
      writer: this.#writer,
      control: chooseControl({ hasReports: extensions.transportSequenceNumber !== null, maxBitrateBps }),
      clock,
      nowUs,
      onTarget: (target) => this.#targets.emit(target),
      onKeyframeNeeded: () => this.#keyframeRequests.emit(),
    });
  }

  #openAudio({ opusPayloadType }: OfferedMedia & { type: 'audio' }, srtp: SrtpSender): void {
    const { audioSsrc: ssrc, cname } = this.streams;
    const now = () => this.#nowMs();
    this.#audio = new AudioWriter({
      ssrc,
      cname,
      payloadType: opusPayloadType,
      srtp,
      send: this.#options.send,
      now,
    });
  }
}

function newStreams() {
  const ssrc = randomInt(1, 0x5555_5555);
  const rtxSsrc = ssrc + randomInt(1, 0x5555_5555);
  const audioSsrc = rtxSsrc + randomInt(1, 0x5555_5555);
  return { ssrc, rtxSsrc, audioSsrc, cname: randomBytes(12).toString('hex') } as const;
}
