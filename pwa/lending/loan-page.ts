import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { AccessEntry } from '#shared/down-message.ts';
import { CountdownController } from '../state/countdown-controller.ts';
import { NowController } from '../state/now-controller.ts';
import { ObserveController } from '../state/observe-controller.ts';
import type { ButtonVariant } from '../ui/button.ts';
import '../ui/button.ts';
import '../ui/sign.ts';
import '../ui/top-bar.ts';
import { BackEvent } from '../ui/back-event.ts';
import { icon } from '../ui/icons.ts';
import { pageStyles } from '../ui/page-styles.ts';
import { baseStyles, textStyles } from '../ui/shared-styles.ts';
import type { CameraSummary } from '../viewing/camera.ts';
import { LendingOpenEvent } from '../viewing/camera-events.ts';
import { offerWords } from './access-text.ts';
import type { Loan, LoanState } from './lending.ts';
import { lendingFailureSentence } from './lending-failure.ts';
import { lendingStyles } from './lending-styles.ts';
import './loan-code.ts';
import { loanPageStyles } from './loan-page-styles.ts';
import { isOpen, isScannable, type LoanText, loanText } from './loan-text.ts';
import { RequestController } from './request-controller.ts';
import { rightsWords } from './rights.ts';

/** How long a button says that the link was copied, in ms. */
const copiedMs = 2500;

/** A look just lent: the link as a code and to share, and what becomes of it while one watches. */
@customElement('loan-page')
export class LoanPage extends LitElement {
  static override styles = [baseStyles, textStyles, pageStyles, lendingStyles, loanPageStyles];

  @property({ attribute: false }) camera: CameraSummary | null = null;
  /** `null` while it is not known, and when there is none any more. */
  @property({ attribute: false }) loan: Loan | null = null;
  /** Its line in the access list; `null` until the camera has told. */
  @property({ attribute: false }) entry: AccessEntry | null = null;
  /** Whether it is still being looked for. */
  @property({ type: Boolean }) loading = false;
  @state() private copied: 'not_yet' | 'done' | 'refused' = 'not_yet';

