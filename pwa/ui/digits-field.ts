import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { baseStyles } from './shared-styles.ts';

/** The digits in the field changed. */
export class DigitsChangeEvent extends Event {
  static readonly type = 'digits-change';
  readonly value: string;
  constructor(value: string) {
    super(DigitsChangeEvent.type, { bubbles: true, composed: true });
    this.value = value;
  }
}

/** The user finished with the field's own Enter key. */
export class DigitsSubmitEvent extends Event {
  static readonly type = 'digits-submit';
  constructor() {
    super(DigitsSubmitEvent.type, { bubbles: true, composed: true });
  }
}

/** A few digits read off something else, large, on a phone's number keys; what is wrong with them beneath. */
@customElement('lk-digits-field')
export class DigitsFieldElement extends LitElement {
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override styles = [
    baseStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-2);
      }
      label {
        font-size: var(--text-s);
        font-weight: var(--weight-medium);
      }
      input {
        width: 100%;
        padding: var(--space-3) 0 var(--space-3) 0.35em;
        border: 2px solid var(--line-strong);
        border-radius: var(--radius-m);
        background: var(--surface);
        color: var(--accent-text);
        direction: ltr;
        font: inherit;
        font-size: var(--text-xxl);
        font-variant-numeric: tabular-nums lining-nums;
        font-weight: var(--weight-heavy);
        letter-spacing: 0.35em;
        line-height: 1.2;
        text-align: center;
      }
      input::placeholder {
        color: var(--line-strong);
        opacity: 1;
      }
      input[aria-invalid="true"] {
        border-color: var(--bad);
      }
      p {
        margin: 0;
        color: var(--bad);
        font-size: var(--text-s);
        line-height: 1.35;
      }
    `,
  ];

  @property() label = '';
  @property() value = '';
  /** How many digits there are. */
  @property({ type: Number }) count = 6;
  /** What is wrong with them, in words; empty when nothing is. */
  @property() problem = '';

  override render() {
    return html`<label for="input">${this.label}</label>
      <input
        id="input"
        type="text"
        inputmode="numeric"
        autocomplete="one-time-code"
        enterkeyhint="go"
        pattern="[0-9]*"
        maxlength=${this.count}
        placeholder=${'·'.repeat(this.count)}
        .value=${this.value}
        aria-invalid=${this.problem ? 'true' : 'false'}
        aria-describedby=${this.problem ? 'problem' : nothing}
        @input=${this.#handleInput}
        @keydown=${this.#handleKey}
      />
      ${this.problem ? html`<p id="problem" role="alert">${this.problem}</p>` : nothing}`;
  }

  readonly #handleInput = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    this.value = input.value.replace(/\D/g, '').slice(0, this.count);
    input.value = this.value;
    this.dispatchEvent(new DigitsChangeEvent(this.value));
  };

  readonly #handleKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.isComposing) this.dispatchEvent(new DigitsSubmitEvent());
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-digits-field': DigitsFieldElement;
  }
}
