import { randomBytes, randomInt } from 'node:crypto';
import type { Clock } from '#shared/clock.ts';
import type { IceServer } from '#shared/message-fields.ts';
import { errorCode, type Log } from '../log.ts';
import { monotonicUs, systemClock } from '../system-clock.ts';
import { encodeAnswer } from './answer.ts';
import { type AudioPacket, AudioWriter } from './audio-writer.ts';
import { parseCandidate } from './candidate.ts';
import type { DtlsCertificate } from './certificate.ts';
import { chooseControl } from './congestion/choose-control.ts';
import type { EncoderTarget } from './congestion/encoder-target.ts';
import type { DataChannel } from './data-channel.ts';
import { createEmitter } from './emitter.ts';
import { listHostAddresses } from './host-addresses.ts';
import { IceAgent } from './ice-agent.ts';
import { type Offer, type OfferedMedia, parseOffer } from './offer.ts';
import type { PacketizedUnit } from './packetizer.ts';
import { PathWatch } from './path-watch.ts';
import { createRtpWriter, type RtpWriter } from './rtp-writer.ts';
import { SdpError } from './sdp-error.ts';
import { SecureSession, type SrtpKeys } from './secure-session.ts';
import { createSrtcpReceiver, createSrtpSender, type SrtcpReceiver, type SrtpSender } from './srtp.ts';
import { createSrtpReceiver } from './srtp-receiver.ts';
import { type ReceptionFeedback, ViewerFeedback } from './viewer-feedback.ts';
import { type RtpListener, ViewerMedia, type ViewerMediaKind } from './viewer-media.ts';
import { ViewerStream } from './viewer-stream.ts';

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

const DEFAULT_MAX_BITRATE_BPS = 2_500_000;
/** A path is found within a second or two, or by TURN over TCP within ten. */
const CONNECT_TIMEOUT_MS = 20_000;
/** Sender reports, and the look whether the viewer is still there. */
const TICK_MS = 1000;
/** A browser checks its path every 2.5 s and reports every second. */
const SILENCE_MS = 5000;
/** As long as consent lasts without an answer (RFC 7675 §5.1); time enough for an ICE restart. */
const LOST_MS = 30_000;

/** Builds a peer; nothing is opened before the first offer. */
export function createPeer(options: PeerOptions): Peer {
  return new WebrtcPeer(options);
}

class WebrtcPeer implements Peer {
  readonly #options: PeerOptions;
  readonly #clock: Clock;
  readonly #agent: IceAgent;
  readonly #stream = newStream();
  readonly #feedback: ViewerFeedback;
  readonly #states = createEmitter<PeerState>();
  readonly #channels = createEmitter<DataChannel>();
  readonly #targets = createEmitter<EncoderTarget>();
  readonly #keyframeRequests = createEmitter<void>();
  readonly #silences = createEmitter<void>();
  readonly #timers: (() => void)[] = [];
  readonly #closing = Promise.withResolvers<PeerCloseReason>();
  #state: PeerState = 'new';
  #answers = 0;
  #session: SecureSession | null = null;
  #writer: RtpWriter | null = null;
  #audio: AudioWriter | null = null;
  #media: ViewerMedia | null = null;
  /** What is taken of the viewer's own, also before there is a way for it. */
  readonly #taken = new Map<ViewerMediaKind, RtpListener>();
  #viewerStream: ViewerStream | null = null;
  #srtcp: SrtcpReceiver | null = null;
  #watch: PathWatch | null = null;
  #cancelConnectTimeout: () => void = () => undefined;
  /** One offer at a time. */
  #answering: Promise<void> = Promise.resolve();
  #reception: ReceptionFeedback | null = null;
  /** Of the viewer, and our part in DTLS: both are settled by the first offer. */
  #fingerprint: string | null = null;
  #role: Offer['role'] | null = null;
  #heard = 0;
  #heardAtMs = 0;
  #closedBy: Promise<void> | null = null;

