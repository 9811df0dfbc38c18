import type { Clock } from '#shared/clock.ts';
import { errorCode } from '../log.ts';
import { monotonicUs, systemClock } from '../system-clock.ts';
import { encodeAnswer } from './answer.ts';
import type { AudioPacket } from './audio-writer.ts';
import { parseCandidate } from './candidate.ts';
import type { DataChannel } from './data-channel.ts';
import { createEmitter } from './emitter.ts';
import { listHostAddresses } from './host-addresses.ts';
import { IceAgent } from './ice-agent.ts';
import { type Offer, parseOffer } from './offer.ts';
import type { PacketizedUnit } from './packetizer.ts';
import { PathWatch } from './path-watch.ts';
import type { Peer, PeerCloseReason, PeerFailure, PeerOptions, PeerState, PeerStatistics } from './peer.ts';
import { PeerMedia } from './peer-media.ts';
import { SdpError } from './sdp-error.ts';
import { SecureSession, type SrtpKeys } from './secure-session.ts';
import type { RtpListener, ViewerMediaKind } from './viewer-media.ts';

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
  readonly #media: PeerMedia;
  readonly #states = createEmitter<PeerState>();
  readonly #channels = createEmitter<DataChannel>();
  readonly #silences = createEmitter<void>();
  readonly #timers: (() => void)[] = [];
  readonly #closing = Promise.withResolvers<PeerCloseReason>();
  #state: PeerState = 'new';
  #answers = 0;
  #session: SecureSession | null = null;
  #watch: PathWatch | null = null;
  #cancelConnectTimeout: () => void = () => undefined;
  /** One offer at a time. */
  #answering: Promise<void> = Promise.resolve();
  /** Of the viewer, and our part in DTLS: both are settled by the first offer. */
  #fingerprint: string | null = null;
  #role: Offer['role'] | null = null;
  #heard = 0;
  #heardAtMs = 0;
  #closedBy: Promise<void> | null = null;

  readonly onCandidate: Peer['onCandidate'];
  readonly onStateChange = this.#states.on;
  readonly onKeyframeRequest: Peer['onKeyframeRequest'];
  readonly onSilence = this.#silences.on;
  readonly onTarget: Peer['onTarget'];
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
    this.#media = new PeerMedia({
      send: (packet) => this.#agent.send(packet),
      clock: this.#clock,
      nowUs: options.nowUs ?? monotonicUs,
      maxBitrateBps: options.maxBitrateBps ?? DEFAULT_MAX_BITRATE_BPS,
    });
    this.onCandidate = this.#agent.onCandidate;
    this.onTarget = this.#media.onTarget;
    this.onKeyframeRequest = this.#media.onKeyframeRequest;
    this.onFeedback = this.#media.onFeedback;
    this.#agent.onPath(() => this.#media.handlePathChange());
    this.#agent.onData((bytes) => this.#media.receive(bytes));
    this.#agent.onFailure(() => this.#fail('ice_failed'));
  }

  get state(): PeerState {
    return this.#state;
  }

  get path(): 'direct' | 'relayed' | null {
    return this.#agent.path;
  }

  get statistics(): PeerStatistics {
    return this.#media.statistics;
  }

  get mediaPackets(): number {
    return this.#media.packetsSent;
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
        video: this.#media.streams,
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
    this.#media.sendAccessUnit(unit);
  }

  restPicture(): void {
    this.#media.rest();
  }

  sendAudio(packet: AudioPacket): void {
    this.#media.sendAudio(packet);
  }

  takeMedia(kind: ViewerMediaKind, listener: RtpListener | null): void {
    this.#media.take(kind, listener);
  }

  requestViewerKeyframe(): void {
    this.#media.requestViewerKeyframe();
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
    if (keys) this.#media.open(offer, keys);
    this.#heardAtMs = this.#clock.nowMs();
    this.#timers.push(this.#clock.every(TICK_MS, () => this.#tick()));
    this.#watch = new PathWatch({
      ...{ agent: this.#agent, clock: this.#clock },
      onSilence: () => this.#silences.emit(),
      onReturn: () => this.#media.requestKeyframe(),
    });
    this.#setState('connected');
  }

  #tick(): void {
    this.#media.report();
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
    this.#media.sayGoodbye();
    try {
      await this.#session?.close();
    } catch (cause) {
      this.#options.log?.warn('peer_goodbye_failed', { cause: errorCode(cause) });
    }
    await this.#agent.close();
    this.#media.close();
    this.#channels.clear();
    this.#silences.clear();
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