  readonly #fate = new ObserveController<LoanState>(this);
  readonly #now = new NowController(this);
  readonly #withdrawal = new RequestController(this);
  readonly #copiedTime = new CountdownController(this, () => {
    this.copied = 'not_yet';
  });

  protected override willUpdate(): void {
    this.#fate.observe(this.loan?.state ?? null);
  }

  override render() {
    const { loan } = this;
    const fate = this.#fate.value;
    if (loan === null || fate === null) return this.#renderMissing();
    const text = loanText(fate, loan.name, loan.openUntil, this.#now.nowS);
    const isCodeOnShow = isScannable(fate);
    return html`<main>
      <lk-top-bar back="Back"></lk-top-bar>
      ${isCodeOnShow ? this.#renderCode(loan, fate) : nothing}
      <div class=${isCodeOnShow ? '' : 'end'} role="status">
        ${isCodeOnShow ? this.#renderWaiting(text) : this.#renderFate(fate, text)}
      </div>
      <div class="actions">${isOpen(fate) ? this.#renderSharing(loan, fate) : this.#renderEnd(fate)}</div>
    </main>`;
  }

  #renderCode(loan: Loan, fate: LoanState) {
    return html`<div class="offer">
        <h1>A ${this.entry?.scope.includes('owner') ? 'key' : 'look'} for ${loan.name}</h1>
        ${this.#renderOffer()}
      </div>
      <loan-code class=${fate.type === 'queued' ? 'pale' : ''} link=${loan.link}></loan-code>`;
  }

  #renderWaiting({ icon: drawing, heading, sentence }: LoanText) {
    return html`<div class="fate">
      ${icon(drawing)}<span><strong>${heading}</strong><small>${sentence}</small></span>
    </div>`;
  }

  /** There is nothing to scan any more: what became of it takes the whole page. */
  #renderFate(fate: LoanState, { icon: drawing, heading, sentence }: LoanText) {
    return html`<div class="stack">
      <lk-sign kind=${fate.type === 'refused' ? 'problem' : 'success'} .icon=${drawing}></lk-sign>
      <h1>${heading}</h1>
      <p class="quiet">${this.#isGivenAway ? 'The camera is theirs. This phone has given its key up.' : sentence}</p>
    </div>`;
  }

  #renderOffer() {
    const { entry } = this;
    if (entry?.kind !== 'invite') return nothing;
    const rights = entry.scope.includes('owner') ? '' : ` · ${rightsWords(entry.scope)}`;
    return html`<p class="quiet small">${offerWords(entry, this.#now.nowS)}${rights}</p>`;
  }

  #renderSharing(loan: Loan, fate: LoanState) {
    const { failure, isBusy } = this.#withdrawal;
    return html`${this.copied === 'refused' ? html`<p class="small" role="alert">Hold this link to copy it: <span class="link">${loan.link}</span></p>` : nothing}
      ${failure === null ? nothing : html`<p class="problem" role="alert">${lendingFailureSentence(failure)}</p>`}
      ${isScannable(fate) ? this.#renderHandOver() : nothing}
      <lk-button
        variant="danger"
        icon="close"
        ?disabled=${isBusy}
        @click=${() => void this.#withdrawal.run(() => loan.withdraw())}
        >Take it back</lk-button
      >`;
  }

  #renderHandOver() {
    const copy = (variant: ButtonVariant) =>
      html`<lk-button variant=${variant} icon=${this.copied === 'done' ? 'check' : 'copy'} @click=${this.#copy}
        ><span role="status">${this.copied === 'done' ? 'Copied' : 'Copy link'}</span></lk-button
      >`;
    if (!('share' in navigator)) return copy('primary');
    return html`<div class="pair">
      <lk-button variant="primary" icon="share" @click=${this.#share}>Share</lk-button>${copy('secondary')}
    </div>`;
  }

  #renderEnd(fate: LoanState) {
    const go = (view: 'lend' | 'access') => () =>
      this.dispatchEvent(new LendingOpenEvent(this.camera?.id ?? '', view));
    const done = (variant: ButtonVariant) =>
      html`<lk-button variant=${variant} @click=${() => this.dispatchEvent(new BackEvent())}>Done</lk-button>`;
    if (this.#isGivenAway) return done('primary');
    return fate.type === 'taken'
      ? html`${done('primary')}
          <lk-button variant="quiet" icon="people" @click=${go('access')}>Who may look</lk-button>`
      : html`<lk-button variant="primary" icon="key" @click=${go('lend')}>Lend again</lk-button>
          ${done('quiet')}`;
  }

  #renderMissing() {
    return html`<main>
      <lk-top-bar back="Back"></lk-top-bar>
      ${
        this.loading
          ? nothing
          : html`<div class="stack fill" role="status">
                <h1>That link is done with</h1>
                <p class="quiet">It was used, taken back or has run out. The list says which.</p>
              </div>
              <div class="actions">
                <lk-button
                  icon="people"
                  @click=${() => this.dispatchEvent(new LendingOpenEvent(this.camera?.id ?? '', 'access'))}
                  >Who may look</lk-button
                >
              </div>`
      }
    </main>`;
  }

  /** Whether this phone's own key went with it. */
  get #isGivenAway(): boolean {
    return this.camera !== null && this.camera.ending !== null;
  }

  /** The link alone: a title or a text would tell whoever sees it in passing whose camera it is. */
  readonly #share = async (): Promise<void> => {
    try {
      await navigator.share({ url: this.loan?.link ?? '' });
    } catch {
      return; // Waved away; the link is still there.
    }
  };

  readonly #copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(this.loan?.link ?? '');
      this.copied = 'done';
      this.#copiedTime.start(copiedMs);
    } catch {
      this.copied = 'refused'; // The link is shown, to be copied by hand.
    }
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'loan-page': LoanPage;
  }
}
