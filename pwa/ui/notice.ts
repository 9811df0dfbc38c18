import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { icon } from './icons.ts';
import { baseStyles, textStyles } from './shared-styles.ts';

/**
 * One thing the user should know, set apart from the page.
 *
 * @slot - The sentence.
 */
@customElement('lk-notice')
export class NoticeElement extends LitElement {
  static override styles = [
    baseStyles,
    textStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: var(--space-3);
        padding: var(--space-4);
        border-radius: var(--radius-m);
        background: var(--accent-wash);
        font-size: var(--text-s);
        line-height: 1.4;
      }
      :host([kind="problem"]) {
        background: var(--bad-wash);
      }
      .icon {
        color: var(--accent-text);
      }
      :host([kind="problem"]) .icon {
        color: var(--bad);
      }
      strong {
        display: block;
        font-weight: var(--weight-bold);
      }
    `,
  ];

  @property({ reflect: true }) kind: 'hint' | 'problem' = 'hint';
  /** A few words before the sentence; empty for none. */
  @property() heading = '';

  override render() {
    return html`${icon(this.kind === 'problem' ? 'warning' : 'info')}
      <div>${this.heading ? html`<strong>${this.heading}</strong>` : ''}<slot></slot></div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-notice': NoticeElement;
  }
}
