import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { icon } from '../ui/icons.ts';
import '../ui/later-icons.ts';
import { baseStyles } from '../ui/shared-styles.ts';
import type { SoundView } from './sound-desk.ts';

/** Says which microphones and cameras are on, at all times that they are, and shows what of the phone's own is shown. */
@customElement('sound-signs')
export class SoundSignsElement extends LitElement {
  static override styles = [
    baseStyles,
    css`
      /* Beside the page's two strips and not in them: it stays when they go. */
      :host {
        position: absolute;
        inset: calc(var(--safe-top) + 4.75rem) calc(var(--space-4) + var(--safe-right)) 0
          calc(var(--space-4) + var(--safe-left));
        display: grid;
        align-content: start;
        justify-items: start;
        gap: var(--space-2);
        pointer-events: none;
      }
      .rest {
        position: absolute;
        inset-block-start: 35%;
        justify-self: center;
        color: var(--on-glass-quiet);
      }
      [role="status"] {
        display: grid;
        justify-items: start;
        gap: var(--space-2);
      }
      [role="status"] p {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        margin: 0;
        padding: var(--space-1) var(--space-3) var(--space-1) var(--space-2);
        border-radius: var(--radius-full);
        background: var(--glass);
        color: var(--on-glass);
        font-size: var(--text-s);
        font-weight: var(--weight-medium);
      }
      .icon {
        width: 1.25rem;
        height: 1.25rem;
      }
      .own {
        color: var(--on-glass-bad);
      }
      .its {
        color: var(--accent);
      }
      [role="status"] span:last-child {
        color: var(--on-glass);
      }
      video {
        width: 6rem;
        aspect-ratio: 4 / 3;
        border: 2px solid var(--on-glass-bad);
        border-radius: var(--radius-s);
        object-fit: cover;
        scale: -1 1;
      }
    `,
  ];

  @property({ attribute: false }) view: SoundView | null = null;
  @query('video') private readonly video!: HTMLVideoElement | null;

  override render() {
    const { talk, show, listen, own } = this.view ?? {};
    return html`<div role="status">
        ${talk === 'on' ? sign('own', 'microphone', 'Your microphone is on') : nothing}
        ${show === 'on' ? sign('own', 'video', 'You are on its screen') : nothing}
        ${listen === 'on' ? sign('its', 'sound', 'This camera’s microphone is on') : nothing}
      </div>
      ${this.view?.picture === false ? html`<p class="rest">${listen === 'on' ? 'The screen is off. Only sound comes.' : 'The screen is off.'}</p>` : nothing}
      ${own ? html`<video muted autoplay playsinline aria-label="What its screen shows of you"></video>` : nothing}`;
  }

  protected override updated(_changed: PropertyValues<this>): void {
    const own = this.view?.own ?? null;
    if (!this.video || !own) return;
    const shown = this.video.srcObject instanceof MediaStream ? this.video.srcObject.getTracks()[0] : null;
    if (shown !== own) this.video.srcObject = new MediaStream([own]);
  }
}

function sign(whose: 'own' | 'its', drawing: 'microphone' | 'video' | 'sound', words: string) {
  return html`<p><span class=${whose}>${icon(drawing)}</span><span>${words}</span></p>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'sound-signs': SoundSignsElement;
  }
}
