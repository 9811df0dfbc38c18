import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import './icon-button.ts';
import { baseStyles } from './shared-styles.ts';

/** The user took the toast's offer. */
export class ToastAcceptEvent extends Event {
  static readonly type = 'toast-accept';
  constructor() {
    super(ToastAcceptEvent.type, { bubbles: true, composed: true });
  }
}

/** The user put the toast away. */
export class ToastDismissEvent extends Event {
  static readonly type = 'toast-dismiss';
  constructor() {
    super(ToastDismissEvent.type, { bubbles: true, composed: true });
  }
}

/** A short message over the page, with at most one offer. It says itself to a screen reader, politely. */
@customElement('lk-toast')
export class ToastElement extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: block;
      }
      .bar {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        min-height: calc(var(--target) + var(--space-2));
        padding: var(--space-1) var(--space-1) var(--space-1) var(--space-4);
        border: var(--line-width) solid var(--line);
        border-radius: var(--radius-m);
        background: var(--surface-high);
        box-shadow: var(--shadow);
        font-size: var(--text-s);
        font-weight: var(--weight-medium);
        line-height: 1.3;
        animation: appear var(--time-slow) var(--ease);
      }
      p {
        flex: 1;
        margin: 0;
      }
      .accept {
        min-width: var(--target-small);
        min-height: var(--target-small);
        padding: 0 var(--space-4);
        border: 0;
        border-radius: var(--radius-s);
        background: var(--accent);
        color: var(--on-accent);
        font: inherit;
        font-weight: var(--weight-bold);
        cursor: pointer;
      }
      .accept:hover {
        background: var(--accent-press);
      }
      @keyframes appear {
        from {
          transform: translateY(1rem);
          opacity: 0;
        }
      }
    `,
  ];

  /** What it says; nothing is drawn while empty. */
  @property() message = '';
  /** The word on its button; empty for none. */
  @property() action = '';

  override render() {
    return html`<div role="status">${this.message ? this.#renderBar() : nothing}</div>`;
  }

  #renderBar() {
    return html`<div class="bar">
      <p>${this.message}</p>
      ${
        this.action
          ? html`<button class="accept" type="button" @click=${() => this.dispatchEvent(new ToastAcceptEvent())}>
              ${this.action}
            </button>`
          : nothing
      }
      <lk-icon-button
        icon="close"
        label="Dismiss"
        @click=${() => this.dispatchEvent(new ToastDismissEvent())}
      ></lk-icon-button>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-toast': ToastElement;
  }
}
