import type { Clock } from '#shared/clock.ts';
import type { ControlMessage, PictureTrouble } from '#shared/control-message.ts';
import type { DownMessage } from '#shared/down-message.ts';
import type { Scope } from '#shared/scope.ts';
import { SNAPSHOT_CHANNEL } from '#shared/snapshot-message.ts';
import type { Farewell, Refusal } from '#shared/verdicts.ts';
import type { Snapshot } from '../capture/snapshot.ts';
import { errorCode, type Log } from '../log.ts';
import { SnapshotChannel } from '../snapshot/snapshot-channel.ts';
import type { Sound } from '../sound/sound.ts';
import type { DataChannel } from '../webrtc/data-channel.ts';
import type { PacketizedUnit } from '../webrtc/packetizer.ts';
import type { Peer, PeerStatistics } from '../webrtc/peer.ts';
import type { Broadcast, Viewer } from './broadcast.ts';
import { ControlChannel } from './control-channel.ts';
import { OpeningGroup } from './opening-group.ts';
import { SessionMedia } from './session-media.ts';
import {
  isOnStandby,
  type Purpose,
  reduceSession,
  type SessionEvent,
  type SessionState,
} from './session-state.ts';

/** How long a phone may look for a path before the camera gives up on it. */
const CONNECT_LIMIT_MS = 30_000;
/** How long a broken path is kept open for an ICE restart. */
const INTERRUPTION_LIMIT_MS = 30_000;
/** A list of cameras is looked at for less; who wants a picture after that waits for a connection as everybody did before. */
const STANDBY_LIMIT_MS = 3 * 60_000;
/** Through TURN it holds an allocation that somebody pays for. */
const RELAYED_STANDBY_LIMIT_MS = 60_000;

/** What a session needs of an offer: its text, its hash, and the way back. */
export interface SessionOffer {
  readonly sdp: string;
  readonly hash: string;
  reply(message: DownMessage): Promise<void>;
}

export interface ViewerSessionOptions {
  readonly sid: string;
  readonly purpose: Purpose;
  readonly peer: Peer;
  readonly broadcast: Broadcast;
  readonly sound: Sound;
  /** Whether the session's grant gives a right at this moment. */
  readonly may: (right: Scope) => boolean;
  readonly clock: Clock;
  readonly log: Log;
  /** Takes an envelope that came over the session instead of the broker, with the way back. */
  readonly onEnvelope: (envelope: string, answer: (envelope: string) => void) => void;
  /** Why the picture of a connection that was made ready must not begin now; null where it may. */
  readonly refusePlay: () => Refusal | null;
  /** Called when it has begun. */
  readonly onPlay: () => void;
  /** Takes a picture to keep, or says why not. */
  readonly takeSnapshot: () => Promise<Snapshot | Refusal>;
  /** Called once, when the picture first has a way to flow. */
  readonly onWatch: () => void;
  /** Called each time that nothing more is heard of the phone. */
  readonly onSilence: () => void;
  readonly onEnd: (end: SessionEnd) => void;
}

/** How a session came to its end. */
export interface SessionEnd {
  readonly reason: Farewell;
  /** How the picture went; null where it never did. */
  readonly path: 'direct' | 'relayed' | null;
}

/** One phone watching: answers its offers, sends the picture while a path stands, and ends for one reason, once. */
export class ViewerSession implements Viewer {
  readonly #options: ViewerSessionOptions;
  readonly #media: SessionMedia;
  readonly #control: ControlChannel;
  #state: SessionState;
  #offer: SessionOffer | null = null;
  #snapshots: SnapshotChannel | null = null;
  #snapshotPieces = 0;
  /** Bits a second; 0 before the path is known. */
  #targetBps = 0;
  #leaveBroadcast: (() => void) | null = null;
  readonly #opening = new OpeningGroup();
  /** What keeps the picture away, as it is to be told. */
  #trouble: PictureTrouble | null = null;
  #isSeldom = false;
  #hasWatched = false;
  #path: SessionEnd['path'] = null;
  #cancelLimit: () => void = () => undefined;

