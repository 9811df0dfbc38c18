import type { LiveSession } from '../viewing/camera.ts';

/** A viewing that begins with the tap, while the page that will show it is still being drawn. */
export class EarlySession {
  readonly #open: (id: string) => LiveSession | null;
  #early: { readonly id: string; readonly session: LiveSession | null } | null = null;

  constructor(open: (id: string) => LiveSession | null) {
    this.#open = open;
  }

  /** Begins; one that nobody has taken ends. */
  ahead(id: string): void {
    this.#early?.session?.close();
    this.#early = { id, session: this.#open(id) };
  }

  /** The one that has begun for this camera, or else a new one; now the caller's to close. */
  take(id: string): LiveSession | null {
    const early = this.#early;
    this.#early = null;
    if (early?.id === id) return early.session;
    early?.session?.close();
    return this.#open(id);
  }
}
