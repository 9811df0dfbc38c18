import type { Clock } from '#shared/clock.ts';
import type { Observable } from '../state/observable.ts';
import type { CameraLink } from './camera-link.ts';
import type { PageVisibility } from './page-visibility.ts';
import { ViewingAttempt } from './viewing-attempt.ts';
import type { ViewingPeer } from './viewing-peer.ts';
import type { ViewingEvent } from './viewing-state.ts';

/** Whoever has looked at a list for longer does something else; a connection costs both sides a little all the time. */
const STANDBY_MS = 2 * 60_000;
/** An answer takes one round trip, a path two or three: whatever takes longer than this does not come. */
const CONNECT_MS = 8_000;
/** The list is gone a moment before the picture that was tapped for is asked for. */
const LINGER_MS = 1_000;

export interface StandbyOptions {
  readonly link: CameraLink;
  readonly clock: Clock;
  readonly visibility: PageVisibility;
  /** Whether somebody looks at the list of cameras, and may tap. */
  readonly isListShown: Observable<boolean>;
  /** @throws DOMException where there can be no peer connection. */
  readonly createPeer: () => ViewingPeer;
  /** Whether a connection makes the browser ask the user nothing, as far as is known. */
  readonly isQuiet: () => Promise<boolean>;
  /** Called when a peer that it made is in use no more, unless it was taken. */
  readonly onDropped: () => void;
}

/**
 * Keeps a connection to one camera ready while the list of cameras is looked at, so that a tap costs one message. Where that
 * does not work, or the camera's owner does not want it, there is none, and a viewing begins as it does without. Whoever made it closes it.
 */
export class Standby {
  readonly #options: StandbyOptions;
  readonly #stops: (() => void)[] = [];
  #attempt: ViewingAttempt | null = null;
  #isAsking = false;
  /** There is a viewing. */
  #isTaken = false;
  /** Why there is none for now: until the list is shown anew, or for as long as this page is open. */
  #bar: 'none' | 'until_shown' | 'for_good' = 'none';
  #cancelLimit: () => void = () => undefined;
  #cancelLinger: () => void = () => undefined;

  constructor(options: StandbyOptions) {
    const { link, visibility, isListShown } = options;
    this.#options = options;
    this.#stops.push(
      link.presence.subscribe(() => this.#follow()),
      link.ending.subscribe(() => this.#follow()),
      link.rendezvous.onStateChange(() => this.#follow()),
      visibility.onChange((isVisible) => this.#onShown(isVisible)),
      visibility.onLeave(() => this.#drop()),
      isListShown.subscribe((isShown) => this.#onShown(isShown)),
    );
    this.#follow();
  }

  /** The connection there is, ready or nearly so, now the caller's to close; or null. None is made before {@link replenish}. */
  take(): ViewingAttempt | null {
    this.#isTaken = true;
    return this.#letGo();
  }

  /** There is no viewing any more. */
  replenish(): void {
    this.#isTaken = false;
    this.#follow();
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#bar = 'for_good';
    this.#drop();
  }

  #onShown(isShown: boolean): void {
    if (isShown && this.#bar === 'until_shown') this.#bar = 'none';
    this.#follow();
  }

  #follow(): void {
    const { link, visibility, isListShown, clock } = this.#options;
    this.#cancelLinger();
    if (!visibility.isVisible || link.presence.value === 'offline' || link.ending.value !== null) {
      this.#drop();
      return;
    }
    if (!isListShown.value) {
      this.#cancelLinger = clock.after(LINGER_MS, () => this.#drop());
      return;
    }
    if (this.#isDue) this.#ask().catch(reportError);
  }

  /** Whether there should be a connection, and is none. */
  get #isDue(): boolean {
    const { link, visibility, isListShown } = this.#options;
    const isLookedAt = visibility.isVisible && isListShown.value && !savesData();
    const isReachable = link.presence.value === 'online' && link.rendezvous.state === 'online';
    const isWanted = !this.#isTaken && this.#attempt === null && this.#bar === 'none';
    return isLookedAt && isReachable && isWanted && link.ending.value === null;
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const isQuiet = await this.#options.isQuiet().finally(() => {
      this.#isAsking = false;
    });
    if (isQuiet && this.#isDue) this.#begin();
  }

  #begin(): void {
    const { link, clock, createPeer } = this.#options;
    try {
      this.#attempt = new ViewingAttempt(
        { link, clock, createPeer },
        {
          on: (event) => this.#hear(event),
          onStream: () => undefined,
          onUnanswered: () => undefined,
          onPause: () => undefined,
          onStall: () => undefined,
        },
        true,
      );
    } catch {
      this.#bar = 'for_good'; // The session that is opened will say what this browser lacks.
      return;
    }
    this.#limit(CONNECT_MS);
    this.#attempt.offer();
  }

  #hear(event: ViewingEvent): void {
    switch (event.type) {
      case 'connected':
        this.#limit(STANDBY_MS);
        break;
      case 'refused':
        this.#giveUp(event.code === 'not_allowed' ? 'for_good' : 'until_shown');
        break;
      case 'bye':
      case 'lost':
      case 'failed':
      case 'path_failed':
        this.#giveUp('until_shown');
        break;
      default: // What is meant for a picture.
    }
  }

  #giveUp(bar: 'until_shown' | 'for_good'): void {
    this.#bar = bar;
    this.#drop();
  }

  #limit(ms: number): void {
    this.#cancelLimit();
    this.#cancelLimit = this.#options.clock.after(ms, () => this.#giveUp('until_shown'));
  }

  #drop(): void {
    const attempt = this.#letGo();
    if (attempt === null) return;
    attempt.close();
    this.#options.onDropped();
  }

  #letGo(): ViewingAttempt | null {
    const attempt = this.#attempt;
    this.#attempt = null;
    this.#cancelLimit();
    this.#cancelLinger();
    return attempt;
  }
}

/** Whether the user has asked for few bytes (Network Information §Save Data); browsers without it say nothing. */
function savesData(): boolean {
  const { connection } = navigator as { readonly connection?: { readonly saveData?: boolean } };
  return connection?.saveData === true;
}
