import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { baseStyles } from './shared-styles.ts';

/** One of several answers. */
export interface Chip {
  readonly value: string;
  readonly words: string;
  /** Takes half a row instead of a third. */
  readonly isWide?: boolean;
}

/** The user chose another answer. */
export class ChipChangeEvent extends Event {
  static readonly type = 'chip-change';
  readonly value: string;
  constructor(value: string) {
    super(ChipChangeEvent.type, { bubbles: true, composed: true });
    this.value = value;
  }
}

/** A question whose answers are all in sight, one of them chosen; arrow keys go from one to the next. */
@customElement('lk-chips')
export class ChipsElement extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }
      fieldset {
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend {
        margin-bottom: var(--space-2);
        padding: 0;
        font-size: var(--text-s);
        font-weight: var(--weight-medium);
      }
      .chips {
        display: grid;
        grid-template-columns: repeat(6, minmax(0, 1fr));
        gap: var(--space-2);
      }
      label {
        position: relative;
        display: grid;
        grid-column: span 2;
        place-items: center;
        min-height: var(--target);
        padding: var(--space-2);
        border: var(--line-width) solid var(--line-strong);
        border-radius: var(--radius-m);
        background: var(--surface);
        font-weight: var(--weight-medium);
        line-height: 1.2;
        text-align: center;
        cursor: pointer;
        touch-action: manipulation;
        user-select: none;
        -webkit-user-select: none;
        transition: background-color var(--time-fast) var(--ease);
      }
      .wide {
        grid-column: span 3;
      }
      @container (max-width: 17rem) {
        label {
          grid-column: span 3;
        }
        .wide {
          grid-column: 1 / -1;
        }
      }
      input {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        margin: 0;
        opacity: 0;
        cursor: pointer;
      }
      label:hover {
        background: var(--surface-high);
      }
      label:has(:checked) {
        border-color: var(--accent);
        background: var(--accent);
        color: var(--on-accent);
        font-weight: var(--weight-bold);
      }
      label:has(:focus-visible) {
        outline: var(--focus-width) solid var(--accent-text);
        outline-offset: 2px;
      }
      @media (forced-colors: active) {
        label:has(:checked) {
          outline: 3px solid Highlight;
        }
      }
    `,
  ];

  /** The question. */
  @property() label = '';
  @property({ attribute: false }) chips: readonly Chip[] = [];
  /** The chosen answer; empty for none. */
  @property() value = '';

  override render() {
    return html`<fieldset>
      <legend>${this.label}</legend>
      <div class="chips">${this.chips.map((chip) => this.#renderChip(chip))}</div>
    </fieldset>`;
  }

  #renderChip({ value, words, isWide }: Chip) {
    return html`<label class=${isWide ? 'wide' : ''}>
      <input
        type="radio"
        name="chip"
        value=${value}
        .checked=${value === this.value}
        @change=${() => this.#choose(value)}
      /><span>${words}</span>
    </label>`;
  }

  #choose(value: string): void {
    this.value = value;
    this.dispatchEvent(new ChipChangeEvent(value));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-chips': ChipsElement;
  }
}
