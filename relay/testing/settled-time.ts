import type { TrustedTime } from '../time/trusted-time.ts';

/** A clock that is trusted as long as nobody says otherwise. */
export class SettledTime implements TrustedTime {
  readonly #listeners = new Set<() => void>();
  #isTrusted = true;

  get isTrusted(): boolean {
    return this.#isTrusted;
  }

  get reason() {
    return this.#isTrusted ? 'synchronised' : 'not_synchronised';
  }

  /** The machine learns, or forgets, what time it is. */
  trust(isTrusted: boolean): void {
    this.#isTrusted = isTrusted;
    for (const listener of [...this.#listeners]) listener();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
  }
}
