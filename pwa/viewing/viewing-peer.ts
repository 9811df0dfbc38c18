import {
  type ControlMessage,
  encodeControlMessage,
  type MediaMessage,
  type MediaStateMessage,
  parseControlMessage,
} from '#shared/control-message.ts';
import { randomBase64url } from '#shared/crypto.ts';
import type { IceServer } from '#shared/message-fields.ts';
import { ProtocolError } from '#shared/protocol-error.ts';
import { type Observable, Subject } from '../state/observable.ts';
import { type MediaPort, setMediaPort } from './media-port.ts';
import { checkAnswer, chooseCodecs, isUsefulCandidate, trimOffer } from './session-description.ts';

/** Makes the browser's peer connection; a test may keep hold of it. */
export type CreateConnection = (configuration: RTCConfiguration) => RTCPeerConnection;

/** What a peer tells whoever watches. */
export interface PeerListener {
  onConnectionState(state: RTCPeerConnectionState): void;
  onStream(stream: MediaStream): void;
  /** A candidate found after the offer was taken. */
  onCandidate(candidate: string): void;
  onControl(message: ControlMessage): void;
}

/** The receiving end at one moment. */
export interface PeerReport {
  readonly framesDecoded: number;
  readonly path: 'direct' | 'relayed';
  /** The camera was asked for no picture. */
  readonly isResting: boolean;
}

const SESSION_ID_BYTES = 16;
/** An answer's candidates may overtake it; a camera has a handful. */
const MAX_EARLY_CANDIDATES = 32;

const PATH_STATES: readonly RTCIceConnectionState[] = ['connected', 'completed'];

/**
 * One peer connection that receives a picture: made before it is needed, and offered once. Sound and the phone's own
 * picture have their places in it from the start, so that nothing is negotiated when they are switched on.
 */
export class ViewingPeer implements MediaPort {
  /** The session id of the protocol. */
  readonly sid = randomBase64url(SESSION_ID_BYTES);
  readonly #connection: RTCPeerConnection;
  readonly #control: RTCDataChannel;
  #snapshots: RTCDataChannel | null = null;
  readonly stream = new MediaStream();
  readonly audio: RTCRtpTransceiver;
  readonly ownVideo: RTCRtpTransceiver | null;
  readonly #state = new Subject<MediaStateMessage | null>(null);
  #listener: PeerListener | null = null;
  #isResting = false;
  #isOfferTaken = false;
  /** Whether the two have ever found each other. */
  #hadPath = false;
  #earlyCandidates: string[] = [];
  #pingId = 0;

  /** @throws DOMException `NotSupportedError` when this browser cannot play H.264 at all. */
  constructor(createConnection: CreateConnection) {
    const codecs = chooseCodecs(codecsOf(RTCRtpReceiver, 'video'));
    if (codecs.length === 0) throw new DOMException('no H.264', 'NotSupportedError');
    this.#connection = createConnection({ bundlePolicy: 'max-bundle' });
    const transceiver = this.#connection.addTransceiver('video', { direction: 'recvonly' });
    transceiver.setCodecPreferences(codecs);
    preferLowDelay(transceiver.receiver);
    this.audio = this.#connection.addTransceiver('audio');
    this.audio.setCodecPreferences(
      codecsOf(RTCRtpReceiver, 'audio').filter(({ mimeType }) => /opus/iu.test(mimeType)),
    );
    const own = chooseCodecs(codecsOf(RTCRtpSender, 'video')).filter(
      ({ mimeType }) => !/rtx/iu.test(mimeType),
    );
    this.ownVideo = own[0] ? this.#connection.addTransceiver('video', { direction: 'sendonly' }) : null;
    this.ownVideo?.setCodecPreferences(own);
    setMediaPort(this);
    this.#control = this.#connection.createDataChannel('control');
    this.#observe();
  }

  /** Who is told from now on; what happened before is told at once where it still matters. */
  listen(listener: PeerListener): void {
    this.#listener = listener;
    if (this.stream.active) listener.onStream(this.stream);
  }

  get connectionState(): RTCPeerConnectionState {
    return this.#connection.connectionState;
  }

  /** Whether an offer waits for its answer. */
  get isAwaitingAnswer(): boolean {
    return this.#connection.signalingState === 'have-local-offer';
  }

