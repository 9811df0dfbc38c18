import type { MediaMessage, MediaState, MediaStateMessage } from '#shared/control-message.ts';
import { type Observable, Subject } from '../state/observable.ts';
import type { MediaPort } from '../viewing/media-port.ts';
import { failureOf, type OpenOwnDevice, type OwnDevice, openOwnDevice } from './own-device.ts';
import './sound-signs.ts';
import './sound-toggles.ts';
import { type Closing, closingWords, ownFailureWords, type Way } from './sound-text.ts';

/** How sound and pictures stand, as the page shows it. */
export interface SoundView {
  /** Where it is switched. */
  readonly desk: SoundDesk;
  /** Whether the camera's picture is wanted. */
  readonly picture: boolean;
  readonly listen: WayView;
  readonly talk: WayView;
  readonly show: WayView;
  /** Whether what the camera hears is to be played. */
  readonly isAudible: boolean;
  /** The phone's own picture, while it is shown on the camera's screen. */
  readonly own: MediaStreamTrack | null;
}

/** `hidden` where the camera has no such thing, or the grant does not give it; `waiting` until a device has opened. */
export type WayView = 'hidden' | 'off' | 'waiting' | 'on';

export interface SoundDeskOptions {
  /** Told what went wrong, in words. */
  readonly onWords: (words: string) => void;
  readonly open?: OpenOwnDevice;
  /** Calls back later; the returned function stops that. Default a timer. */
  readonly after?: (delayMs: number, callback: () => void) => () => void;
}

const WAYS: readonly Way[] = ['listen', 'talk', 'show'];
const OWN: Readonly<Record<'talk' | 'show', OwnDevice>> = { talk: 'microphone', show: 'camera' };
/** What the phone's own picture may take, bits a second. */
const MAX_OWN_VIDEO_BPS = 800_000;
/** Who holds the button again at once, as in a conversation, shall not lose the first word to a device that opens. */
const KEEP_MICROPHONE_MS = 5_000;

/**
 * What the user wants to hear, say and show, kept over all the peer connections of a viewing. The phone's own devices are
 * asked for when they are wanted, and closed after; what the camera takes back goes off and stays off.
 */
export class SoundDesk {
  readonly #options: SoundDeskOptions;
  readonly #view: Subject<SoundView | null>;
  readonly #wanted = new Set<Way>();
  readonly #tracks = new Map<'talk' | 'show', MediaStreamTrack>();
  readonly #opening = new Set<Way>();
  #isPictureWanted = true;
  /** What was said over each connection. */
  readonly #sent = new WeakMap<MediaPort, MediaMessage>();
  #port: MediaPort | null = null;
  /** The camera's last word, over this connection or the one before. */
  #last: MediaStateMessage | null = null;
  #stopListening: () => void = () => undefined;
  #cancelKeeping: () => void = () => undefined;
  #isClosed = false;

  constructor(options: SoundDeskOptions) {
    this.#options = options;
    this.#view = new Subject(this.#look());
  }

  /** Null while there is nothing to switch. */
  get view(): Observable<SoundView | null> {
    return this.#view;
  }

