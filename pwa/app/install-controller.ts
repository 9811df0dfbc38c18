import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** The browser's own offer to install, which may be used once (not in any standard; Chromium only). */
interface BeforeInstallPromptEvent extends Event {
  prompt(): Promise<unknown>;
}

const dismissedKey = 'latchkey.install-dismissed';

/** Holds the browser's offer to install until the user asks for it or waves it away for good. */
export class InstallController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #offer: BeforeInstallPromptEvent | null = null;
  #isDismissed = readDismissed();

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** Whether there is an offer to show. */
  get isOffered(): boolean {
    return this.#offer !== null && !this.#isDismissed;
  }

  hostConnected(): void {
    addEventListener('beforeinstallprompt', this.#handleOffer);
    addEventListener('appinstalled', this.#handleInstalled);
  }

  hostDisconnected(): void {
    removeEventListener('beforeinstallprompt', this.#handleOffer);
    removeEventListener('appinstalled', this.#handleInstalled);
  }

  /** Shows the browser's own question. It may be asked once, so the offer is gone afterwards. */
  async install(): Promise<void> {
    const offer = this.#offer;
    this.#setOffer(null);
    await offer?.prompt();
  }

  /** Never offers it again in this browser. */
  dismiss(): void {
    this.#isDismissed = true;
    writeDismissed();
    this.#host.requestUpdate();
  }

  readonly #handleOffer = (event: Event): void => {
    event.preventDefault();
    this.#setOffer(event as BeforeInstallPromptEvent);
  };

  readonly #handleInstalled = (): void => this.#setOffer(null);

  #setOffer(offer: BeforeInstallPromptEvent | null): void {
    this.#offer = offer;
    this.#host.requestUpdate();
  }
}

function readDismissed(): boolean {
  try {
    return localStorage.getItem(dismissedKey) !== null;
  } catch {
    return false; // Storage is blocked: the offer comes again next time.
  }
}

function writeDismissed(): void {
  try {
    localStorage.setItem(dismissedKey, '1');
  } catch {
    return; // Storage is blocked: it stays dismissed for this visit.
  }
}
