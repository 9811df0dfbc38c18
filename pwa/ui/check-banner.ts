import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { baseStyles } from './shared-styles.ts';

/** The camera shows the same digits. */
export class CheckMatchEvent extends Event {
  static readonly type = 'check-match';
  constructor() {
    super(CheckMatchEvent.type, { bubbles: true, composed: true });
  }
}

/** The camera shows other digits: another phone was first. */
export class CheckDifferEvent extends Event {
  static readonly type = 'check-differ';
  constructor() {
    super(CheckDifferEvent.type, { bubbles: true, composed: true });
  }
}

/** The check code over the picture, until the user has said whether the camera shows the same. */
@customElement('lk-check-banner')
export class CheckBannerElement extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-2);
        padding: var(--space-3) var(--space-3) var(--space-2) var(--space-4);
        border-radius: var(--radius-m);
        background: var(--glass);
        color: var(--on-glass);
        backdrop-filter: blur(14px);
        -webkit-backdrop-filter: blur(14px);
      }
      p {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-4);
        margin: 0;
        font-size: var(--text-s);
        font-weight: var(--weight-medium);
        line-height: 1.3;
      }
      strong {
        color: var(--lens-ring);
        font-size: var(--text-xl);
        font-variant-numeric: tabular-nums lining-nums;
        font-weight: var(--weight-heavy);
        letter-spacing: 0.08em;
      }
      div {
        display: flex;
        gap: var(--space-2);
        margin-inline-start: calc(-1 * var(--space-2));
      }
      button {
        flex: 1;
        min-height: var(--target-small);
        border: 1px solid var(--glass-press);
        border-radius: var(--radius-s);
        background: none;
        color: var(--on-glass);
        font: inherit;
        font-size: var(--text-s);
        font-weight: var(--weight-bold);
        cursor: pointer;
      }
      button:hover,
      button:active {
        background: var(--glass-press);
      }
      .match {
        background: var(--glass-press);
      }
    `,
  ];

  /** Decimal digits. */
  @property() code = '';

  override render() {
    return html`<p>
        <span>Does the camera show the same?</span><strong aria-label=${[...this.code].join(' ')} role="img">${this.code}</strong>
      </p>
      <div>
        <button type="button" @click=${() => this.dispatchEvent(new CheckDifferEvent())}>They differ</button>
        <button class="match" type="button" @click=${() => this.dispatchEvent(new CheckMatchEvent())}>They match</button>
      </div>`;
  }
}

declare global {
  interface HTMLElementEventMap {
    'check-match': CheckMatchEvent;
    'check-differ': CheckDifferEvent;
  }
  interface HTMLElementTagNameMap {
    'lk-check-banner': CheckBannerElement;
  }
}