  readonly onCandidate: Peer['onCandidate'];
  readonly onStateChange = this.#states.on;
  readonly onKeyframeRequest = this.#keyframeRequests.on;
  readonly onSilence = this.#silences.on;
  readonly onTarget = this.#targets.on;
  readonly onFeedback: Peer['onFeedback'];
  readonly onChannel = this.#channels.on;
  readonly closed = this.#closing.promise;

  constructor(options: PeerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    const { hostAddresses = listHostAddresses(), iceServers, iceTransportPolicy = 'all' } = options;
    this.#agent = new IceAgent({
      hostAddresses: iceTransportPolicy === 'all' ? hostAddresses : [],
      servers: iceServers,
    });
    this.#feedback = new ViewerFeedback({
      ssrc: this.#stream.ssrc,
      onNack: (sequenceNumbers) => this.#viewerStream?.retransmit(sequenceNumbers),
    });
    this.#feedback.onKeyframeRequest(() => this.#viewerStream?.requestKeyframe());
    this.#feedback.onTransportFeedback((feedback) => this.#viewerStream?.handleFeedback(feedback));
    this.#feedback.onBandwidthEstimate((estimateBps) => this.#viewerStream?.handleEstimate(estimateBps));
    this.#feedback.onReception((reception) => {
      this.#reception = reception;
      this.#viewerStream?.handleReception(reception);
    });
    this.#agent.onPath(() => this.#viewerStream?.handlePathChange());
    this.onCandidate = this.#agent.onCandidate;
    this.onFeedback = this.#feedback.onReception;
    this.#agent.onData((bytes) => this.#receive(bytes));
    this.#agent.onFailure(() => this.#fail('ice_failed'));
  }

  get state(): PeerState {
    return this.#state;
  }

  get path(): 'direct' | 'relayed' | null {
    return this.#agent.path;
  }

  get statistics(): PeerStatistics {
    const { picturesSent = 0, payloadBytesSent = 0 } = this.#writer ?? {};
    return { pictures: picturesSent, bytes: payloadBytesSent, reception: this.#reception };
  }

  get mediaPackets(): number {
    return (this.#writer?.packetsSent ?? 0) + (this.#audio?.packetsSent ?? 0);
  }

  answer(offerSdp: string, { signal }: { signal?: AbortSignal } = {}): Promise<string> {
    const turn = this.#answering.then(() => this.#answer(offerSdp, signal));
    this.#answering = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }

  async #answer(offerSdp: string, signal: AbortSignal | undefined): Promise<string> {
    this.#throwIfClosed();
    const offer = parseOffer(offerSdp);
    this.#fingerprint ??= offer.fingerprint;
    this.#role ??= offer.role;
    if (offer.fingerprint !== this.#fingerprint) {
      throw new SdpError('fingerprint_conflict', 'the certificate is not that of the first offer');
    }
    const isNew = await this.#agent.begin(offer.ice);
    signal?.throwIfAborted();
    this.#throwIfClosed();
    for (const candidate of offer.candidates)
      this.addCandidate(`candidate:${candidate.replace(/^candidate:/u, '')}`);
    if (isNew) this.#agent.start();
    if (!this.#session) this.#connect(offer);
    return encodeAnswer(
      { ...offer, role: this.#role },
      {
        ice: this.#agent.credentials,
        fingerprint: this.#options.certificate.fingerprint,
        video: this.#stream,
        candidates: this.#agent.localCandidates,
        version: ++this.#answers,
      },
    );
  }

  addCandidate(line: string): void {
    const candidate = parseCandidate(line);
    if (typeof candidate === 'string') {
      this.#options.log?.info('candidate_ignored', { why: candidate });
    } else if (!this.#agent.addRemoteCandidate(candidate)) {
      this.#options.log?.warn('candidate_ignored', { why: 'too_many' });
    }
  }

  sendAccessUnit(unit: PacketizedUnit): void {
    this.#viewerStream?.send(unit);
  }

  restPicture(): void {
    this.#viewerStream?.rest();
  }

  sendAudio(packet: AudioPacket): void {
    this.#audio?.write(packet);
  }

  takeMedia(kind: ViewerMediaKind, listener: RtpListener | null): void {
    if (listener) this.#taken.set(kind, listener);
    else this.#taken.delete(kind);
    this.#media?.take(kind, listener, this.#clock.nowMs());
  }

  requestViewerKeyframe(): void {
    this.#media?.requestKeyframe(this.#clock.nowMs());
  }

  close(reason: string): Promise<void> {
    return this.#end({ by: 'us', reason });
  }

  #throwIfClosed(): void {
    if (this.#closedBy) throw new TypeError('peer is closed');
  }

  #connect(offer: Offer): void {
    this.#session = new SecureSession({
      agent: this.#agent,
      certificate: this.#options.certificate,
      remoteFingerprint: offer.fingerprint,
      role: offer.role,
      onProved: (keys) => this.#handleProved(offer, keys),
      onChannel: (channel) => this.#channels.emit(channel),
      onFault: (cause) => this.#fail('data_fault', cause),
      onEnd: () => this.#end({ by: 'viewer' }),
    });
    this.#setState('connecting');
    this.#cancelConnectTimeout = this.#clock.after(CONNECT_TIMEOUT_MS, () => this.#fail('ice_failed'));
    const application = offer.media.find((media) => media.type === 'application');
    this.#session
      .connect(application?.sctpPort ?? 5000)
      // Without a path the handshake had no chance.
      .catch((cause: unknown) => this.#fail(this.path ? 'dtls_failed' : 'ice_failed', cause));
  }

  /** From here on media can be sent, though the end of the handshake may still be on its way to us. */
  #handleProved(offer: Offer, keys: SrtpKeys | null): void {
    if (this.#closedBy) return;
    const video = offer.media.find((media) => media.type === 'video');
    if (video && !keys) {
      this.#fail('dtls_failed');
      return;
    }
    this.#cancelConnectTimeout();
    if (keys) this.#openMedia(offer, keys);
    this.#heardAtMs = this.#clock.nowMs();
    this.#timers.push(this.#clock.every(TICK_MS, () => this.#tick()));
    this.#watch = new PathWatch({
      ...{ agent: this.#agent, clock: this.#clock },
      onSilence: () => this.#silences.emit(),
      onReturn: () => this.#viewerStream?.requestKeyframe(),
    });
    this.#setState('connected');
  }

  /** One sender for all streams: they share a key and the count of RTCP packets. */
  #openMedia({ media }: Offer, keys: SrtpKeys): void {
    const srtp = createSrtpSender(keys.local);
    this.#srtcp = createSrtcpReceiver(keys.remote);
    const video = media.find((each) => each.type === 'video');
    if (video) this.#openStream(video, srtp);
    const audio = media.find((each) => each.type === 'audio');
    const viewerVideo = media.find((each) => each.type === 'viewer-video');
    const send = (packet: Buffer) => this.#agent.send(packet);
    const isHeard = audio?.direction === 'sendrecv' || audio?.direction === 'recvonly';
    if (audio && isHeard) {
      const { audioSsrc, cname } = this.#stream;
      const now = () => this.#clock.nowMs();
      this.#audio = new AudioWriter({
        ...{ ssrc: audioSsrc, cname, payloadType: audio.opusPayloadType, srtp, send, now },
      });
    }
    this.#media = new ViewerMedia({
      payloadTypes: {
        audio: audio?.opusPayloadType ?? null,
        video: viewerVideo?.format.payloadType ?? null,
      },
      ssrc: this.#stream.ssrc,
      srtp: createSrtpReceiver(keys.remote),
      sendRtcp: (packet) => send(srtp.protectRtcp(packet)),
    });
    for (const [kind, listener] of this.#taken) this.#media.take(kind, listener, this.#clock.nowMs());
  }

  #openStream(video: OfferedMedia & { type: 'video' }, srtp: SrtpSender): void {
    const writer = createRtpWriter({
      ...this.#stream,
      format: video.format,
      extensions: video.extensions,
      srtp,
      send: (packet) => this.#agent.send(packet),
      now: () => this.#clock.nowMs(),
    });
    const control = chooseControl({
      hasReports: video.extensions.transportSequenceNumber !== null,
      maxBitrateBps: this.#options.maxBitrateBps ?? DEFAULT_MAX_BITRATE_BPS,
    });
    this.#writer = writer;
    this.#viewerStream = new ViewerStream({
      writer,
      control,
      clock: this.#clock,
      nowUs: this.#options.nowUs ?? monotonicUs,
      onTarget: (target) => this.#targets.emit(target),
      onKeyframeNeeded: () => this.#keyframeRequests.emit(),
    });
  }

  #tick(): void {
    this.#writer?.writeSenderReport();
    this.#audio?.writeSenderReport();
    this.#media?.report();
    const nowMs = this.#clock.nowMs();
    const { heard } = this.#agent;
    if (heard !== this.#heard) this.#heardAtMs = nowMs;
    this.#heard = heard;
    const silenceMs = nowMs - this.#heardAtMs;
    if (silenceMs > LOST_MS) this.#fail('ice_failed');
    const isSilent = silenceMs > SILENCE_MS;
    if (this.#state === 'connected' && isSilent) this.#setState('disconnected');
    else if (this.#state === 'disconnected' && !isSilent) this.#setState('connected');
  }

  /** First byte 128 to 191 is RTP, or with a second of 192 to 223 RTCP (RFC 7983 §7, RFC 5761 §4). */
  #receive(bytes: Buffer): void {
    const [first = 0, second = 0] = bytes;
    if (first < 128 || first > 191) return;
    if (second < 192 || second > 223) {
      this.#media?.receive(bytes, this.#clock.nowMs());
      return;
    }
    const packet = this.#srtcp?.unprotectRtcp(bytes);
    if (packet) this.#feedback.receive(packet, this.#clock.nowMs());
  }

  #fail(code: PeerFailure, cause?: unknown): void {
    if (this.#closedBy) return;
    this.#options.log?.warn('peer_failed', { code, cause: cause === undefined ? null : errorCode(cause) });
    const released = this.#end({ by: 'failure', code });
    this.#setState('failed');
    void released;
  }

  #end(reason: PeerCloseReason): Promise<void> {
    // In a turn of its own, so that whoever is told of the end and closes too finds it under way.
    this.#closedBy ??= Promise.resolve().then(() => this.#release(reason));
    return this.#closedBy;
  }

  async #release(reason: PeerCloseReason): Promise<void> {
    this.#cancelConnectTimeout();
    for (const cancel of this.#timers) cancel();
    this.#watch?.close();
    this.#viewerStream?.close();
    this.#viewerStream = null;
    this.#writer?.writeGoodbye();
    this.#writer = null;
    this.#audio?.writeGoodbye();
    this.#audio = null;
    this.#media = null;
    this.#taken.clear();
    try {
      await this.#session?.close();
    } catch (cause) {
      this.#options.log?.warn('peer_goodbye_failed', { cause: errorCode(cause) });
    }
    await this.#agent.close();
    this.#feedback.close();
    const emitters = [this.#channels, this.#targets, this.#keyframeRequests, this.#silences];
    for (const emitter of emitters) emitter.clear();
    this.#setState('closed');
    this.#states.clear();
    this.#closing.resolve(reason);
  }

  #setState(state: PeerState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#states.emit(state);
  }
}

/** What our streams are called: SSRCs that differ, and a canonical name that says nothing (RFC 7022 §4.2). */
function newStream() {
  const ssrc = randomInt(1, 0x5555_5555);
  const rtxSsrc = ssrc + randomInt(1, 0x5555_5555);
  const audioSsrc = rtxSsrc + randomInt(1, 0x5555_5555);
  return { ssrc, rtxSsrc, audioSsrc, cname: randomBytes(12).toString('hex') } as const;
}
