import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Parts of the app that most visits do without. */
export type LaterPart = keyof typeof loaders;

/** How each part is loaded. */
const loaders = {
  pairing: () => import('../pairing/pages.ts'),
  install: () => import('./install-card.ts'),
  ios_install: () => import('./ios-install-page.ts'),
  camera_menu: () => import('../viewing/camera-menu.ts'),
  control: () => import('../control/control-pages.ts'),
  lending: () => import('../lending/lending-pages.ts'),
};

/** Loads a part when it is first shown. Its elements are drawn at once, empty, and come to life with their code. */
export class LaterController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #loaders: Readonly<Record<LaterPart, () => Promise<unknown>>>;
  readonly #asked = new Set<LaterPart>();
  #isMissing = false;

  constructor(
    host: ReactiveControllerHost,
    load: Readonly<Record<LaterPart, () => Promise<unknown>>> = loaders,
  ) {
    this.#host = host;
    this.#loaders = load;
    host.addController(this);
  }

  /** Whether a part did not load: no network, and no copy kept yet. */
  get isMissing(): boolean {
    return this.#isMissing;
  }

  /** Nothing to do: code once loaded stays. */
  hostConnected(): null {
    return null;
  }

  /** Loads a part unless that was asked for before. */
  load(part: LaterPart): void {
    if (this.#asked.has(part)) return;
    this.#asked.add(part);
    this.#loaders[part]().catch(() => {
      this.#isMissing = true;
      this.#host.requestUpdate();
    });
  }

  /** Tries once more what did not load; whatever is shown asks for it. */
  again(): void {
    this.#asked.clear();
    this.#isMissing = false;
    this.#host.requestUpdate();
  }
}
