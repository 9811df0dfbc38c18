import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Platform } from '../browser/platform.ts';
import type { LinkFoundEvent } from '../pairing/link-events.ts';
import { CountdownController } from '../state/countdown-controller.ts';
import { ObserveController } from '../state/observe-controller.ts';
import '../ui/toast.ts';
import '../viewing/cameras-page.ts';
import '../viewing/live-page.ts';
import type { CameraSummary } from '../viewing/camera.ts';
import type { CameraForgetEvent, CameraRenameEvent } from '../viewing/camera-menu.ts';
import type { CameraPickEvent } from '../viewing/cameras-page.ts';
import { type AppMessage, chooseMessage } from './app-message.ts';
import { ClaimController } from './claim-controller.ts';
import './install-card.ts';
import { InstallController } from './install-controller.ts';
import { appStyles } from './latchkey-app-styles.ts';
import { LaterController } from './later-controller.ts';
import type { UseCases } from './model.ts';
import { RouteController } from './route-controller.ts';
import type { AppCopy, AppUpdates } from './service-worker.ts';
import { takeLink } from './take-link.ts';
import './welcome-page.ts';

/** How long a message that asks nothing stays, in ms. */
const quietToastMs = 5000;

/** The whole app: shows the page of the route and joins what pages ask for to what the app can do. */
@customElement('latchkey-app')
export class LatchkeyApp extends LitElement {
  static override styles = appStyles;

  /** Set before the app is put on the page, and not changed after. */
  @property({ attribute: false }) useCases: UseCases | null = null;
  @property({ attribute: false }) updates: AppUpdates | null = null;
  @property() platform: Platform = 'browser';
  /** How this phone appears in a camera's list. */
  @property() deviceName = '';
  /** The link the app was opened with; empty for none. */
  @property() link = '';
  @state() private isStayingInBrowser = false;
  /** Whether the last thing asked for did not work, until that has been said. */
  @state() private hasFailed = false;
  /** The message that was waved away, or has been on show long enough. */
  @state() private dismissedCopy: AppCopy = 'unknown';

  readonly #route = new RouteController(this);
  readonly #install = new InstallController(this);
  readonly #claim = new ClaimController(this);
  readonly #cameras = new ObserveController<readonly CameraSummary[] | null>(this);
  readonly #appCopy = new ObserveController<AppCopy>(this);
  readonly #later = new LaterController(this);
  readonly #quietToast = new CountdownController(this, () => this.#dismissMessage());
  #lastPage = '';

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('hashchange', this.#handleHashChange);
    this.#cameras.observe(this.useCases?.listCameras() ?? null);
    this.#appCopy.observe(this.updates?.state ?? null);
    if (this.link && this.platform !== 'ios_browser') this.#startClaim(this.link);
    else if (this.#route.value.page === 'claim') this.#route.replace({ page: 'home' });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('hashchange', this.#handleHashChange);
  }

  protected override willUpdate(): void {
    const id = this.#message?.id;
    const isQuiet = id === 'kept_offline' || id === 'failed';
    if (isQuiet && !this.#quietToast.isRunning) this.#quietToast.start(quietToastMs);
  }

  override render() {
    return html`${this.#renderPage()}${this.#route.value.page === 'camera' ? nothing : this.#renderToast()}`;
  }

  protected override updated(_changed: PropertyValues<this>): void {
    const page = this.renderRoot.querySelector<HTMLElement>('[data-page]');
    const name = page?.localName ?? '';
    if (this.#lastPage && name !== this.#lastPage) page?.focus({ preventScroll: true });
    this.#lastPage = name;
  }

  #renderPage() {
    const route = this.#route.value;
    switch (route.page) {
      case 'home':
        return this.#renderHome();
      case 'scan':
        this.#later.load('pairing');
        return html`<scan-page data-page tabindex="-1" @back=${this.#back} @link-found=${this.#handleLink} @paste-link=${this.#pasteInstead}></scan-page>`;
      case 'link':
        this.#later.load('pairing');
        return html`<link-page data-page tabindex="-1" @back=${this.#back} @link-found=${this.#handleLink}></link-page>`;
      case 'claim':
        this.#later.load('pairing');
        return this.#renderClaim();
      case 'camera':
        return this.#renderLive(route.id);
      default:
        return route satisfies never;
    }
  }

  #renderHome() {
    const cameras = this.#cameras.value;
    if (cameras === null) return nothing;
    if (cameras.length > 0) {
      return html`<cameras-page
        data-page
        tabindex="-1"
        .cameras=${cameras}
        @camera-pick=${this.#handlePick}
        @camera-add=${this.#goScan}
        @camera-rename=${this.#handleRename}
        @camera-forget=${this.#handleForget}
        >${this.#renderInstall()}</cameras-page
      >`;
    }
    if (this.platform === 'ios_browser' && !this.isStayingInBrowser) {
      this.#later.load('ios_install');
      return html`<ios-install-page data-page tabindex="-1" .link=${this.link} @stay-in-browser=${this.#stay}></ios-install-page>`;
    }
    return html`<welcome-page data-page tabindex="-1" @scan=${this.#goScan} @add-by-link=${this.#goLink}></welcome-page>`;
  }

  #renderClaim() {
    return html`<claim-page
      data-page
      tabindex="-1"
      .state=${this.#claim.state}
      @back=${this.#leaveClaim}
      @show-picture=${this.#showPicture}
      @check-differ=${this.#rejectClaim}
      @scan-again=${() => this.#route.replace({ page: 'scan' })}
      @claim-again=${() => this.#claim.again(this.useCases, this.deviceName)}
    ></claim-page>`;
  }

