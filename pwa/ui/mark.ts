import { css, html, LitElement, nothing, svg } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { baseStyles } from './shared-styles.ts';

/** The latchkey whose bow is a lens; with `wordmark`, the name beside it. */
@customElement('lk-mark')
export class MarkElement extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: inline-flex;
        align-items: center;
        gap: 0.5em;
        font-size: var(--text-l);
        font-weight: var(--weight-heavy);
        letter-spacing: -0.02em;
        line-height: 1;
      }
      svg {
        width: 1.7em;
        height: 1.7em;
        color: var(--accent);
        overflow: visible;
      }
      @media (prefers-color-scheme: light) {
        svg {
          color: var(--accent-text);
        }
      }
    `,
  ];

  @property({ type: Boolean }) wordmark = false;

  override render() {
    return html`<svg viewBox="0 0 64 64" fill="none" aria-hidden="true" focusable="false">${keyDrawing}</svg
      >${this.wordmark ? html`<span>Latchkey</span>` : nothing}`;
  }
}

const keyDrawing = svg`<g transform="rotate(-45 32 32)" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round">
  <circle cx="32" cy="17" r="14" stroke-width="6" />
  <circle cx="32" cy="17" r="5.5" fill="currentColor" stroke="none" />
  <path d="M32 34v27M32 49h8M32 58h10" stroke-width="6" />
</g>`;

declare global {
  interface HTMLElementTagNameMap {
    'lk-mark': MarkElement;
  }
}
