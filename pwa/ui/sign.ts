import { css, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { type IconName, icon } from './icons.ts';
import { baseStyles } from './shared-styles.ts';

/** A large round sign above a heading: something went wrong, or went well. */
@customElement('lk-sign')
export class SignElement extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: grid;
        place-items: center;
        width: 4.5rem;
        height: 4.5rem;
        border-radius: var(--radius-full);
        background: var(--accent-wash);
        color: var(--accent-text);
      }
      :host([kind="problem"]) {
        background: var(--bad-wash);
        color: var(--bad);
      }
      .icon {
        width: 2.125rem;
        height: 2.125rem;
      }
    `,
  ];

  @property({ reflect: true }) kind: 'problem' | 'success' = 'success';
  /** Another drawing than the kind's own. */
  @property() icon: IconName | null = null;

  override render() {
    return icon(this.icon ?? (this.kind === 'problem' ? 'warning' : 'check'));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-sign': SignElement;
  }
}
