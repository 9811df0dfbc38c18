import { css, html, LitElement, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import '../ui/button.ts';
import { CheckDifferEvent } from '../ui/check-banner.ts';
import '../ui/check-code.ts';
import '../ui/sign.ts';
import '../ui/steps.ts';
import '../ui/top-bar.ts';
import { CountdownController } from '../state/countdown-controller.ts';
import { pageStyles } from '../ui/page-styles.ts';
import { baseStyles, textStyles } from '../ui/shared-styles.ts';
import { failureAdvice, failureHeading } from './claim-failure-text.ts';
import type { ClaimState, ClaimStep } from './claim-state.ts';

/** The user, or the clock, goes on to the picture. */
export class ShowPictureEvent extends Event {
  static readonly type = 'show-picture';
  constructor() {
    super(ShowPictureEvent.type, { bubbles: true, composed: true });
  }
}

/** The user wants to scan again. */
export class ScanAgainEvent extends Event {
  static readonly type = 'scan-again';
  constructor() {
    super(ScanAgainEvent.type, { bubbles: true, composed: true });
  }
}

/** The user wants this same link tried once more. */
export class ClaimAgainEvent extends Event {
  static readonly type = 'claim-again';
  constructor() {
    super(ClaimAgainEvent.type, { bubbles: true, composed: true });
  }
}

/** Long enough to read four digits; the code stays on show over the picture. In ms. */
const showPictureAfterMs = 6000;
const steps: readonly ClaimStep[] = ['key', 'camera', 'storing'];

/** From the code read to the key in hand, with the four digits to compare. */
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

  @property({ attribute: false }) state: ClaimState = { type: 'idle' };

  readonly #countdown = new CountdownController(this, () => this.dispatchEvent(new ShowPictureEvent()));

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('state')) return;
    if (this.state.type === 'claimed') this.#countdown.start(showPictureAfterMs);
    else this.#countdown.stop();
  }

  override render() {
    switch (this.state.type) {
      case 'idle':
        return this.#renderProgress(0);
      case 'claiming':
        return this.#renderProgress(steps.indexOf(this.state.step));
      case 'claimed':
        return this.#renderClaimed(this.state);
      case 'failed':
        return this.#renderFailed(this.state);
      default:
        return this.state satisfies never;
    }
  }

  #renderProgress(current: number) {
    return html`<main>
      <lk-top-bar back="Cancel"></lk-top-bar>
      <div class="middle" role="status">
        <h1>Making this phone the key</h1>
        <lk-steps
          .steps=${['Making a key that never leaves this phone', 'Asking the camera', 'Keeping the key safe']}
          .current=${current}
        ></lk-steps>
      </div>
    </main>`;
  }

  #renderClaimed({ cameraName, checkCode }: Extract<ClaimState, { type: 'claimed' }>) {
    return html`<main>
      <div class="middle" role="status">
        <div class="stack">
          <h1>${cameraName} is yours</h1>
          <p class="quiet">The camera shows the same four digits. If it does, no other phone came first.</p>
        </div>
        <lk-check-code code=${checkCode}></lk-check-code>
      </div>
      <div class="actions">
        <lk-button
          variant="primary"
          .countdownMs=${showPictureAfterMs}
          @click=${() => this.dispatchEvent(new ShowPictureEvent())}
          >Show the picture</lk-button
        >
        <lk-button variant="quiet" @click=${() => this.dispatchEvent(new CheckDifferEvent())}
          >The digits differ</lk-button
        >
      </div>
    </main>`;
  }

  #renderFailed({ code }: Extract<ClaimState, { type: 'failed' }>) {
    return html`<main>
      <lk-top-bar back="Back"></lk-top-bar>
      <div class="middle" role="alert">
        <lk-sign kind="problem"></lk-sign>
        <div class="stack">
          <h1>${failureHeading(code)}</h1>
          <p class="quiet">${failureAdvice(code)}</p>
        </div>
      </div>
      <div class="actions">${this.#renderFailedAction(code)}</div>
    </main>`;
  }

  #renderFailedAction(code: Extract<ClaimState, { type: 'failed' }>['code']) {
    const isLinkStillGood =
      code === 'camera_offline' || code === 'rendezvous_offline' || code === 'cancelled';
    return isLinkStillGood
      ? html`<lk-button variant="primary" icon="retry" @click=${() => this.dispatchEvent(new ClaimAgainEvent())}
            >Try again</lk-button
          ><lk-button variant="quiet" @click=${() => this.dispatchEvent(new ScanAgainEvent())}
            >Scan another code</lk-button
          >`
      : html`<lk-button variant="primary" icon="scan" @click=${() => this.dispatchEvent(new ScanAgainEvent())}
          >Scan again</lk-button
        >`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'claim-page': ClaimPage;
  }
}
