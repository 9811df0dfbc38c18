import type { Clock } from '#shared/clock.ts';
import type { MediaMessage, MediaState, MediaStateMessage } from '#shared/control-message.ts';
import type { Scope } from '#shared/scope.ts';
import { TokenBucket } from '#shared/token-bucket.ts';
import type { Hold, Sound } from '../sound/sound.ts';
import type { PlayingPart, SoundPart } from '../sound/sound-devices.ts';
import type { Peer } from '../webrtc/peer.ts';
import type { ViewerMediaKind } from '../webrtc/viewer-media.ts';

/** What a session's sound, and the phone's own picture, are made of. */
export interface SessionMediaOptions {
  readonly peer: Pick<Peer, 'sendAudio' | 'takeMedia' | 'requestViewerKeyframe'>;
  readonly sound: Sound;
  /** Whether the session's grant gives a right at this moment. */
  readonly may: (right: Scope) => boolean;
  /** Shows the phone the camera's picture, or ceases to. */
  readonly onPicture: (isWanted: boolean) => void;
  readonly tell: (message: MediaStateMessage) => void;
  readonly clock: Clock;
}

/** What of these a phone can switch, beside the picture. */
type Way = Exclude<keyof MediaStateMessage, 'type'>;

interface WayNeeds {
  readonly part: SoundPart;
  readonly right: Scope;
}

const WAYS: Readonly<Record<Way, WayNeeds>> = {
  listen: { part: 'microphone', right: 'listen' },
  talk: { part: 'speaker', right: 'talk' },
  show: { part: 'screen', right: 'talk' },
};

/** Beginnings at once, as of people who take turns to speak, and a second: each opens a device, and may start a program. */
const BEGINNINGS = { burst: 20, perSecond: 1 } as const;

/** What a phone takes for granted until it is told otherwise. */
const NOTHING = 'absent absent absent';

/** What a phone sends for a part that plays it. */
const KINDS: Readonly<Record<PlayingPart, ViewerMediaKind>> = { speaker: 'audio', screen: 'video' };

/**
 * What flows between one phone and the camera beside the picture. The phone says what it wants; what it gets follows from
 * the rights as they are at each look, and what it has lost it has to ask for again: nobody's microphone goes on because
 * a device has become free.
 */
export class SessionMedia {
  readonly #options: SessionMediaOptions;
  readonly #open = new Map<Way, () => void>();
  /** What the phone has asked for and not lost. */
  readonly #wanted = new Set<Way>();
  readonly #failed = new Set<Way>();
  readonly #beginnings: TokenBucket;
  readonly #stopWatching: () => void;
  #isActive = false;
  #isPictureWanted = true;
  /** Half of what is asked for has been done: how things stand is told when all of it has. */
  #isChanging = false;
  #told = NOTHING;

  constructor(options: SessionMediaOptions) {
    this.#options = options;
    this.#beginnings = new TokenBucket(BEGINNINGS.perSecond, BEGINNINGS.burst, options.clock.nowMs());
    this.#stopWatching = options.sound.onChange(() => this.#tell());
  }

  /** Whether the phone wants the camera's picture; so at first. */
  get isPictureWanted(): boolean {
    return this.#isPictureWanted;
  }

  /** The session has a path, and media may flow: what is wanted begins, or goes on. */
  resume(): void {
    this.#isActive = true;
    // What was said before may not have been heard.
    this.#told = NOTHING;
    this.#apply();
  }

  /** The path broke, or nobody watches yet. */
  suspend(): void {
    this.#isActive = false;
    for (const way of [...this.#open.keys()]) this.#close(way);
  }

  /** Takes what the phone wants. */
  handle(message: MediaMessage): void {
    this.#failed.clear();
    this.#isChanging = true;
    for (const way of ways()) {
      if (message[way]) this.#wanted.add(way);
      else this.#drop(way);
    }
    // Told also where nothing has changed: it is the answer.
    this.#told = '';
    this.#apply();
    if (message.picture === this.#isPictureWanted) return;
    this.#isPictureWanted = message.picture;
    this.#options.onPicture(message.picture);
  }

  /** Ends what the grant does not allow any more, and tells what it allows again. */
  review(): void {
    for (const way of [...this.#open.keys()]) if (!this.#options.may(WAYS[way].right)) this.#drop(way);
    this.#tell();
  }

  /** Ends everything; idempotent. */
  close(): void {
    this.#stopWatching();
    this.#wanted.clear();
    this.suspend();
  }

  #apply(): void {
    this.#isChanging = true;
    if (this.#isActive) this.#beginWanted();
    this.#isChanging = false;
    this.#tell();
  }

  #beginWanted(): void {
    for (const way of [...this.#wanted]) {
      if (this.#stateOf(way) === 'off') this.#begin(way);
      if (!this.#open.has(way)) this.#wanted.delete(way);
    }
  }

  #begin(way: Way): void {
    const { part } = WAYS[way];
    if (!this.#mayBegin()) {
      this.#failed.add(way);
      return;
    }
    const stop = part === 'microphone' ? this.#listen() : this.#play(way, part);
    if (stop) this.#open.set(way, stop);
  }

  #mayBegin(): boolean {
    const nowMs = this.#options.clock.nowMs();
    if (this.#beginnings.take(0, nowMs) > 0) return false;
    this.#beginnings.take(1, nowMs);
    return true;
  }

  #listen(): () => void {
    const { sound, peer } = this.#options;
    return sound.listen({
      onAudio: (packet) => peer.sendAudio(packet),
      onFailure: () => this.#lose('listen', 'failed'),
    });
  }

  #play(way: Way, part: PlayingPart): (() => void) | null {
    const { sound, peer, may } = this.#options;
    const hold: Hold | null = sound.hold(part, {
      isOwner: may('owner'),
      onLost: (reason) => this.#lose(way, reason),
      onKeyframeNeeded: () => peer.requestViewerKeyframe(),
    });
    if (!hold) return null;
    peer.takeMedia(KINDS[part], (packet) => hold.play(packet));
    return () => {
      peer.takeMedia(KINDS[part], null);
      hold.release();
    };
  }

  #lose(way: Way, reason: 'taken' | 'failed'): void {
    if (reason === 'failed') this.#failed.add(way);
    this.#drop(way);
    this.#tell();
  }

  /** Has it be asked for anew. */
  #drop(way: Way): void {
    this.#wanted.delete(way);
    this.#close(way);
  }

  #close(way: Way): void {
    const stop = this.#open.get(way);
    this.#open.delete(way);
    stop?.();
  }

  #stateOf(way: Way): MediaState {
    const { sound, may } = this.#options;
    const { part, right } = WAYS[way];
    if (!sound.has(part)) return 'absent';
    if (!may(right)) return 'denied';
    if (this.#open.has(way)) return 'on';
    if (this.#failed.has(way)) return 'failed';
    return part === 'microphone' || sound.isFree(part, may('owner')) ? 'off' : 'busy';
  }

  #tell(): void {
    if (!this.#isActive || this.#isChanging) return;
    const [listen, talk, show] = [this.#stateOf('listen'), this.#stateOf('talk'), this.#stateOf('show')];
    const text = `${listen} ${talk} ${show}`;
    if (text === this.#told) return;
    this.#told = text;
    this.#options.tell({ type: 'media-state', listen, talk, show });
  }
}

function ways(): readonly Way[] {
  return ['listen', 'talk', 'show'];
}
