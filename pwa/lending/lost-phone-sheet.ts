import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import '../ui/button.ts';
import '../ui/sheet.ts';
import { baseStyles, textStyles } from '../ui/shared-styles.ts';
import { SheetCloseEvent } from '../ui/sheet.ts';

/** What to do when a phone with a key is lost. */
@customElement('lost-phone-sheet')
export class LostPhoneSheet extends LitElement {
  static override styles = [
    baseStyles,
    textStyles,
    css`
      :host {
        display: contents;
      }
      .stack {
        display: grid;
        gap: var(--space-3);
      }
      code {
        padding: 0.125rem 0.375rem;
        border-radius: var(--radius-s);
        background: var(--ground);
        font-size: 0.9375em;
        white-space: nowrap;
      }
    `,
  ];

  /** Whether this phone is an owner's. */
  @property({ type: Boolean }) owner = false;

  override render() {
    return html`<lk-sheet open heading="Lost a phone?">
      <div class="stack">
        <p>
          ${
            this.owner
              ? 'Tap the lost phone in this list and take its access back. Its picture ends within a second, and its key opens nothing any more.'
              : 'Ask an owner to take its access back: they find it in this list on their phone.'
          }
        </p>
        <p>
          <strong>Was it the only owner’s?</strong> Then go to the camera. Run <code>latchkey qr</code> there: it
          shows a code that makes a new phone an owner, and from that one you take the lost one’s access back.
        </p>
        <p class="quiet">
          To start over with nobody on the list, run <code>latchkey reset</code> instead.
        </p>
        <lk-button @click=${() => this.dispatchEvent(new SheetCloseEvent())}>Close</lk-button>
      </div>
    </lk-sheet>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lost-phone-sheet': LostPhoneSheet;
  }
}
