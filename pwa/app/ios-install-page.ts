import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { linkKind } from '../pairing/link-kind.ts';
import '../ui/button.ts';
import '../ui/later-icons.ts';
import '../ui/mark.ts';
import { icon } from '../ui/icons.ts';
import { pageStyles } from '../ui/page-styles.ts';
import { baseStyles, textStyles } from '../ui/shared-styles.ts';

/** The user goes on in Safari all the same. */
export class StayInBrowserEvent extends Event {
  static readonly type = 'stay-in-browser';
  constructor() {
    super(StayInBrowserEvent.type, { bubbles: true, composed: true });
  }
}

/** On an iPhone or iPad outside the home screen: install first, for the installed app never sees Safari's storage. */
@customElement('ios-install-page')
export class IosInstallPage extends LitElement {
  static override styles = [
    baseStyles,
    textStyles,
    pageStyles,
    css`
      ol {
        display: grid;
        gap: var(--space-3);
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: grid;
        grid-template-columns: auto 1fr;
        align-items: center;
        gap: var(--space-4);
        padding: var(--space-3);
        border: var(--line-width) solid var(--line);
        border-radius: var(--radius-m);
        background: var(--surface);
        line-height: 1.3;
      }
      .sign {
        display: grid;
        place-items: center;
        width: var(--target);
        height: var(--target);
        border-radius: var(--radius-s);
        background: var(--accent-wash);
        color: var(--accent-text);
      }
      strong {
        font-weight: var(--weight-bold);
      }
      code {
        overflow-wrap: anywhere;
        user-select: all;
        -webkit-user-select: all;
      }
      .words {
        display: grid;
        gap: var(--space-3);
        margin-top: auto;
      }
    `,
  ];

  /** A camera's link that opened here instead of in the app; empty for none. */
  @property() link = '';
  @state() private copied: 'not_yet' | 'done' | 'refused' = 'not_yet';

  override render() {
    return html`<main>
      <lk-mark wordmark></lk-mark>
      <div class="words">
        <h1>First, put Latchkey on your home screen</h1>
        <p class="quiet">${reason(this.link)}</p>
      </div>
      <ol>
        <li><span class="sign">${icon('share')}</span><span>Tap <strong>Share</strong> in the browser’s bar</span></li>
        <li>
          <span class="sign">${icon('addToHome')}</span><span>Choose <strong>Add to Home Screen</strong></span>
        </li>
        <li>
          <span class="sign"><lk-mark></lk-mark></span
          ><span>Open <strong>Latchkey</strong> there and ${this.link ? html`choose <strong>Add with a link</strong>` : 'scan the code'}</span>
        </li>
      </ol>
      ${this.copied === 'refused' ? html`<p class="link small" role="alert">Hold this link to copy it: <code>${this.link}</code></p>` : nothing}
      <div class="actions">
        ${
          this.link
            ? html`<lk-button variant="primary" icon=${this.copied === 'done' ? 'check' : 'copy'} @click=${this.#copy}
                >${this.copied === 'done' ? 'Link copied' : 'Copy the link'}</lk-button
              >`
            : nothing
        }
        <lk-button variant="quiet" @click=${() => this.dispatchEvent(new StayInBrowserEvent())}
          
          >${linkKind(this.link) === 'lend' ? 'Look here in the browser this once' : 'Go on in the browser anyway'}</lk-button
        >
      </div>
    </main>`;
  }

  readonly #copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(this.link);
      this.copied = 'done';
    } catch {
      this.copied = 'refused'; // The link is shown, to be copied by hand.
    }
  };
}

function reason(link: string): string {
  return linkKind(link) === 'lend'
    ? 'What somebody lent you lives in the installed app. The link works once, so copy it, and paste it there. If you have the app already, just open it and paste.'
    : 'Your key lives in the installed app. A key made here in the browser would stay behind.';
}

declare global {
  interface HTMLElementEventMap {
    'stay-in-browser': StayInBrowserEvent;
  }
  interface HTMLElementTagNameMap {
    'ios-install-page': IosInstallPage;
  }
}
