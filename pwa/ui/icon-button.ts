import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { type IconName, icon } from './icons.ts';
import { baseStyles } from './shared-styles.ts';

/** A round button of at least 48 px that shows a drawing, and its name too when `caption` is set. Listen to `click`. */
@customElement('lk-icon-button')
export class IconButtonElement extends LitElement {
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override styles = [
    baseStyles,
    css`
      :host {
        display: inline-block;
      }
      button {
        display: grid;
        justify-items: center;
        gap: var(--space-1);
        min-width: var(--target-small);
        padding: 0;
        border: 0;
        background: none;
        color: inherit;
        font: inherit;
        font-size: var(--text-xs);
        font-weight: var(--weight-medium);
        line-height: 1.2;
        cursor: pointer;
        touch-action: manipulation;
        user-select: none;
        -webkit-user-select: none;
        border-radius: var(--radius-m);
      }
      .disc {
        display: grid;
        place-items: center;
        width: var(--target-small);
        height: var(--target-small);
        border-radius: var(--radius-full);
        transition: background-color var(--time-fast) var(--ease);
      }
      :host(:dir(rtl)) .back {
        scale: -1 1;
      }
      .plain:hover .disc,
      .plain:active .disc {
        background: var(--surface-high);
      }
      .glass {
        color: var(--on-glass);
      }
      .glass .disc {
        width: var(--target);
        height: var(--target);
        background: var(--glass);
        backdrop-filter: blur(12px);
        -webkit-backdrop-filter: blur(12px);
      }
      .glass:hover .disc,
      .glass:active .disc {
        background: var(--glass-press);
      }
      button[aria-pressed="true"] .disc {
        background: var(--accent);
        color: var(--on-accent);
      }
      button:disabled {
        cursor: default;
      }
      button:disabled .disc {
        opacity: 0.45;
      }
    `,
  ];

  /** What it does, in words; read by a screen reader and shown when `caption` is set. */
  @property() label = '';
  @property() icon: IconName = 'more';
  /** `plain` on the page, `glass` over a picture. */
  @property() tone: 'plain' | 'glass' = 'plain';
  @property({ type: Boolean }) caption = false;
  @property({ type: Boolean, reflect: true }) disabled = false;
  /** Whether it is on; `null` for a button that is no switch. */
  @property({ attribute: false }) pressed: boolean | null = null;

  override render() {
    return html`<button
      type="button"
      class=${this.tone}
      aria-label=${this.label}
      title=${this.caption ? nothing : this.label}
      aria-pressed=${this.pressed ?? nothing}
      ?disabled=${this.disabled}
    >
      <span class="disc"><span class=${this.icon}>${icon(this.icon)}</span></span>
      ${this.caption ? html`<span aria-hidden="true">${this.label}</span>` : nothing}
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-icon-button': IconButtonElement;
  }
}
