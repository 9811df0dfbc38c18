import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { hasScope, type Scope } from '#shared/scope.ts';
import { CountdownController } from '../state/countdown-controller.ts';
import { NowController } from '../state/now-controller.ts';
import '../ui/button.ts';
import '../ui/icon-button.ts';
import '../ui/picture.ts';
import '../ui/steps.ts';
import { BackEvent } from '../ui/back-event.ts';
import type { PictureElement } from '../ui/picture.ts';
import { baseStyles, textStyles } from '../ui/shared-styles.ts';
import type { CameraSummary, LiveSession, LiveState } from './camera.ts';
import { CameraSwitchEvent } from './camera-change-events.ts';
import { ControlOpenEvent, LendingOpenEvent } from './camera-events.ts';
import { FullScreenController } from './full-screen-controller.ts';
import { IdleController } from './idle-controller.ts';
import { livePageStyles } from './live-page-styles.ts';
import { canRetry, connectingSteps, endHeading, stateWords } from './live-text.ts';
import { mediaPortOf } from './media-port.ts';
import { SoundController } from './sound-controller.ts';
import { isCounted, timeLeft } from './terms-text.ts';
import { ViewingController } from './viewing-controller.ts';
import { WakeLockController } from './wake-lock-controller.ts';

/** How long a short message stands in the place of the state, in ms. */
const messageMs = 2500;

/** The live picture, from edge to edge, with its controls over it. */
@customElement('live-page')
export class LivePage extends LitElement {
  static override styles = [baseStyles, textStyles, livePageStyles];

  @property() cameraId = '';
  /** What is known of it; `null` until the store has been read, and for a camera that this phone does not have. */
  @property({ attribute: false }) camera: CameraSummary | null = null;
  /** The check code of a claim just made, until the user has compared it; empty for none. Its banner comes with the claim's code. */
  @property() checkCode = '';
  /** Starts a viewing. */
  @property({ attribute: false }) openCamera: ((id: string) => LiveSession | null) | null = null;
  @state() private message = '';
  /** Loaded when something has ended. */
  @state() private endAdvice: typeof import('./end-advice.ts').endAdvice | null = null;
  @query('lk-picture') private readonly picture!: PictureElement;

