import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { baseStyles } from './shared-styles.ts';

/** A camera's picture with four corners that say where to hold the code. */
@customElement('lk-viewfinder')
export class ViewfinderElement extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        position: relative;
        display: grid;
        place-items: center;
        overflow: hidden;
        background: var(--picture-ground);
      }
      video {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        object-fit: cover;
      }
      .window {
        position: relative;
        width: min(68%, 60cqb, 20rem);
        aspect-ratio: 1;
        border-radius: 9.6%;
        box-shadow: 0 0 0 100vmax var(--shade-light);
      }
      svg {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        overflow: visible;
        color: var(--on-glass);
        transition: color var(--time-fast) var(--ease);
      }
      .found svg {
        color: var(--lens-ring);
      }
    `,
  ];

  @property({ attribute: false }) stream: MediaStream | null = null;
  /** Whether a code has been read; the corners light up. */
  @property({ type: Boolean }) found = false;

  @query('video') readonly video!: HTMLVideoElement;

  override render() {
    return html`<video playsinline muted autoplay disablepictureinpicture aria-hidden="true"></video>
      ${this.stream ? this.#renderWindow() : nothing}`;
  }

  #renderWindow() {
    return html`<div class=${this.found ? 'window found' : 'window'}>
      <svg viewBox="0 0 100 100" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" aria-hidden="true">
        <path d="M0 20V9.6A9.6 9.6 0 0 1 9.6 0H20M80 0h10.4A9.6 9.6 0 0 1 100 9.6V20M100 80v10.4a9.6 9.6 0 0 1-9.6 9.6H80M20 100H9.6A9.6 9.6 0 0 1 0 90.4V80" />
      </svg>
    </div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('stream')) this.video.srcObject = this.stream;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-viewfinder': ViewfinderElement;
  }
}
