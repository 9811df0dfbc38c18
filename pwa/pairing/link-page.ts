import { html, LitElement } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import '../ui/button.ts';
import '../ui/text-field.ts';
import '../ui/top-bar.ts';
import { pageStyles } from '../ui/page-styles.ts';
import { baseStyles, textStyles } from '../ui/shared-styles.ts';
import type { TextChangeEvent } from '../ui/text-field.ts';
import { isLink } from './is-link.ts';
import { LinkFoundEvent } from './link-events.ts';

/** Takes a link that the user copied. */
@customElement('link-page')
export class LinkPage extends LitElement {
  static override styles = [baseStyles, textStyles, pageStyles];

  @state() private link = '';
  @state() private problem = '';

  override render() {
    return html`<main>
      <lk-top-bar back="Back"></lk-top-bar>
      <div class="stack">
        <h1>Add with a link</h1>
        <p class="quiet">Copy the camera’s link, or the one that somebody sent you, then paste it here.</p>
      </div>
      <lk-text-field
        label="Link"
        mode="url"
        placeholder="https://…"
        .value=${this.link}
        .problem=${this.problem}
        @text-change=${this.#handleChange}
        @text-submit=${this.#submit}
      ></lk-text-field>
      <div class="actions">
        ${
          this.link === '' && 'clipboard' in navigator
            ? html`<lk-button variant="primary" icon="copy" @click=${this.#paste}>Paste</lk-button>`
            : html`<lk-button variant="primary" ?disabled=${this.link === ''} @click=${this.#submit}
                >Add this camera</lk-button
              >`
        }
      </div>
    </main>`;
  }

  readonly #handleChange = (event: TextChangeEvent): void => {
    this.link = event.value;
    this.problem = '';
  };

  readonly #paste = async (): Promise<void> => {
    try {
      this.link = await navigator.clipboard.readText();
    } catch {
      this.problem = 'The browser does not let us read the clipboard. Hold the field and choose Paste.';
      return;
    }
    this.#submit();
  };

  readonly #submit = (): void => {
    if (isLink(this.link)) this.dispatchEvent(new LinkFoundEvent(this.link.trim()));
    else
      this.problem =
        'That is not a camera’s link. After its # come c1 or l1 and a row of letters. Copy all of it.';
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'link-page': LinkPage;
  }
}