  readonly #viewing = new ViewingController(this, () => this.openCamera?.(this.cameraId) ?? null);
  readonly #idle = new IdleController(this);
  readonly #wakeLock = new WakeLockController(this);
  readonly #messageTime = new CountdownController(this, () => {
    this.message = '';
  });
  readonly #sound = new SoundController(this, (words) => this.#say(words));
  readonly #fullScreen = new FullScreenController(this);
  readonly #now = new NowController(this);

  constructor() {
    super();
    this.addEventListener('pointermove', this.#handleHover);
    this.addEventListener('keydown', this.#wake);
    this.addEventListener('focusin', this.#wake);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('cameraId') && changed.get('cameraId')) this.#viewing.reopen();
    // Switched on again while its words were read.
    if (changed.get('camera')?.off && !this.camera?.off && isPrivate(this.#viewing.state))
      this.#viewing.retry();
    this.#sound.follow(mediaPortOf(this.#viewing.stream));
    this.#wakeLock.keep(this.#viewing.state.type === 'live');
    this.#now.countTo([this.camera?.terms.exp ?? null]);
    const { state: live } = this.#viewing;
    // Without it the picture is there all the same.
    if (live.type === 'live' && live.path === 'relayed')
      import('./local-network-note.ts').catch(() => undefined);
    if (live.type === 'ended') this.#sound.rest();
    if (live.type === 'ended' && this.endAdvice === null) void this.#loadAdvice();
  }

  /** Where it cannot be had, the heading has to do. */
  async #loadAdvice(): Promise<void> {
    const loaded = await import('./end-advice.ts').catch(() => null);
    if (loaded !== null) this.endAdvice = loaded.endAdvice;
  }

  get name(): string {
    return this.camera?.name ?? 'Camera';
  }

  override render() {
    const { state: live, stream } = this.#viewing;
    const { view } = this.#sound;
    const isResting = view?.picture === false;
    const isQuiet = live.type === 'live' && this.#idle.isIdle && this.checkCode === '' && !isResting;
    return html`<main>
      <lk-picture
        label="Live picture of ${this.name}"
        .stream=${live.type === 'ended' ? null : stream}
        .muted=${!view?.isAudible}
        .fit=${this.#fullScreen.isFilled ? 'cover' : 'contain'}
        ?dim=${live.type !== 'live'}
        ?hidden=${isResting}
        @click=${this.#handleTap}
      ></lk-picture>
      <div class=${isQuiet ? 'overlay quiet-time' : 'overlay'}>
        ${this.#renderTop(live)}
        <div class="middle">${this.#renderMiddle(live)}</div>
        ${this.#renderControls(live)}
      </div>
      ${view && live.type !== 'ended' ? html`<sound-signs .view=${view}></sound-signs>` : nothing}
    </main>`;
  }

  #renderTop(live: LiveState) {
    return html`<header>
      <lk-icon-button tone="glass" icon="back" label="Back" @click=${() => this.dispatchEvent(new BackEvent())}></lk-icon-button>
      <div class="title">
        <h1>${this.name}</h1>
        <p class=${live.type} role="status"><i></i>${this.message || this.#stateWords(live)}</p>
      </div>
      ${live.type === 'ended' ? nothing : this.#renderTimeLeft()}
      ${
        this.#may('control')
          ? html`<lk-icon-button
              tone="glass"
              icon="settings"
              label="Settings"
              @click=${() => this.dispatchEvent(new ControlOpenEvent(this.cameraId, 'settings'))}
            ></lk-icon-button>`
          : nothing
      }
    </header>`;
  }

  /** Whoever owns it sees that somebody else looks too. */
  #stateWords(live: LiveState): string {
    const watching = this.camera?.watching ?? 0;
    return live.type === 'live' && watching > 1
      ? `${stateWords(live)} · ${watching} watching`
      : stateWords(live);
  }

  #renderTimeLeft() {
    const exp = this.camera?.terms.exp ?? null;
    const { nowS } = this.#now;
    return isCounted(exp, nowS) ? html`<p class="left" role="timer">${timeLeft(exp - nowS)}</p>` : nothing;
  }

  #renderMiddle(live: LiveState) {
    switch (live.type) {
      case 'connecting':
        return html`<lk-steps
          .steps=${connectingSteps.map(({ words }) => words)}
          .current=${connectingSteps.findIndex(({ step }) => step === live.step)}
        ></lk-steps>`;
      case 'live':
        return this.checkCode
          ? html`<lk-check-banner code=${this.checkCode}></lk-check-banner>`
          : this.#renderNote(live.path);
      case 'reconnecting':
        return nothing;
      case 'ended':
        return html`<section role="alert">
          <h2>${endHeading(live.code)}</h2>
          <p>${this.endAdvice?.(live.code, this.camera ?? undefined)}</p>
        </section>`;
      default:
        return live satisfies never;
    }
  }

  /** A detour may be the browser's doing. */
  #renderNote(path: 'direct' | 'relayed') {
    return path === 'direct'
      ? nothing
      : html`<local-network-note @local-network-ask=${() => this.#viewing.reopen()}></local-network-note>`;
  }

  /** What is used all the time stands lowest, where the thumb is. */
  #renderControls(live: LiveState) {
    if (live.type === 'ended') return this.#renderEndActions(live.code);
    const { view } = this.#sound;
    return html`<footer>
      <div>${this.#renderActions(live.type === 'live' && view?.picture !== false)}</div>
      ${view ? html`<div><sound-toggles .view=${view}></sound-toggles></div>` : nothing}
    </footer>`;
  }

  #renderActions(hasPicture: boolean) {
    return html`
      ${
        this.#may('snapshot')
          ? html`<lk-icon-button
              tone="glass"
              caption
              icon="snapshot"
              label="Snapshot"
              ?disabled=${!hasPicture}
              @click=${this.#keepSnapshot}
            ></lk-icon-button>`
          : nothing
      }
      ${
        this.#may('lend')
          ? html`<lk-icon-button
              tone="glass"
              caption
              icon="key"
              label="Lend"
              @click=${() => this.dispatchEvent(new LendingOpenEvent(this.cameraId, 'lend'))}
            ></lk-icon-button>`
          : nothing
      }
      <lk-icon-button
        tone="glass"
        caption
        icon=${this.#fullScreen.isOn ? 'fullScreenOff' : 'fullScreen'}
        label=${this.#fullScreenLabel}
        @click=${() => void this.#fullScreen.toggle()}
      ></lk-icon-button>`;
  }

  #renderEndActions(code: Extract<LiveState, { type: 'ended' }>['code']) {
    const switchOn = () => this.dispatchEvent(new CameraSwitchEvent(this.cameraId, false));
    // Where it was switched on meanwhile, there is nothing to switch.
    const isOwnSwitch = code === 'private' && this.camera?.off != null && this.#may('owner');
    return html`<div class="end-actions">
      ${isOwnSwitch ? html`<lk-button variant="primary" @click=${switchOn}>Switch it on</lk-button>` : nothing}
      ${
        canRetry(code) && !isOwnSwitch
          ? html`<lk-button variant="primary" icon="retry" @click=${() => this.#viewing.retry()}>Try again</lk-button>`
          : nothing
      }
      <lk-button class="leave" @click=${() => this.dispatchEvent(new BackEvent())}>Back to your cameras</lk-button>
    </div>`;
  }

  #may(right: Scope): boolean {
    return this.camera !== null && hasScope(this.camera.terms.scope, right);
  }

  get #fullScreenLabel(): string {
    if (this.#fullScreen.isAvailable) return this.#fullScreen.isOn ? 'Leave full screen' : 'Full screen';
    return this.#fullScreen.isOn ? 'Whole picture' : 'Fill screen';
  }

  readonly #wake = (): void => this.#idle.wake();

  readonly #handleHover = (event: PointerEvent): void => {
    if (event.pointerType === 'mouse') this.#idle.wake();
  };

  /** A tap shows the controls, or sends them away when they are there; a mouse has shown them already. */
  readonly #handleTap = (event: PointerEvent): void => {
    if (this.#idle.isIdle || event.pointerType === 'mouse') this.#idle.wake();
    else this.#idle.sleep();
  };

  readonly #keepSnapshot = async (): Promise<void> => {
    this.#idle.wake();
    this.message = 'Taking the picture';
    const { keepSnapshot } = await import('./full-snapshot.ts');
    this.#say(await keepSnapshot(this.name, this.#viewing.openSnapshots(), this.picture.video));
  };

  #say(words: string): void {
    this.message = words;
    this.#messageTime.start(messageMs);
    this.#idle.wake();
  }
}

function isPrivate(live: LiveState): boolean {
  return live.type === 'ended' && live.code === 'private';
}

declare global {
  interface HTMLElementTagNameMap {
    'live-page': LivePage;
  }
}
