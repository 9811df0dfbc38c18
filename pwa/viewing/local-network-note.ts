import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { type LocalNetworkAccess, queryLocalNetworkAccess } from '../browser/local-network.ts';
import { baseStyles } from '../ui/shared-styles.ts';

/** The user wants the picture to come straight, and the browser to ask for what that takes. */
export class LocalNetworkAskEvent extends Event {
  static readonly type = 'local-network-ask';
  constructor() {
    super(LocalNetworkAskEvent.type, { bubbles: true, composed: true });
  }
}

/**
 * Over a picture that comes through a relay: says that the browser keeps this page from the local network, where it does, and
 * what to do about it. It asks nothing by itself.
 */
@customElement('local-network-note')
export class LocalNetworkNote extends LitElement {
  static override styles = [
    baseStyles,
    css`
      section {
        display: grid;
        gap: var(--space-2);
        padding: var(--space-3) var(--space-4);
        border-radius: var(--radius-m);
        background: var(--glass);
        color: var(--on-glass);
        backdrop-filter: blur(14px);
        -webkit-backdrop-filter: blur(14px);
      }
      p {
        margin: 0;
        font-size: var(--text-s);
        line-height: 1.4;
      }
      div {
        display: flex;
        gap: var(--space-2);
      }
      button {
        flex: 1;
        min-height: var(--target-small);
        border: 1px solid var(--glass-press);
        border-radius: var(--radius-s);
        background: none;
        color: var(--on-glass);
        font: inherit;
        font-size: var(--text-s);
        font-weight: var(--weight-bold);
        cursor: pointer;
      }
    `,
  ];

  /** How the browser is asked. */
  @property({ attribute: false }) query: () => Promise<LocalNetworkAccess> = queryLocalNetworkAccess;
  @state() private access: LocalNetworkAccess = 'unknown';
  @state() private isDismissed = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.query().then((access) => {
      this.access = access;
    }, reportError);
  }

  override render() {
    if (this.isDismissed || (this.access !== 'prompt' && this.access !== 'denied')) return nothing;
    return html`<section role="note" aria-label="Local network">
      <p>${this.access === 'prompt' ? ASK : DENIED}</p>
      <div>
        ${this.access === 'prompt' ? html`<button @click=${this.#ask}>Come straight</button>` : nothing}
        <button @click=${this.#dismiss}>Not now</button>
      </div>
    </section>`;
  }

  readonly #ask = (): void => {
    this.isDismissed = true;
    this.dispatchEvent(new LocalNetworkAskEvent());
  };

  readonly #dismiss = (): void => {
    this.isDismissed = true;
  };
}

const ASK =
  'The picture takes a detour. If the camera is on your own network it can come straight: your browser may then ask whether this page may reach devices there.';
const DENIED =
  'The picture takes a detour, as your browser keeps this page from your own network. If the camera is there, allow it in the browser’s settings for this site.';

declare global {
  interface HTMLElementTagNameMap {
    'local-network-note': LocalNetworkNote;
  }
  interface HTMLElementEventMap {
    'local-network-ask': LocalNetworkAskEvent;
  }
}
