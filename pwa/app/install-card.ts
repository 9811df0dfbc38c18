import { css, html, LitElement } from 'lit';
import { customElement } from 'lit/decorators.js';
import '../ui/icon-button.ts';
import '../ui/later-icons.ts';
import { icon } from '../ui/icons.ts';
import { baseStyles } from '../ui/shared-styles.ts';

/** The user wants the app installed. */
export class InstallEvent extends Event {
  static readonly type = 'install';
  constructor() {
    super(InstallEvent.type, { bubbles: true, composed: true });
  }
}

/** The user does not want to be asked again. */
export class InstallDismissEvent extends Event {
  static readonly type = 'install-dismiss';
  constructor() {
    super(InstallDismissEvent.type, { bubbles: true, composed: true });
  }
}

/** Offers to put the app on the home screen, where the browser can do that. */
@customElement('install-card')
export class InstallCard extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: flex;
        align-items: center;
        padding-inline-end: var(--space-1);
        border: var(--line-width) dashed var(--line-strong);
        border-radius: var(--radius-m);
      }
      .install {
        display: flex;
        flex: 1;
        align-items: center;
        gap: var(--space-3);
        min-height: var(--target);
        padding: var(--space-3) var(--space-4);
        border: 0;
        border-radius: inherit;
        background: none;
        color: inherit;
        font: inherit;
        font-size: var(--text-s);
        line-height: 1.3;
        text-align: start;
        cursor: pointer;
      }
      .icon {
        color: var(--accent-text);
      }
      strong {
        display: block;
        font-weight: var(--weight-bold);
      }
      small {
        color: var(--text-quiet);
        font-size: var(--text-xs);
      }
    `,
  ];

  override render() {
    return html`<button class="install" type="button" @click=${() => this.dispatchEvent(new InstallEvent())}>
        ${icon('install')}
        <span><strong>Install the app</strong><small>Opens faster, and the browser keeps your key longer.</small></span>
      </button>
      <lk-icon-button
        icon="close"
        label="Do not offer this again"
        @click=${() => this.dispatchEvent(new InstallDismissEvent())}
      ></lk-icon-button>`;
  }
}

declare global {
  interface HTMLElementEventMap {
    install: InstallEvent;
    'install-dismiss': InstallDismissEvent;
  }
  interface HTMLElementTagNameMap {
    'install-card': InstallCard;
  }
}
