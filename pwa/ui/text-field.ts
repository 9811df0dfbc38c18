import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { baseStyles } from './shared-styles.ts';

/** The words in the field changed. */
export class TextChangeEvent extends Event {
  static readonly type = 'text-change';
  readonly value: string;
  constructor(value: string) {
    super(TextChangeEvent.type, { bubbles: true, composed: true });
    this.value = value;
  }
}

/** The user finished with the field's own Enter key. */
export class TextSubmitEvent extends Event {
  static readonly type = 'text-submit';
  constructor() {
    super(TextSubmitEvent.type, { bubbles: true, composed: true });
  }
}

/** One line to write in, its label above and what is wrong with it beneath. */
@customElement('lk-text-field')
export class TextFieldElement extends LitElement {
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
        min-height: var(--target);
        padding: 0 var(--space-4);
        border: var(--line-width) solid var(--line-strong);
        border-radius: var(--radius-s);
        background: var(--ground);
        color: inherit;
        font: inherit;
      }
      input:not([type="text"]) {
        /* iOS draws its pickers centred and as narrow as their words. */
        appearance: none;
        -webkit-appearance: none;
        min-width: 0;
        text-align: start;
      }
      input::placeholder {
        color: var(--text-quiet);
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
  @property() placeholder = '';
  /** What is wrong with the value, in words; empty when nothing is. */
  @property() problem = '';
  @property({ type: Number }) maxLength = 512;
  /** Which keyboard a phone shows. */
  @property() mode: 'text' | 'url' = 'text';
  /** What is written: words, or a moment that the phone's own picker offers, as HTML's input elements have it. */
  @property() type: 'text' | 'date' | 'time' | 'datetime-local' = 'text';
  /** Earliest moment, in the form of `value`; empty for none. */
  @property() min = '';

  override render() {
    return html`<label for="input">${this.label}</label>
      <input
        id="input"
        type=${this.type}
        min=${this.min || nothing}
        inputmode=${this.mode}
        autocomplete="off"
        autocapitalize=${this.mode === 'url' ? 'off' : 'sentences'}
        spellcheck="false"
        maxlength=${this.maxLength}
        placeholder=${this.placeholder}
        .value=${this.value}
        aria-invalid=${this.problem ? 'true' : 'false'}
        aria-describedby=${this.problem ? 'problem' : nothing}
        @input=${this.#handleInput}
        @keydown=${this.#handleKey}
      />
      ${this.problem ? html`<p id="problem" role="alert">${this.problem}</p>` : nothing}`;
  }

  readonly #handleInput = (event: Event): void => {
    this.value = (event.target as HTMLInputElement).value;
    this.dispatchEvent(new TextChangeEvent(this.value));
  };

  readonly #handleKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.isComposing) this.dispatchEvent(new TextSubmitEvent());
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-text-field': TextFieldElement;
  }
}