  /** Goes on over another peer connection; null while there is none. */
  use(port: MediaPort | null): void {
    if (port === this.#port) return;
    this.#stopListening();
    this.#port = port;
    this.#last = port?.state.value ?? this.#last;
    this.#stopListening = port?.state.subscribe((state) => state && this.#hear(state)) ?? this.#stopListening;
    this.#apply();
  }

  /** Switches one of the ways; resolves when it is as wanted, or the words for why not have been said. */
  async set(way: Way, isOn: boolean): Promise<void> {
    if (!isOn) this.#wanted.delete(way);
    else if (this.#stateOf(way) === 'busy') this.#options.onWords(closingWords(way, 'busy'));
    else this.#wanted.add(way);
    if (way !== 'listen' && this.#wanted.has(way)) await this.#open(way);
    this.#apply();
  }

  /** Has the camera's picture come, or not. */
  setPicture(isWanted: boolean): void {
    this.#isPictureWanted = isWanted;
    this.#apply();
  }

  /**
   * The viewing is over, and the page says no more that anything is on: the phone's own devices are closed at once, and opened again
   * for whoever asks anew.
   */
  rest(): void {
    if (!this.#wanted.has('talk') && !this.#wanted.has('show') && this.#tracks.size === 0) return;
    this.#wanted.delete('talk');
    this.#wanted.delete('show');
    this.#apply();
    this.#closeTrack('talk');
  }

  /** Ends everything; idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#wanted.clear();
    this.#isPictureWanted = true;
    this.#apply();
    this.#closeTrack('talk');
    this.#stopListening();
    this.#port = null;
  }

  async #open(way: 'talk' | 'show'): Promise<void> {
    if (this.#tracks.has(way) || this.#opening.has(way)) return;
    const { open = openOwnDevice, onWords } = this.#options;
    this.#opening.add(way);
    this.#view.set(this.#look());
    try {
      const track = await open(OWN[way]);
      // Taken away by the system, or unplugged.
      track.addEventListener('ended', () => void this.set(way, false));
      this.#tracks.set(way, track);
    } catch (error) {
      const wasWanted = this.#wanted.delete(way);
      if (wasWanted) onWords(ownFailureWords(OWN[way], failureOf(error)));
    } finally {
      this.#opening.delete(way);
    }
    if (this.#isClosed || !this.#wanted.has(way)) this.#closeTrack(way);
  }

  /** The camera's word, at its own will or for an answer: what it gives no more is wanted no more. */
  #hear(state: MediaStateMessage): void {
    this.#last = state;
    const lost = WAYS.filter((way) => this.#wanted.has(way) && isClosing(state[way]));
    for (const way of lost) {
      this.#wanted.delete(way);
      this.#options.onWords(closingWords(way, state[way] as Closing));
    }
    this.#apply();
  }

  /** Has everything be as it is wanted: the senders, the sound, the camera. */
  #apply(): void {
    const port = this.#port;
    for (const way of ['talk', 'show'] as const) this.#feed(way);
    if (port) {
      this.#join(port);
      const wishes = this.#wishes;
      const isNew = !isSame(wishes, this.#sent.get(port) ?? AT_FIRST);
      if (isNew && port.send(wishes)) this.#sent.set(port, wishes);
    }
    this.#view.set(this.#look());
  }

  #feed(way: 'talk' | 'show'): void {
    const isOn = this.#wanted.has(way);
    const track = this.#tracks.get(way) ?? null;
    const sender = (way === 'talk' ? this.#port?.audio : this.#port?.ownVideo)?.sender;
    const flowing = isOn ? track : null;
    // A connection that was closed meanwhile takes no track, and needs none.
    if (sender && sender.track !== flowing) {
      if (way === 'show') boundBitrate(sender);
      sender.replaceTrack(flowing).catch(() => undefined);
    }
    if (isOn || !track) {
      if (way === 'talk') this.#cancelKeeping();
      return;
    }
    if (way === 'show') this.#closeTrack(way);
    else this.#keepForNow();
  }

  #keepForNow(): void {
    const { after = afterTimer } = this.#options;
    this.#cancelKeeping();
    this.#cancelKeeping = after(KEEP_MICROPHONE_MS, () => {
      if (!this.#wanted.has('talk')) this.#closeTrack('talk');
    });
  }

  #closeTrack(way: 'talk' | 'show'): void {
    if (way === 'talk') this.#cancelKeeping();
    this.#tracks.get(way)?.stop();
    this.#tracks.delete(way);
  }

  #join({ stream, audio }: MediaPort): void {
    const sound = audio.receiver.track;
    if (this.#wanted.has('listen')) stream.addTrack(sound);
    else stream.removeTrack(sound);
  }

  get #wishes(): MediaMessage {
    const { talk, show } = {
      talk: this.#wanted.has('talk') && this.#tracks.has('talk'),
      show: this.#wanted.has('show') && this.#tracks.has('show'),
    };
    return { type: 'media', picture: this.#isPictureWanted, listen: this.#wanted.has('listen'), talk, show };
  }

  #stateOf(way: Way): MediaState {
    return (this.#port?.state.value ?? this.#last)?.[way] ?? 'absent';
  }

  #look(): SoundView | null {
    const [listen, talk, show] = [this.#viewOf('listen'), this.#viewOf('talk'), this.#viewOf('show')];
    const hasAny = [listen, talk, show].some((way) => way !== 'hidden') || !this.#isPictureWanted;
    const own = show === 'on' ? (this.#tracks.get('show') ?? null) : null;
    const isAudible = this.#wanted.has('listen');
    return hasAny ? { desk: this, picture: this.#isPictureWanted, listen, talk, show, isAudible, own } : null;
  }

  #viewOf(way: Way): WayView {
    const state = this.#stateOf(way);
    const isPossible = way !== 'show' || this.#port?.ownVideo !== null;
    if (state === 'absent' || state === 'denied' || !isPossible) return 'hidden';
    if (!this.#wanted.has(way)) return 'off';
    return state === 'on' && !this.#opening.has(way) ? 'on' : 'waiting';
  }
}

/** What a camera takes a phone to want that has said nothing. */
const AT_FIRST: MediaMessage = { type: 'media', picture: true, listen: false, talk: false, show: false };

/** The camera says so again, by what arrives there. */
function boundBitrate(sender: RTCRtpSender): void {
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings) encoding.maxBitrate = MAX_OWN_VIDEO_BPS;
  sender.setParameters(parameters).catch(() => undefined);
}

function isSame(one: MediaMessage, other: MediaMessage): boolean {
  return (
    one.picture === other.picture &&
    one.listen === other.listen &&
    one.talk === other.talk &&
    one.show === other.show
  );
}

function isClosing(state: MediaState): boolean {
  return state !== 'on' && state !== 'off';
}

function afterTimer(delayMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}
