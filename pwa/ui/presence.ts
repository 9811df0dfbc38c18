import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { baseStyles } from './shared-styles.ts';

/** Whether a camera answers; `off` for one that is switched off, `ended` for one that this phone may no longer see. */
export type Presence = 'checking' | 'online' | 'offline' | 'off' | 'ended';

/** A dot and a word; the dot's shape differs too, for those who do not see the colour. */
@customElement('lk-presence')
export class PresenceElement extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
        color: var(--text-quiet);
        font-size: var(--text-s);
        line-height: 1.3;
      }
      i {
        width: 0.5625rem;
        height: 0.5625rem;
        border: 2px solid var(--line-strong);
        border-radius: var(--radius-full);
      }
      .online {
        border-color: var(--good);
        background: var(--good);
      }
      .checking {
        border-style: dotted;
      }
      .off {
        border-radius: 0;
      }
      .ended {
        height: 0;
        border-width: 2px 0 0;
        border-radius: 0;
      }
    `,
  ];

  @property() presence: Presence = 'checking';

  override render() {
    return html`<i class=${this.presence}></i><span>${presenceWord(this.presence)}</span>`;
  }
}

function presenceWord(presence: Presence): string {
  switch (presence) {
    case 'checking':
      return 'Looking for it';
    case 'online':
      return 'Online';
    case 'offline':
      return 'Not reachable';
    case 'off':
      return 'Switched off';
    case 'ended':
      return 'Ended';
    default:
      return presence satisfies never;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-presence': PresenceElement;
  }
}
