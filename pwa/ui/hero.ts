import { css, html, LitElement } from 'lit';
import { customElement } from 'lit/decorators.js';
import { baseStyles } from './shared-styles.ts';

/** The first screen's picture: the key whose bow is the lens, and what the lens sees going round it. */
@customElement('lk-hero')
export class HeroElement extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        position: relative;
        display: block;
        margin-inline: calc(-1 * var(--gutter));
        overflow: hidden;
      }
      svg {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        overflow: visible;
      }
      .wave {
        fill: none;
        stroke: var(--line);
        stroke-width: 1.5;
      }
      .key {
        fill: none;
        stroke: var(--accent);
        stroke-linecap: round;
        stroke-linejoin: round;
        stroke-width: 20;
      }
      .glass {
        fill: var(--lens-deep);
      }
      .rim {
        fill: none;
        stroke: var(--lens-rim);
        stroke-width: 3;
      }
      .pupil {
        fill: var(--lens-light);
      }
      .glint {
        fill: none;
        stroke: var(--on-glass);
        stroke-linecap: round;
        stroke-width: 5;
      }
      .spark {
        fill: var(--accent);
      }
    `,
  ];

  override render() {
    return html`<svg viewBox="-16 -16 352 262" aria-hidden="true" focusable="false">
      <circle class="wave" cx="132" cy="96" r="92" opacity="1" />
      <circle class="wave" cx="132" cy="96" r="124" opacity="0.75" />
      <circle class="wave" cx="132" cy="96" r="158" opacity="0.5" />
      <circle class="wave" cx="132" cy="96" r="194" opacity="0.3" />
      <circle class="wave" cx="132" cy="96" r="232" opacity="0.15" />
      <path class="key" d="M175 139 260 224M214 178l19 -19M238 202l26 -26" />
      <circle class="glass" cx="132" cy="96" r="56" />
      <circle class="key" cx="132" cy="96" r="58" />
      <circle class="rim" cx="132" cy="96" r="36" />
      <circle class="pupil" cx="132" cy="96" r="22" />
      <circle class="spark" cx="132" cy="96" r="8" />
      <path class="glint" d="M104 84a30 30 0 0 1 16-16" />
    </svg>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-hero': HeroElement;
  }
}
