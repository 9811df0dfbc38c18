import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import './icon-button.ts';
import './presence.ts';
import type { Presence } from './presence.ts';
import { baseStyles } from './shared-styles.ts';

/** The user wants to see this camera. */
export class CameraOpenEvent extends Event {
  static readonly type = 'camera-open';
  constructor() {
    super(CameraOpenEvent.type, { bubbles: true, composed: true });
  }
}

/** The user wants this camera's menu. */
export class CameraMenuEvent extends Event {
  static readonly type = 'camera-menu';
  constructor() {
    super(CameraMenuEvent.type, { bubbles: true, composed: true });
  }
}

/** One camera in the list: a tap opens it, three dots open its menu. */
@customElement('lk-camera-card')
export class CameraCardElement extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        position: relative;
        display: block;
        border: var(--line-width) solid var(--line);
        border-radius: var(--radius-l);
        background: var(--surface);
      }
      .open {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-4);
        width: 100%;
        min-height: 6.25rem;
        padding: var(--space-3) calc(var(--target-small) + var(--space-3)) var(--space-3) var(--space-3);
        border: 0;
        border-radius: inherit;
        background: none;
        color: inherit;
        font: inherit;
        text-align: start;
        cursor: pointer;
        touch-action: manipulation;
      }
      .open:hover,
      .open:active {
        background: var(--surface-high);
      }
      .lens {
        display: grid;
        place-items: center;
        width: clamp(3.5rem, 19vw, 4.75rem);
        aspect-ratio: 1;
        border-radius: var(--radius-m);
        background: radial-gradient(circle at 30% 20%, var(--lens-light), var(--lens-deep) 75%);
      }
      .lens img {
        width: 100%;
        height: 100%;
        border-radius: inherit;
        object-fit: cover;
      }
      .lens svg {
        width: 68%;
      }
      .lens circle,
      .lens path {
        fill: none;
        stroke-width: 2.5;
        stroke-linecap: round;
      }
      .lens .ring {
        stroke: var(--lens-ring);
        stroke-width: 3.5;
      }
      .lens .glass {
        fill: var(--lens-deep);
        stroke: var(--lens-rim);
      }
      .lens .pupil {
        fill: var(--lens-ring);
      }
      .lens .glint {
        stroke: var(--on-glass-quiet);
      }
      .unlit .ring {
        stroke: var(--lens-rim);
      }
      .unlit .pupil {
        fill: var(--lens-rim);
      }
      .words {
        flex: 1 1 6.5rem;
        min-width: 0;
      }
      .name {
        display: block;
        margin-bottom: var(--space-1);
        font-size: var(--text-l);
        font-weight: var(--weight-bold);
        letter-spacing: -0.01em;
        line-height: 1.2;
        overflow-wrap: anywhere;
      }
      .note {
        display: block;
        margin-top: 0.125rem;
        color: var(--text-quiet);
        font-size: var(--text-s);
        line-height: 1.3;
      }
      lk-icon-button {
        position: absolute;
        inset-block-start: calc(50% - var(--target-small) / 2);
        inset-inline-end: var(--space-2);
      }
    `,
  ];

  @property() name = '';
  @property() presence: Presence = 'checking';
  /** Address of a picture of what it showed last; empty for none. */
  @property() picture = '';
  /** A further line in words, such as until when a guest may look; empty for none. */
  @property() note = '';

  override render() {
    return html`<button class="open" type="button" @click=${() => this.dispatchEvent(new CameraOpenEvent())}>
        <span class="lens">${this.picture ? html`<img src=${this.picture} alt="" />` : lensDrawing(this.presence === 'online')}</span>
        <span class="words">
          <span class="name">${this.name}</span>
          <lk-presence presence=${this.presence}></lk-presence>
          ${this.note ? html`<span class="note">${this.note}</span>` : nothing}
        </span>
      </button>
      <lk-icon-button
        icon="more"
        label="Options for ${this.name}"
        @click=${() => this.dispatchEvent(new CameraMenuEvent())}
      ></lk-icon-button>`;
  }
}

function lensDrawing(isLit: boolean) {
  return html`<svg class=${isLit ? 'lit' : 'unlit'} viewBox="0 0 52 52" aria-hidden="true" focusable="false">
    <circle class="ring" cx="26" cy="26" r="22" />
    <circle class="glass" cx="26" cy="26" r="14" />
    <circle class="pupil" cx="26" cy="26" r="6.5" />
    <path class="glint" d="M17.5 22.5a9.5 9.5 0 0 1 5-5" />
  </svg>`;
}

declare global {
  interface HTMLElementEventMap {
    'camera-open': CameraOpenEvent;
    'camera-menu': CameraMenuEvent;
  }
  interface HTMLElementTagNameMap {
    'lk-camera-card': CameraCardElement;
  }
}
