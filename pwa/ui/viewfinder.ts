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
        border-radius: var(--radius-l);
        box-shadow: 0 0 0 100vmax var(--shade-light);
      }
      svg {
        position: absolute;
        inset: -0.375rem;
        width: calc(100% + 0.75rem);
        height: calc(100% + 0.75rem);
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
      <svg viewBox="0 0 100 100" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" aria-hidden="true">
        <path d="M1.5 20V10A8.5 8.5 0 0 1 10 1.5h10M80 1.5h10A8.5 8.5 0 0 1 98.5 10v10M98.5 80v10a8.5 8.5 0 0 1-8.5 8.5H80M20 98.5H10A8.5 8.5 0 0 1 1.5 90V80" />
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