  #renderLive(id: string) {
    const camera = this.#cameras.value?.find((each) => each.id === id);
    const isFresh = this.#claim.state.type === 'claimed' && this.#claim.state.cameraId === id;
    return html`<live-page
      data-page
      tabindex="-1"
      .cameraId=${id}
      .name=${camera?.name ?? 'Camera'}
      .checkCode=${isFresh ? this.#claim.checkCode : ''}
      .openCamera=${(cameraId: string) => this.useCases?.openCamera(cameraId) ?? null}
      @back=${this.#back}
      @check-match=${() => this.#claim.finish()}
      @check-differ=${this.#rejectClaim}
    ></live-page>`;
  }

  #renderInstall() {
    if (this.platform === 'installed' || !this.#install.isOffered) return nothing;
    return html`<install-card
      slot="install"
      @install=${() => void this.#install.install()}
      @install-dismiss=${() => this.#install.dismiss()}
    ></install-card>`;
  }

  #renderToast() {
    const message = this.#message;
    if (!message) return nothing;
    return html`<lk-toast
      message=${message.text}
      action=${message.action}
      @toast-accept=${() => (message.id === 'update_ready' ? this.updates?.apply() : this.#later.again())}
      @toast-dismiss=${this.#dismissMessage}
    ></lk-toast>`;
  }

  get #message(): AppMessage | null {
    // Elsewhere it would lie over the way back, and what it says can wait.
    const isHome = this.#route.value.page === 'home';
    return chooseMessage({
      hasFailed: this.hasFailed,
      isPartMissing: this.#later.isMissing,
      copy: isHome ? this.#appCopy.value : null,
      dismissedCopy: this.dismissedCopy,
    });
  }

  #startClaim(link: string): void {
    this.link = '';
    this.#claim.start(this.useCases, link, this.deviceName);
    if (this.#route.value.page === 'home') this.#route.push({ page: 'claim' });
    else this.#route.replace({ page: 'claim' });
  }

  readonly #dismissMessage = (): void => {
    if (this.hasFailed) this.hasFailed = false;
    else if (this.#later.isMissing) this.#later.again();
    else this.dismissedCopy = this.#appCopy.value ?? 'unknown';
  };

  readonly #handleHashChange = (): void => {
    const link = takeLink();
    if (link) this.#startClaim(link);
  };

  readonly #handleLink = (event: LinkFoundEvent): void => this.#startClaim(event.link);
  readonly #back = (): void => this.#route.back();
  readonly #goScan = (): void => this.#route.push({ page: 'scan' });
  readonly #goLink = (): void => this.#route.push({ page: 'link' });
  readonly #pasteInstead = (): void => this.#route.replace({ page: 'link' });
  readonly #handlePick = (event: CameraPickEvent): void =>
    this.#route.push({ page: 'camera', id: event.cameraId });

  readonly #stay = (): void => {
    this.isStayingInBrowser = true;
    if (this.link) this.#startClaim(this.link);
  };

  readonly #leaveClaim = (): void => {
    this.#claim.cancel();
    this.#route.back();
  };

  readonly #showPicture = (): void => {
    const { state: claim } = this.#claim;
    if (claim.type === 'claimed') this.#route.replace({ page: 'camera', id: claim.cameraId });
  };

  /** Another phone was first: this one gives its key up and the owner is told what to do. */
  readonly #rejectClaim = (): void => {
    const { state: claim } = this.#claim;
    if (claim.type === 'claimed') void this.#attempt(this.useCases?.forgetCamera(claim.cameraId));
    this.#claim.reject();
    this.#route.replace({ page: 'claim' });
  };

  readonly #handleRename = (event: CameraRenameEvent): void =>
    void this.#attempt(this.useCases?.renameCamera(event.cameraId, event.cameraName));
  readonly #handleForget = (event: CameraForgetEvent): void =>
    void this.#attempt(this.useCases?.forgetCamera(event.cameraId));

  /** Waits for what the user asked for, and says so when it fails. */
  async #attempt(outcome: Promise<void> | undefined): Promise<void> {
    try {
      await outcome;
    } catch {
      this.hasFailed = true;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'latchkey-app': LatchkeyApp;
  }
}
