import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { baseStyles } from './shared-styles.ts';

/** The user switched it. */
export class SwitchChangeEvent extends Event {
  static readonly type = 'switch-change';
  readonly isOn: boolean;
  constructor(isOn: boolean) {
    super(SwitchChangeEvent.type, { bubbles: true, composed: true });
    this.isOn = isOn;
  }
}

/** A switch over the whole width, with what it means in a line beneath its name. */
@customElement('lk-toggle')
export class ToggleElement extends LitElement {
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override styles = [
    baseStyles,
    css`
      :host {
        display: block;
      }
      button {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-4);
        width: 100%;
        min-height: var(--target);
        padding: var(--space-2) 0;
        border: 0;
        background: none;
        color: inherit;
        font: inherit;
        line-height: 1.3;
        text-align: start;
        cursor: pointer;
        touch-action: manipulation;
      }
      b {
        display: block;
        font-weight: var(--weight-medium);
      }
      small {
        color: var(--text-quiet);
        font-size: var(--text-s);
      }
      i {
        position: relative;
        flex: none;
        width: 3.25rem;
        height: 2rem;
        border: 2px solid var(--line-strong);
        border-radius: var(--radius-full);
        transition: background-color var(--time-fast) var(--ease);
      }
      i::after {
        content: "";
        position: absolute;
        inset-block-start: 50%;
        inset-inline-start: 0.375rem;
        width: 1rem;
        height: 1rem;
        margin-block-start: -0.5rem;
        border-radius: var(--radius-full);
        background: var(--line-strong);
        transition: inset-inline-start var(--time-fast) var(--ease);
      }
      [aria-checked="true"] i {
        border-color: var(--accent);
        background: var(--accent);
      }
      [aria-checked="true"] i::after {
        inset-inline-start: 1.5rem;
        background: var(--on-accent);
      }
      button:disabled {
        cursor: default;
      }
      button:disabled i {
        opacity: 0.5;
      }
      @media (forced-colors: active) {
        i::after {
          background: ButtonText;
        }
        [aria-checked="true"] i {
          border-color: Highlight;
        }
      }
    `,
  ];

  @property() label = '';
  /** What it means, in a line; empty for none. */
  @property() note = '';
  @property({ type: Boolean }) on = false;
  @property({ type: Boolean, reflect: true }) disabled = false;

  override render() {
    return html`<button
      type="button"
      role="switch"
      aria-checked=${this.on ? 'true' : 'false'}
      aria-labelledby="label"
      aria-describedby=${this.note ? 'note' : nothing}
      ?disabled=${this.disabled}
      @click=${this.#toggle}
    >
      <span><b id="label">${this.label}</b>${this.note ? html`<small id="note">${this.note}</small>` : nothing}</span><i></i>
    </button>`;
  }

  readonly #toggle = (): void => {
    this.on = !this.on;
    this.dispatchEvent(new SwitchChangeEvent(this.on));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-toggle': ToggleElement;
  }
}
