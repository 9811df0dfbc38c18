import type { ReactiveController, ReactiveControllerHost } from 'lit';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/** Under ten minutes a countdown shows its seconds. */
export const FINE_COUNTDOWN_S = 600;
/** A day and more is told by its date, not counted down. */
export const COUNTDOWN_S = 86_400;
/** Browsers keep a timer's delay in 31 bits of milliseconds; a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** The time for a page that counts down: its host is drawn again when a countdown reads otherwise. One timer for all. */
export class NowController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** NumericDate. */
  get nowS(): number {
    return Math.floor(Date.now() / SECOND_MS);
  }

  hostConnected(): void {
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
  }

  /** Says towards which moments (NumericDate) the host counts; what was said before no longer holds. */
  countTo(ends: readonly (number | null)[]): void {
    clearTimeout(this.#timer);
    const nowMs = Date.now();
    const delays = ends.flatMap((end) => (end === null ? [] : delayToChange(end * SECOND_MS - nowMs)));
    if (delays.length === 0) return;
    this.#timer = setTimeout(() => this.#host.requestUpdate(), Math.min(MAX_DELAY_MS, ...delays));
  }
}

/** In how many ms a countdown reads otherwise; none when it is over. */
function delayToChange(leftMs: number): number[] {
  if (leftMs <= 0) return [];
  const beyondMs = leftMs - COUNTDOWN_S * SECOND_MS;
  if (beyondMs > 0) return [beyondMs];
  const unitMs = leftMs > FINE_COUNTDOWN_S * SECOND_MS ? MINUTE_MS : SECOND_MS;
  return [leftMs % unitMs || unitMs];
}
