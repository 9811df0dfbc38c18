import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import '../ui/button.ts';
import { CheckDifferEvent } from '../ui/check-banner.ts';
import '../ui/check-code.ts';
import '../ui/digits-field.ts';
import '../ui/sign.ts';
import '../ui/steps.ts';
import '../ui/top-bar.ts';
import { CountdownController } from '../state/countdown-controller.ts';
import type { DigitsChangeEvent } from '../ui/digits-field.ts';
import { pageStyles } from '../ui/page-styles.ts';
import { baseStyles, textStyles } from '../ui/shared-styles.ts';
import { ClaimAgainEvent, CodeEnteredEvent, ScanAgainEvent, ShowPictureEvent } from './claim-events.ts';
import { failureText, isLinkStillGood } from './claim-failure-text.ts';
import type { ClaimFailure, ClaimState, ClaimStep } from './claim-state.ts';
import { linkKind } from './link-kind.ts';

/** Long enough to read four digits; the code stays on show over the picture. In ms. */
const showPictureAfterMs = 6000;
const codeLength = 6;
const steps: readonly ClaimStep[] = ['key', 'camera', 'storing'];
const stepWords = {
  claim: ['Making a key that never leaves this phone', 'Asking the camera', 'Keeping the key safe'],
  lend: ['Making a key for this look', 'Asking the camera', 'Keeping the key safe'],
} as const;

type Claimed = Extract<ClaimState, { type: 'claimed' }>;

/** From the link in hand to the key in hand; of a camera's own code with four digits to compare. */
@customElement('claim-page')
export class ClaimPage extends LitElement {
  static override styles = [
    baseStyles,
    textStyles,
    pageStyles,
    css`
      .middle {
        display: grid;
        align-content: center;
        gap: var(--space-5);
        flex: 1;
      }
      lk-check-code {
        max-width: 20rem;
      }
    `,
  ];

  /** The link it is about. */
  @property() link = '';
  @property({ attribute: false }) state: ClaimState = { type: 'idle' };
  /** The camera's digits, as far as they are typed. */
  @state() private code = '';

  readonly #countdown = new CountdownController(this, () => this.dispatchEvent(new ShowPictureEvent()));

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('state')) return;
    if (this.state.type === 'confirming') this.code = '';
    if (this.state.type === 'claimed' && this.state.role === 'owner')
      this.#countdown.start(showPictureAfterMs);
    else this.#countdown.stop();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('state')) return;
    if (this.state.type === 'confirming') this.renderRoot.querySelector('lk-digits-field')?.focus();
    // Somebody who borrows has nothing to compare: the picture is what they came for.
    if (this.state.type === 'claimed' && this.state.role === 'guest') {
      this.dispatchEvent(new ShowPictureEvent());
    }
  }

  override render() {
    switch (this.state.type) {
      case 'idle':
        return this.#renderProgress(0);
      case 'claiming':
        return this.#renderProgress(steps.indexOf(this.state.step));
      case 'confirming':
        return this.#renderConfirming(this.state.wasWrong);
      case 'claimed':
        return this.state.role === 'owner'
          ? this.#renderOwned(this.state)
          : this.#renderProgress(steps.length);
      case 'failed':
        return this.#renderFailed(this.state.code);
      default:
        return this.state satisfies never;
    }
  }

  #renderProgress(current: number) {
    const kind = linkKind(this.link);
    return html`<main>
      <lk-top-bar back="Cancel"></lk-top-bar>
      <div class="middle" role="status">
        <h1>${kind === 'lend' ? 'Borrowing a look' : 'Making this phone the key'}</h1>
        <lk-steps .steps=${stepWords[kind]} .current=${current}></lk-steps>
      </div>
    </main>`;
  }

  #renderConfirming(wasWrong: boolean) {
    const isWhole = this.code.length === codeLength;
    const enter = () => {
      if (isWhole) this.dispatchEvent(new CodeEnteredEvent(this.code));
    };
    return html`<main>
      <lk-top-bar back="Cancel"></lk-top-bar>
      <div class="stack">
        <h1>Type the camera’s digits</h1>
        <p class="quiet">
          Whoever sent you this makes you an owner. The camera shows six digits now: only somebody in front of it
          can read them.
        </p>
      </div>
      <lk-digits-field
        label="The six digits on the camera"
        count=${codeLength}
        .value=${this.code}
        .problem=${wasWrong && this.code === '' ? 'Those were not the digits. Look at the camera again.' : ''}
        @digits-change=${(event: DigitsChangeEvent) => {
          this.code = event.value;
        }}
        @digits-submit=${enter}
      ></lk-digits-field>
      <lk-button variant="primary" ?disabled=${!isWhole} @click=${enter}>Confirm</lk-button>
    </main>`;
  }

  #renderOwned({ cameraName, checkCode }: Claimed) {
    const isLent = linkKind(this.link) === 'lend';
    return html`<main>
      <div class="middle" role="status">
        ${checkCode === null ? html`<lk-sign kind="success"></lk-sign>` : nothing}
        <div class="stack">
          <h1>${cameraName} is yours${isLent ? ' too' : ''}</h1>
          <p class="quiet">
            ${
              checkCode === null
                ? 'This phone is an owner now: it may look at any time, and lend to others.'
                : 'The camera shows the same four digits. If it does, no other phone came first.'
            }
          </p>
        </div>
        ${checkCode === null ? nothing : html`<lk-check-code code=${checkCode}></lk-check-code>`}
      </div>
      <div class="actions">
        <lk-button
          variant="primary"
          .countdownMs=${showPictureAfterMs}
          @click=${() => this.dispatchEvent(new ShowPictureEvent())}
          >Show the picture</lk-button
        >
        ${
          checkCode === null
            ? nothing
            : html`<lk-button variant="quiet" @click=${() => this.dispatchEvent(new CheckDifferEvent())}
                >The digits differ</lk-button
              >`
        }
      </div>
    </main>`;
  }

  #renderFailed(code: ClaimFailure) {
    const { heading, advice } = failureText(code, linkKind(this.link));
    return html`<main>
      <lk-top-bar back="Back"></lk-top-bar>
      <div class="middle" role="alert">
        <lk-sign kind="problem"></lk-sign>
        <div class="stack">
          <h1>${heading}</h1>
          <p class="quiet">${advice}</p>
        </div>
      </div>
      <div class="actions">${this.#renderFailedAction(code)}</div>
    </main>`;
  }

  #renderFailedAction(code: ClaimFailure) {
    const scanAgain = () => this.dispatchEvent(new ScanAgainEvent());
    if (isLinkStillGood(code)) {
      return html`<lk-button variant="primary" icon="retry" @click=${() => this.dispatchEvent(new ClaimAgainEvent())}
          >Try again</lk-button
        ><lk-button variant="quiet" @click=${scanAgain}>Scan another code</lk-button>`;
    }
    const words = linkKind(this.link) === 'lend' ? 'Scan or paste another' : 'Scan again';
    return html`<lk-button variant="primary" icon="scan" @click=${scanAgain}>${words}</lk-button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'claim-page': ClaimPage;
  }
}
