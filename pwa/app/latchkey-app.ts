import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Platform } from '../browser/platform.ts';
import { CountdownController } from '../state/countdown-controller.ts';
import { ObserveController } from '../state/observe-controller.ts';
import { PictureElement } from '../ui/picture.ts';
import '../ui/toast.ts';
import type { CameraSummary } from '../viewing/camera.ts';
import type { LendingOpenEvent } from '../viewing/camera-events.ts';
import { type AppMessage, chooseMessage } from './app-message.ts';
import { renderPage } from './app-pages.ts';
import { ClaimController } from './claim-controller.ts';
import { EarlySession } from './early-session.ts';
import { InstallController } from './install-controller.ts';
import { appStyles } from './latchkey-app-styles.ts';
import { LaterController } from './later-controller.ts';
import type { UseCases } from './model.ts';
import type { Route } from './route.ts';
import { RouteController } from './route-controller.ts';
import type { AppCopy, AppUpdates } from './service-worker.ts';
import { takeLink } from './take-link.ts';

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
  readonly #open = new EarlySession((id) => this.useCases?.openCamera(id) ?? null);
  readonly #quietToast = new CountdownController(this, () => this.#dismissMessage());
  #lastPage = '';

  constructor() {
    super();
    this.#answerPages();
    this.#answerCameras();
  }

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
    // Cameras in this browser: whoever has them did not wait to install, and the link is for here.
    if (this.link && (this.#cameras.value?.length ?? 0) > 0) this.#startClaim(this.link);
    const id = this.#message?.id;
    const isQuiet = id === 'kept_offline' || id === 'failed';
    if (isQuiet && !this.#quietToast.isRunning) this.#quietToast.start(quietToastMs);
  }

  override render() {
    const page = renderPage({
      route: this.#route.value,
      cameras: this.#cameras.value,
      claim: this.#claim,
      useCases: this.useCases,
      link: this.link,
      isInstallFirst: this.platform === 'ios_browser' && !this.isStayingInBrowser,
      isInstallOffered: this.platform !== 'installed' && this.#install.isOffered,
      load: (part) => this.#later.load(part),
      openCamera: (id) => this.#open.take(id),
    });
    return html`${page}${this.#route.value.page === 'camera' ? nothing : this.#renderToast()}`;
  }

  /** A reader is led to each new page. */
  protected override updated(): void {
    const page = this.renderRoot.querySelector<HTMLElement>('[data-page]');
    const name = page ? `${page.localName} ${this.#route.value.page}` : '';
    if (this.#lastPage && name !== this.#lastPage) page?.focus({ preventScroll: true });
    this.#lastPage = name;
    this.useCases?.showList(this.#route.value.page === 'home');
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

  /** From the first screen to the key in hand. */
  #answerPages(): void {
    const goScan = () => this.#route.push({ page: 'scan' });
    this.addEventListener('back', () => this.#back());
    this.addEventListener('scan', goScan);
    this.addEventListener('camera-add', goScan);
    this.addEventListener('add-by-link', () => this.#route.push({ page: 'link' }));
    this.addEventListener('paste-link', () => this.#route.replace({ page: 'link' }));
    this.addEventListener('link-found', ({ link }) => this.#startClaim(link));
    this.addEventListener('scan-again', () => this.#route.replace({ page: 'scan' }));
    this.addEventListener('claim-again', () => this.#claim.again(this.useCases, this.deviceName));
    this.addEventListener('code-entered', ({ code }) => this.#claim.enterCode(code));
    this.addEventListener('show-picture', () => this.#showPicture());
    this.addEventListener('check-match', () => this.#claim.finish());
    this.addEventListener('check-differ', () => this.#rejectClaim());
    this.addEventListener('install', () => void this.#install.install());
    this.addEventListener('install-dismiss', () => this.#install.dismiss());
    this.addEventListener('stay-in-browser', () => {
      this.isStayingInBrowser = true;
      if (this.link) this.#startClaim(this.link);
    });
  }

  /** What is done with cameras that this phone has. */
  #answerCameras(): void {
    this.addEventListener('camera-pick', ({ cameraId }) => {
      this.#open.ahead(cameraId);
      this.#route.push({ page: 'camera', id: cameraId });
    });
    this.addEventListener('picture-frame', (event) => {
      const [picture] = event.composedPath();
      const { value: route } = this.#route;
      if (route.page === 'camera' && picture instanceof PictureElement)
        this.useCases?.keepLastPicture(route.id, picture.video);
    });
    this.addEventListener('camera-menu', () => this.#later.load('camera_menu'));
    this.addEventListener('control-open', ({ cameraId, view }) =>
      this.#route.push({ page: view, id: cameraId }),
    );
    this.addEventListener('lending-open', (event) => this.#openLending(event));
    this.addEventListener('camera-rename', ({ cameraId, cameraName }) => {
      void this.#attempt(this.useCases?.renameCamera(cameraId, cameraName));
    });
    this.addEventListener('camera-switch', ({ cameraId, isOff }) => {
      void this.#attempt(this.useCases?.switchCamera(cameraId, isOff));
    });
    this.addEventListener('camera-forget', ({ cameraId }) => {
      void this.#attempt(this.useCases?.forgetCamera(cameraId));
      if (this.#route.value.page !== 'home') this.#route.replace({ page: 'home' });
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

  #back(): void {
    if (this.#route.value.page === 'claim') this.#claim.cancel();
    this.#route.back();
  }

  /** What was lent is shown in the place of the page that lent it: back leads to where the wish arose. */
  #openLending({ cameraId, view, loanId }: LendingOpenEvent): void {
    const route: Route =
      view === 'loan' ? { page: view, id: cameraId, loan: loanId } : { page: view, id: cameraId };
    const { page } = this.#route.value;
    if (page === 'lend' || page === 'loan') this.#route.replace(route);
    else this.#route.push(route);
  }

  #showPicture(): void {
    const { state: claim } = this.#claim;
    if (claim.type === 'claimed') this.#route.replace({ page: 'camera', id: claim.cameraId });
  }

  /** Another phone was first: this one gives its key up and the owner is told what to do. */
  #rejectClaim(): void {
    const { state: claim } = this.#claim;
    if (claim.type === 'claimed') void this.#attempt(this.useCases?.forgetCamera(claim.cameraId));
    this.#claim.reject();
    this.#route.replace({ page: 'claim' });
  }

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
