import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { BackEvent } from './back-event.ts';
import './icon-button.ts';
import { baseStyles } from './shared-styles.ts';

/**
 * The top of a page: a way back, and a title in the middle of the bar.
 *
 * @slot - The title.
 * @slot end - A button at the far end.
 */
@customElement('lk-top-bar')
export class TopBarElement extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: var(--target-small) 1fr var(--target-small);
        align-items: center;
        min-height: var(--target);
        font-weight: var(--weight-bold);
        text-align: center;
      }
      .start {
        margin-inline-start: calc(-1 * var(--space-3));
      }
    `,
  ];

  /** What the way back is called, as in `Back`; empty for none. */
  @property() back = '';

  override render() {
    return html`<span class="start"
        >${
          this.back
            ? html`<lk-icon-button
                icon="back"
                label=${this.back}
                @click=${() => this.dispatchEvent(new BackEvent())}
              ></lk-icon-button>`
            : nothing
        }</span
      ><span><slot></slot></span><slot name="end"></slot>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-top-bar': TopBarElement;
  }
}
