import { css, html, LitElement, type PropertyValues } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { baseStyles } from './shared-styles.ts';

/** A frame has been drawn. */
export class PictureFrameEvent extends Event {
  static readonly type = 'picture-frame';
  constructor() {
    super(PictureFrameEvent.type, { bubbles: true, composed: true });
  }
}

/** The live picture, from edge to edge on black, whole (`contain`) or filling the screen (`cover`). */
@customElement('lk-picture')
export class PictureElement extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: block;
        overflow: hidden;
        background: var(--picture-ground);
      }
      video {
        display: block;
        width: 100%;
        height: 100%;
        object-fit: contain;
        transition: filter var(--time-slow) var(--ease);
      }
      .cover {
        object-fit: cover;
      }
      .dim {
        filter: brightness(0.45) saturate(0.6);
      }
    `,
  ];

  @property({ attribute: false }) stream: MediaStream | null = null;
  @property({ type: Boolean }) muted = true;
  @property() fit: 'contain' | 'cover' = 'contain';
  /** Whether what is shown is old: the last frame, darkened. */
  @property({ type: Boolean }) dim = false;
  /** What the picture is of, for a screen reader. */
  @property() label = '';

  /** For taking a snapshot of the frame that is on show. */
  @query('video') readonly video!: HTMLVideoElement;

  override render() {
    return html`<video
      class="${this.fit} ${this.dim ? 'dim' : ''}"
      playsinline
      autoplay
      disablepictureinpicture
      aria-label=${this.label}
      .muted=${this.muted}
      @loadeddata=${() => this.dispatchEvent(new PictureFrameEvent())}
    ></video>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('stream') && this.video.srcObject !== this.stream) this.video.srcObject = this.stream;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-picture': PictureElement;
  }
}