  /** Makes the offer and starts to gather candidates, with the servers that are known by now; before the tap, where there is time. */
  async prepare(iceServers: readonly IceServer[]): Promise<void> {
    this.#connection.setConfiguration({
      bundlePolicy: 'max-bundle',
      iceServers: iceServers.map(toIceServer),
    });
    await this.#connection.setLocalDescription();
  }

  /** The offer with the candidates found so far; all others go to `onCandidate`. Null when there is none. */
  takeOffer(): string | null {
    const { localDescription } = this.#connection;
    if (localDescription?.type !== 'offer') return null;
    this.#isOfferTaken = true;
    const { sdp, lateCandidates } = trimOffer(localDescription.sdp);
    // After the offer itself is on its way.
    queueMicrotask(() => {
      for (const candidate of lateCandidates) this.#listener?.onCandidate(candidate);
    });
    return sdp;
  }

  /** @throws ProtocolError `malformed` for an answer that no camera of ours gives. */
  async applyAnswer(sdp: string): Promise<void> {
    try {
      await this.#connection.setRemoteDescription({ type: 'answer', sdp: checkAnswer(sdp) });
    } catch (cause) {
      if (cause instanceof ProtocolError || this.connectionState === 'closed') throw cause;
      throw new ProtocolError('malformed', 'the browser does not take the answer', { cause });
    }
    for (const candidate of this.#earlyCandidates.splice(0)) await this.addCandidate(candidate);
  }

  /** Takes a candidate of the camera; one that the browser cannot use is dropped. */
  async addCandidate(candidate: string): Promise<void> {
    if (this.isAwaitingAnswer) {
      if (this.#earlyCandidates.length < MAX_EARLY_CANDIDATES) this.#earlyCandidates.push(candidate);
      return;
    }
    const [mid] = this.#connection.getTransceivers().map((transceiver) => transceiver.mid);
    await this.#connection.addIceCandidate({ candidate, sdpMid: mid ?? '0' }).catch(() => undefined);
  }

  /** Frames decoded so far, and whether they come through a TURN server. */
  async report(): Promise<PeerReport> {
    const stats = [...(await this.#connection.getStats()).values()] as StatsEntry[];
    const find = (id: string | undefined) => stats.find((entry) => entry.id === id);
    const inbound = stats.find((entry) => entry.type === 'inbound-rtp' && entry.kind === 'video');
    const transport = stats.find((entry) => entry.type === 'transport');
    const pair = find(transport?.selectedCandidatePairId) ?? stats.find((entry) => entry.nominated === true);
    const ends = [find(pair?.localCandidateId), find(pair?.remoteCandidateId)];
    const isRelayed = ends.some((candidate) => candidate?.candidateType === 'relay');
    const path = isRelayed ? 'relayed' : 'direct';
    return { framesDecoded: inbound?.framesDecoded ?? 0, path, isResting: this.#isResting };
  }

  /** The channel on which the camera hands over pictures to keep, opened when it is first wanted; null where there is no path. */
  openSnapshots(): RTCDataChannel | null {
    if (this.connectionState !== 'connected') return null;
    this.#snapshots ??= this.#connection.createDataChannel('snapshot');
    return this.#snapshots;
  }

  /** Tells the camera that somebody still watches. */
  ping(): void {
    this.#pingId = (this.#pingId + 1) & 0x7fff_ffff;
    this.#send({ type: 'ping', id: this.#pingId });
  }

  /** Asks for the picture of a session on standby; false where the control channel is not open. */
  play(): boolean {
    return this.#send({ type: 'play' });
  }

  get state(): Observable<MediaStateMessage | null> {
    return this.#state;
  }

  send(message: MediaMessage): boolean {
    const isSent = this.#send(message);
    if (isSent) this.#isResting = !message.picture;
    return isSent;
  }

  /** Hands the camera an envelope; false where the control channel is not open. */
  sendEnvelope(envelope: string): boolean {
    return this.#send({ type: 'envelope', envelope });
  }

  /** Says goodbye where the channel is open, and ends; idempotent. */
  close(): void {
    this.#listener = null;
    this.#send({ type: 'bye', reason: 'left' });
    this.#connection.close();
  }

  #send(message: ControlMessage): boolean {
    if (this.#control.readyState !== 'open') return false;
    this.#control.send(encodeControlMessage(message));
    return true;
  }

  #observe(): void {
    const connection = this.#connection;
    connection.addEventListener('iceconnectionstatechange', () => {
      this.#hadPath ||= PATH_STATES.includes(connection.iceConnectionState);
    });
    connection.addEventListener('connectionstatechange', () => {
      const { connectionState: state } = connection;
      // That the camera's first candidates lead nowhere means nothing while others are still on their way.
      if (state === 'failed' && !this.#hadPath) return;
      this.#listener?.onConnectionState(state);
    });
    connection.addEventListener('track', ({ track }) => {
      // Sound joins it when somebody listens: until then no browser waits for it.
      if (track.kind !== 'video') return;
      this.stream.addTrack(track);
      this.#listener?.onStream(this.stream);
    });
    connection.addEventListener('icecandidate', ({ candidate }) => {
      const line = candidate?.candidate ?? '';
      // Before the offer is taken they travel inside it.
      if (this.#isOfferTaken && isUsefulCandidate(line)) this.#listener?.onCandidate(line);
    });
    this.#control.addEventListener('message', ({ data }) => this.#handleControl(data));
  }

  #handleControl(data: unknown): void {
    try {
      const message = parseControlMessage(data);
      if (message.type === 'ping') this.#send({ type: 'pong', id: message.id });
      else if (message.type === 'media-state') this.#state.set(message);
      else this.#listener?.onControl(message);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error; // A malformed message is dropped.
    }
  }
}

/** The members of RTCStats that we read; browsers differ in what else there is. */
interface StatsEntry {
  readonly id: string;
  readonly type: string;
  readonly kind?: string;
  readonly framesDecoded?: number;
  readonly selectedCandidatePairId?: string;
  readonly nominated?: boolean;
  readonly localCandidateId?: string;
  readonly remoteCandidateId?: string;
  readonly candidateType?: string;
}

function codecsOf(end: typeof RTCRtpReceiver | typeof RTCRtpSender, kind: 'audio' | 'video'): RTCRtpCodec[] {
  return end.getCapabilities(kind)?.codecs ?? [];
}

function toIceServer({ urls, username, credential }: IceServer): RTCIceServer {
  return {
    urls: [...urls],
    ...(username === undefined ? {} : { username }),
    ...(credential === undefined ? {} : { credential }),
  };
}

/** A live picture shall not wait in the jitter buffer longer than it must. */
function preferLowDelay(receiver: RTCRtpReceiver): void {
  if ('jitterBufferTarget' in receiver) receiver.jitterBufferTarget = 0;
  else if ('playoutDelayHint' in receiver) Object.assign(receiver, { playoutDelayHint: 0 });
}