  constructor(options: ViewerSessionOptions) {
    this.#options = options;
    const { peer, broadcast, purpose } = options;
    this.#state = { state: 'answering', purpose };
    this.#media = new SessionMedia({
      ...{ peer, sound: options.sound, may: options.may, clock: options.clock },
      onPicture: (isWanted) => this.#showPicture(isWanted),
      tell: (message) => this.#control.tell(message),
    });
    this.#control = new ControlChannel({
      ...{ clock: options.clock, log: options.log },
      onMessage: (message) => this.#handleControl(message),
      onSilence: () => this.#on({ type: 'timed-out' }),
    });
    peer.onCandidate((candidate) => this.#sendCandidate(candidate));
    peer.onStateChange((state) => {
      if (state === 'connected') this.#on({ type: 'connected' });
      if (state === 'disconnected') this.#on({ type: 'disconnected' });
    });
    peer.onKeyframeRequest(() => broadcast.requestKeyframe(this));
    peer.onSilence(() => this.isOnStandby || options.onSilence());
    peer.onTarget((target) => {
      this.#targetBps = target.bitrateBps;
      broadcast.setTarget(this, target);
    });
    peer.onChannel((channel) => this.#adopt(channel));
    void peer.closed.then(() => this.#on({ type: 'timed-out' }));
  }

  /** How its picture goes, and by which path. */
  get statistics(): PeerStatistics & { readonly path: SessionEnd['path'] } {
    const { peer } = this.#options;
    return { ...peer.statistics, path: peer.path ?? this.#path };
  }

  /** Packets of picture and sound sent so far, and pieces of pictures to keep. */
  get mediaPackets(): number {
    return this.#options.peer.mediaPackets + this.#snapshotPieces;
  }

  /** Whether the picture flows, or did a moment ago. */
  get isWatching(): boolean {
    return this.#state.state === 'watching' || this.#state.state === 'interrupted';
  }

  /** Whether nothing but a connection has been asked for as yet: nobody watches by it. */
  get isOnStandby(): boolean {
    return isOnStandby(this.#state);
  }

  get state(): SessionState['state'] {
    return this.#state.state;
  }

  /**
   * Answers the first offer or, on a running session, one that restarts ICE.
   * @throws SdpError when the offer is refused.
   */
  async answer(offer: SessionOffer): Promise<void> {
    const { peer, sid } = this.#options;
    const sdp = await peer.answer(offer.sdp);
    if (this.#state.state === 'ended') return;
    this.#offer = offer;
    this.#on({ type: 'answered' });
    if (this.#state.state === 'connecting') this.#limit(CONNECT_LIMIT_MS);
    await offer.reply({ type: 'answer', body: { rq: offer.hash, sid, sdp } });
    // The camera wakes while the two look for a path; the peer sends nothing before it is connected.
    this.#wake();
  }

  /** Begins the picture of a connection that was made ready, where that is allowed now; why not, where it is not. */
  play(): Refusal | null {
    if (!this.isOnStandby) return null;
    const refusal = this.#options.refusePlay();
    if (refusal) return refusal;
    this.#on({ type: 'play' });
    this.#wake();
    this.#options.onPlay();
    return null;
  }

  addCandidate(candidate: string): void {
    this.#options.peer.addCandidate(candidate);
  }

  send(unit: PacketizedUnit): void {
    if (this.#state.state === 'watching') this.#options.peer.sendAccessUnit(unit);
    else this.#opening.add(unit);
  }

  warn(trouble: PictureTrouble | null): void {
    this.#trouble = trouble;
    this.#control.tell({ type: 'picture-state', trouble });
  }

  pace(isSeldom: boolean): void {
    this.#isSeldom = isSeldom;
    this.#control.tell({ type: 'picture-pace', seldom: isSeldom });
  }

  fail(): void {
    this.end('capture_failed');
  }

  /** Hands the phone an envelope, where it can be reached over the session. */
  deliver(envelope: string): void {
    this.#control.tell({ type: 'envelope', envelope });
  }

  /** Looks again at what the grant allows beside watching. */
  review(): void {
    this.#media.review();
  }

  /** Ends the session and tells the phone why; idempotent. */
  end(reason: Farewell): void {
    this.#on({ type: 'end', reason });
  }

  #on(event: SessionEvent): void {
    const next = reduceSession(this.#state, event);
    if (next === this.#state) return;
    this.#state = next;
    switch (next.state) {
      case 'watching':
        this.#watch();
        break;
      case 'standby':
        this.#rest();
        break;
      case 'interrupted':
        this.#pause();
        break;
      case 'ended':
        this.#finish(next.reason);
        break;
      case 'answering':
      case 'connecting':
        break;
      default:
        next satisfies never;
    }
  }

  /** By the first limit the path is known, which it may not be when keys are. */
  #rest(): void {
    const { peer, clock } = this.#options;
    this.#cancelLimit();
    this.#cancelLimit = clock.after(RELAYED_STANDBY_LIMIT_MS, () => {
      if (peer.path === 'relayed') this.#on({ type: 'timed-out' });
      else this.#limit(STANDBY_LIMIT_MS - RELAYED_STANDBY_LIMIT_MS);
    });
  }

  #watch(): void {
    this.#cancelLimit();
    this.#path = this.#options.peer.path ?? this.#path;
    // Nothing leaves before it is written down.
    if (!this.#hasWatched) this.#options.onWatch();
    this.#hasWatched = true;
    this.#showPicture(this.#media.isPictureWanted);
    this.#media.resume();
  }

  #wake(): void {
    if (this.#state.state === 'connecting' && this.#state.purpose === 'picture') this.#join();
  }

  #join(): void {
    this.#leaveBroadcast ??= this.#options.broadcast.join(this);
  }

  /** A picture that nobody wants costs nothing, not even the camera's work when all do without. */
  #showPicture(isWanted: boolean): void {
    if (!isWanted) {
      this.#leave();
      this.#options.peer.restPicture();
    } else if (this.#state.state === 'watching') {
      this.#join();
      this.#begin();
    }
  }

  /** With what there is since the last keyframe, or else with a new one. */
  #begin(): void {
    const { peer, broadcast } = this.#options;
    const opening = this.#opening.take();
    for (const unit of opening) peer.sendAccessUnit(unit);
    if (opening.length === 0) broadcast.requestKeyframe(this);
  }

  #leave(): void {
    this.#leaveBroadcast?.();
    this.#leaveBroadcast = null;
    this.#opening.clear();
  }

  #pause(): void {
    this.#leave();
    this.#media.suspend();
    this.#limit(INTERRUPTION_LIMIT_MS);
  }

  #finish(reason: Farewell): void {
    const { peer, sid, log, onEnd } = this.#options;
    const path = peer.path ?? this.#path;
    this.#cancelLimit();
    this.#control.rest();
    this.#leave();
    this.#media.close();
    this.#snapshots?.close();
    this.#control.tell({ type: 'bye', reason });
    if (this.#offer && reason !== 'left') {
      this.#send({ type: 'bye', body: { rq: this.#offer.hash, sid, reason } });
    }
    peer.close(reason).catch((error: unknown) => log.warn('peer not closed', { code: errorCode(error) }));
    onEnd({ reason, path });
  }

  #adopt(channel: DataChannel): void {
    if (channel.label === SNAPSHOT_CHANNEL && !this.#snapshots) {
      this.#serveSnapshots(channel);
      return;
    }
    // These two are all a page opens; more would only cost memory.
    if (channel.label !== 'control' || this.#control.isOpen) {
      channel.close();
      return;
    }
    this.#control.adopt(channel);
    if (this.#trouble !== null) this.warn(this.#trouble);
    if (this.#isSeldom) this.pace(true);
    // Only now can it be told.
    if (this.#state.state === 'watching') this.#media.resume();
  }

  #serveSnapshots(channel: DataChannel): void {
    const { takeSnapshot, clock, log } = this.#options;
    this.#snapshots = new SnapshotChannel({
      ...{ channel, clock, log, pathBps: () => this.#targetBps },
      onSent: () => {
        this.#snapshotPieces += 1;
      },
      // Whoever only has a connection ready is not seen watching, and gets no picture by another way either.
      take: async () => (this.isWatching ? takeSnapshot() : 'not_allowed'),
    });
    channel.onClose(() => {
      this.#snapshots = null;
    });
  }

  #handleControl(message: ControlMessage): void {
    switch (message.type) {
      case 'bye':
        this.end('left');
        break;
      case 'play':
        this.#playOrRefuse();
        break;
      case 'media':
        this.#media.handle(message);
        break;
      case 'envelope':
        this.#options.onEnvelope(message.envelope, (envelope) => this.deliver(envelope));
        break;
      default: // What a camera says.
    }
  }

  #playOrRefuse(): void {
    const code = this.play();
    if (!code) return;
    this.#control.tell({ type: 'refused', code });
    this.end('left');
  }

  #sendCandidate(candidate: string): void {
    const { sid } = this.#options;
    if (!this.#offer) return;
    this.#send({ type: 'answer-candidate', body: { rq: this.#offer.hash, sid, candidate } });
  }

  #send(message: DownMessage): void {
    this.#offer?.reply(message).catch((error: unknown) => {
      this.#options.log.warn('message not sent', { type: message.type, code: errorCode(error) });
    });
  }

  #limit(ms: number): void {
    this.#cancelLimit();
    this.#cancelLimit = this.#options.clock.after(ms, () => this.#on({ type: 'timed-out' }));
  }
}
