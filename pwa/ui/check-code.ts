import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { baseStyles } from './shared-styles.ts';

/** The digits that the camera shows too, large enough to compare across a room. */
@customElement('lk-check-code')
export class CheckCodeElement extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: block;
      }
      .digits {
        display: grid;
        grid-auto-columns: 1fr;
        grid-auto-flow: column;
        gap: var(--space-2);
      }
      span {
        display: grid;
        place-items: center;
        aspect-ratio: 4 / 5;
        border: var(--line-width) solid var(--line);
        border-radius: var(--radius-m);
        background: var(--surface);
        color: var(--accent-text);
        font-size: var(--text-code);
        font-variant-numeric: tabular-nums lining-nums;
        font-weight: var(--weight-heavy);
        line-height: 1;
      }
    `,
  ];

  /** Decimal digits. */
  @property() code = '';

  override render() {
    const digits = [...this.code];
    return html`<div class="digits" role="img" aria-label="Check code ${digits.join(' ')}">
      ${digits.map((digit) => html`<span>${digit}</span>`)}
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-check-code': CheckCodeElement;
  }
}
