import type { Clock } from '#shared/clock.ts';
import type { Rendezvous } from '#shared/rendezvous.ts';
import type { LiveSession } from './camera.ts';

/** Time enough to take something back; a picture that nobody looks at costs its owner's data. */
const KEEP_MS = 5 * 60_000;

/**
 * A picture that was left while the broker is away. It is the only way to the camera then, for the list of who may look
 * as much as for coming back to the picture, so it goes on until the broker is back, or for five minutes.
 */
export class KeptSession {
  readonly #rendezvous: Rendezvous;
  readonly #clock: Clock;
  readonly #stops: (() => void)[] = [];
  #session: LiveSession | null = null;

  constructor(rendezvous: Rendezvous, clock: Clock) {
    this.#rendezvous = rendezvous;
    this.#clock = clock;
  }

  /** Takes over a session that its page is done with: keeps it where that is of use, and closes it otherwise. */
  keep(session: LiveSession): void {
    const isOfUse = this.#rendezvous.state !== 'online' && session.state.value.type === 'live';
    if (!isOfUse) {
      session.close();
      return;
    }
    this.close();
    this.#session = session;
    const close = () => this.close();
    this.#stops.push(
      this.#rendezvous.onStateChange(close),
      session.state.subscribe(({ type }) => type === 'ended' && this.close()),
      this.#clock.after(KEEP_MS, close),
    );
  }

  /** The session that was kept, now the caller's to close; or null. */
  take(): LiveSession | null {
    const session = this.#session;
    this.#session = null;
    for (const stop of this.#stops.splice(0)) stop();
    return session;
  }

  /** Ends what is kept. */
  close(): void {
    this.take()?.close();
  }
}
