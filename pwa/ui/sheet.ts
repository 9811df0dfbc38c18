import { css, html, LitElement, type PropertyValues } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { baseStyles, textStyles } from './shared-styles.ts';

/** The user put the sheet away. */
export class SheetCloseEvent extends Event {
  static readonly type = 'sheet-close';
  constructor() {
    super(SheetCloseEvent.type, { bubbles: true, composed: true });
  }
}

/**
 * A panel from the lower edge that asks one thing; Escape, back gesture and a tap beside it put it away.
 *
 * @slot - What it asks, and its buttons.
 */
@customElement('lk-sheet')
export class SheetElement extends LitElement {
  static override styles = [
    baseStyles,
    textStyles,
    css`
      :host {
        display: contents;
      }
      dialog {
        position: fixed;
        inset: auto 0 0;
        width: 100%;
        max-width: calc(var(--measure) + 2 * var(--gutter));
        max-height: calc(100dvh - var(--space-6));
        margin: 0 auto;
        padding: 0;
        overflow: auto;
        border: 0;
        border-radius: var(--radius-l) var(--radius-l) 0 0;
        background: var(--surface);
        color: var(--text);
        box-shadow: var(--shadow);
      }
      dialog:focus-visible {
        outline: none;
      }
      dialog::backdrop {
        background: var(--scrim);
      }
      dialog[open] {
        animation: rise var(--time-slow) var(--ease);
      }
      .inside {
        display: grid;
        gap: var(--space-4);
        padding: var(--space-5) var(--gutter) calc(var(--space-5) + var(--safe-bottom));
      }
      @keyframes rise {
        from {
          transform: translateY(2.5rem);
          opacity: 0;
        }
      }
    `,
  ];

  @property({ type: Boolean }) open = false;
  /** The heading. */
  @property() heading = '';

  @query('dialog') private readonly dialog!: HTMLDialogElement;

  override render() {
    return html`<dialog aria-labelledby="heading" @close=${this.#handleClose} @click=${this.#handleClick}>
      <div class="inside">
        <h2 id="heading">${this.heading}</h2>
        <slot></slot>
      </div>
    </dialog>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('open')) return;
    if (this.open && !this.dialog.open) this.dialog.showModal();
    if (!this.open && this.dialog.open) this.dialog.close();
  }

  readonly #handleClose = (): void => {
    if (this.open) this.dispatchEvent(new SheetCloseEvent());
  };

  readonly #handleClick = (event: Event): void => {
    if (event.target === this.dialog) this.dialog.close();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-sheet': SheetElement;
  }
}
