import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { MissingFeature } from '../browser/support.ts';
import '../ui/later-icons.ts';
import '../ui/mark.ts';
import '../ui/sign.ts';
import { pageStyles } from '../ui/page-styles.ts';
import { baseStyles, textStyles } from '../ui/shared-styles.ts';

/** The end of the road: this browser lacks what the app is built on. */
@customElement('unsupported-page')
export class UnsupportedPage extends LitElement {
  static override styles = [
    baseStyles,
    textStyles,
    pageStyles,
    css`
      .stack {
        align-content: center;
      }
    `,
  ];

  @property() missing: MissingFeature = 'webrtc';

  override render() {
    return html`<main>
      <lk-mark wordmark></lk-mark>
      <div class="stack fill" role="alert">
        <lk-sign kind="problem"></lk-sign>
        <h1>${heading(this.missing)}</h1>
        <p class="quiet">${advice(this.missing)}</p>
      </div>
    </main>`;
  }
}

function heading(missing: MissingFeature): string {
  return missing === 'secure_context' ? 'This page is not secure' : 'This browser cannot open your camera';
}

function advice(missing: MissingFeature): string {
  switch (missing) {
    case 'secure_context':
      return 'Keys work only on https pages. Open the same address with https:// in front.';
    case 'webrtc':
      return 'It has no way to receive live pictures (WebRTC). Use Safari, Chrome, Edge or Firefox, up to date.';
    case 'indexeddb':
      return 'It does not let a page keep a key. Leave private browsing, or use Safari, Chrome, Edge or Firefox.';
    case 'crypto':
      return 'It is too old to keep a key safe. Update it, or use Safari, Chrome, Edge or Firefox, up to date.';
    default:
      return missing satisfies never;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'unsupported-page': UnsupportedPage;
  }
}
