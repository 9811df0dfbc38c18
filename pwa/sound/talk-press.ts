/** A press that lasts longer is held; a shorter one leaves the line open. */
const HOLD_MS = 350;

/** What the one button for talking asks for. */
export interface TalkPressOptions {
  /** Whether the line is open, or about to be. */
  readonly isOn: () => boolean;
  readonly set: (isOn: boolean) => void;
  /** Milliseconds on a clock that is never set; default the page's. */
  readonly nowMs?: () => number;
}

/** One button, two ways to talk: held, for as long as it is held; tapped, until it is tapped again. */
export class TalkPress {
  readonly #options: TalkPressOptions;
  /** Null while nothing presses. */
  #press: { readonly sinceMs: number; readonly wasOn: boolean } | null = null;

  constructor(options: TalkPressOptions) {
    this.#options = options;
  }

  down(): void {
    const { isOn, set } = this.#options;
    const wasOn = isOn();
    this.#press = { sinceMs: this.#nowMs, wasOn };
    if (!wasOn) set(true);
  }

  up(): void {
    const press = this.#press;
    this.#press = null;
    if (press && (press.wasOn || this.#nowMs - press.sinceMs >= HOLD_MS)) this.#options.set(false);
  }

  /** The finger has gone elsewhere, or the browser asks something: nobody holds the button any more. */
  cancel(): void {
    const press = this.#press;
    this.#press = null;
    if (press && !press.wasOn) this.#options.set(false);
  }

  /** A key, or what reads the screen: there is no holding. */
  toggle(): void {
    this.#options.set(!this.#options.isOn());
  }

  get #nowMs(): number {
    return this.#options.nowMs?.() ?? performance.now();
  }
}
