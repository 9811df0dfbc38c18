import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { type IconName, icon } from './icons.ts';
import { baseStyles } from './shared-styles.ts';

/** How loud a button is: one `primary` a screen. */
export type ButtonVariant = 'primary' | 'secondary' | 'quiet' | 'danger';

/**
 * A full-width button in words, an icon before them if any. Listen to `click`.
 *
 * @slot - The words.
 */
@customElement('lk-button')
export class ButtonElement extends LitElement {
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override styles = [
    baseStyles,
    css`
      :host {
        display: block;
      }
      :host([disabled]) {
        pointer-events: none;
      }
      button {
        position: relative;
        display: flex;
        align-items: center;
        justify-content: center;
        gap: var(--space-3);
        width: 100%;
        height: 100%;
        min-height: var(--target);
        padding: var(--space-3) var(--button-inset, var(--space-5));
        border: var(--line-width) solid transparent;
        border-radius: var(--radius-full);
        background: none;
        color: inherit;
        font: inherit;
        font-weight: var(--weight-bold);
        line-height: 1.2;
        text-align: center;
        cursor: pointer;
        touch-action: manipulation;
        user-select: none;
        -webkit-user-select: none;
        transition:
          background-color var(--time-fast) var(--ease),
          transform var(--time-fast) var(--ease);
      }
      button:active {
        transform: scale(0.985);
      }
      .primary {
        min-height: calc(var(--target) + var(--space-1));
        background: var(--accent);
        color: var(--on-accent);
      }
      .secondary {
        border-color: var(--line-strong);
        background: var(--surface);
      }
      .quiet {
        color: var(--accent-text);
        font-weight: var(--weight-medium);
      }
      .danger {
        border-color: var(--bad);
        color: var(--bad);
      }
      .danger:active,
      .danger:hover {
        background: var(--bad-wash);
      }
      .primary:active,
      .primary:hover {
        background: var(--accent-press);
      }
      .secondary:active,
      .secondary:hover {
        background: var(--surface-high);
      }
      .quiet:active,
      .quiet:hover {
        background: var(--accent-wash);
      }
      .counting {
        overflow: hidden;
      }
      .counting::before {
        content: "";
        position: absolute;
        inset: 0;
        background: var(--accent-press);
        transform-origin: 0 50%;
        animation: fill var(--countdown, 0ms) linear both;
      }
      .counting > * {
        position: relative;
      }
      @keyframes fill {
        from {
          transform: scaleX(0);
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .counting::before {
          animation: none;
        }
      }
      button:disabled {
        opacity: 0.5;
      }
      .icon {
        margin-inline-start: calc(-1 * var(--space-2));
      }
      @media (forced-colors: active) {
        button {
          border-color: ButtonText;
        }
      }
    `,
  ];

  @property() variant: ButtonVariant = 'secondary';
  /** A drawing before the words. */
  @property() icon: IconName | null = null;
  /** Fills the button within that time, in ms, to show that it will act by itself; 0 for not. It only shows it. */
  @property({ type: Number }) countdownMs = 0;
  @property({ type: Boolean, reflect: true }) disabled = false;

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('countdownMs')) this.style.setProperty('--countdown', `${this.countdownMs}ms`);
  }

  override render() {
    return html`<button
      type="button"
      class="${this.variant} ${this.countdownMs > 0 ? 'counting' : ''}"
      ?disabled=${this.disabled}>
      ${this.icon ? icon(this.icon) : nothing}<span><slot></slot></span>
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-button': ButtonElement;
  }
}
