import { css, html, LitElement } from 'lit';
import { customElement } from 'lit/decorators.js';
import '../ui/button.ts';
import '../ui/mark.ts';
import '../ui/hero.ts';
import { pageStyles } from '../ui/page-styles.ts';
import { baseStyles, textStyles } from '../ui/shared-styles.ts';
import { AddByLinkEvent, ScanEvent } from './intent-events.ts';

/** The first thing a new user sees: what this is, and the one thing to do; the offer to install waits for a camera. */
@customElement('welcome-page')
export class WelcomePage extends LitElement {
  static override styles = [
    baseStyles,
    textStyles,
    pageStyles,
    css`
      lk-hero {
        flex: 1 1 0;
        min-height: 7rem;
        max-height: 26rem;
      }
      @media (max-height: 30rem) {
        lk-hero {
          display: none;
        }
      }
      .words {
        display: grid;
        gap: var(--space-3);
      }
    `,
  ];

  override render() {
    return html`<main>
      <lk-mark wordmark></lk-mark>
      <lk-hero></lk-hero>
      <div class="words">
        <h1 class="display">Your camera.<br />Your key.<br />Nobody else.</h1>
        <p class="quiet">
          Scan the code on your camera, and this phone becomes its key. No account, no cloud, no password.
        </p>
      </div>
      <div class="actions">
        <lk-button variant="primary" icon="scan" @click=${() => this.dispatchEvent(new ScanEvent())}
          >Scan the camera’s code</lk-button
        >
        <lk-button variant="quiet" @click=${() => this.dispatchEvent(new AddByLinkEvent())}
          >Add with a link</lk-button
        >
      </div>
    </main>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'welcome-page': WelcomePage;
  }
}
