import { css, html, LitElement, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import '../ui/button.ts';
import '../ui/icon-button.ts';
import '../ui/sign.ts';
import '../ui/top-bar.ts';
import '../ui/viewfinder.ts';
import { pageStyles } from '../ui/page-styles.ts';
import { baseStyles, textStyles } from '../ui/shared-styles.ts';
import type { ViewfinderElement } from '../ui/viewfinder.ts';
import { isLink } from './is-link.ts';
import { LinkFoundEvent, PasteLinkEvent } from './link-events.ts';
import type { ScanCameraFailure } from './scanner/scan-camera.ts';
import { ScanController, type ScanHost } from './scanner/scan-controller.ts';

/** Points the phone's camera at the camera's code; a photo or a pasted link do as well. */
@customElement('scan-page')
export class ScanPage extends LitElement implements ScanHost {
  static override styles = [
    baseStyles,
    textStyles,
    pageStyles,
    css`
      main {
        gap: var(--space-4);
      }
      lk-viewfinder {
        flex: 1 1 0;
        min-height: 12rem;
        margin: 0 calc(-0.5 * var(--gutter));
        border-radius: var(--radius-l);
      }
      .stopped {
        display: grid;
        flex: 1 1 0;
        align-content: center;
        gap: var(--space-4);
        overflow: auto;
      }
      .torch {
        position: absolute;
        inset-block-end: var(--space-4);
        inset-inline-end: var(--space-4);
      }
      .finder {
        position: relative;
        display: flex;
        flex: 1 1 0;
        min-height: 12rem;
      }
      .finder lk-viewfinder {
        flex: 1;
      }
      .hint {
        min-height: calc(2 * var(--leading) * var(--text-m));
        text-align: center;
        text-wrap: balance;
      }
      .bar-title {
        font-size: var(--text-m);
        font-weight: var(--weight-bold);
        letter-spacing: 0;
      }
      .ways {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(7rem, 100%), 1fr));
        gap: var(--space-3);
      }
      input {
        display: none;
      }
    `,
  ];

  /** What became of the last code or photo; empty when there is nothing to say. */
  @state() private outcome = '';
  @state() private isFound = false;
  @query('lk-viewfinder') private readonly viewfinder!: ViewfinderElement | null;
  @query('input') private readonly fileInput!: HTMLInputElement;

  readonly #scan = new ScanController(this, async () => {
    const { openCodeReader } = await import('./scanner/code-reader.ts');
    return openCodeReader();
  });

  get video(): HTMLVideoElement | null {
    return this.viewfinder?.video ?? null;
  }

  /** Goes on at once with a link; says so when it is somebody else's code. */
  handleCode(text: string): void {
    if (this.isFound) return;
    if (!isLink(text)) {
      this.outcome = 'That is a code of another kind. Look for the one your camera shows.';
      return;
    }
    this.isFound = true;
    navigator.vibrate?.(60);
    this.dispatchEvent(new LinkFoundEvent(text));
  }

  override render() {
    const scan = this.#scan.state;
    return html`<main>
      <lk-top-bar back="Back"><h1 class="bar-title">Scan the code</h1></lk-top-bar>
      ${scan.type === 'stopped' ? this.#renderStopped(scan.code) : this.#renderFinder()}
      <div class="ways">
        <lk-button icon="photo" @click=${() => this.fileInput.click()}>Photo</lk-button>
        <lk-button icon="link" @click=${() => this.dispatchEvent(new PasteLinkEvent())}>Link</lk-button>
      </div>
      <input type="file" accept="image/*" aria-label="A photo of the code" @change=${this.#handlePhoto} />
    </main>`;
  }

  #renderFinder() {
    const scan = this.#scan.state;
    const stream = scan.type === 'scanning' ? scan.stream : null;
    const torch = scan.type === 'scanning' ? scan.torch : 'none';
    return html`<div class="finder">
        <lk-viewfinder .stream=${stream} ?found=${this.isFound}></lk-viewfinder>
        ${
          torch === 'none'
            ? nothing
            : html`<lk-icon-button
                class="torch"
                tone="glass"
                icon="torch"
                label="Light"
                .pressed=${torch === 'on'}
                @click=${() => void this.#scan.toggleTorch()}
              ></lk-icon-button>`
        }
      </div>
      <p class="hint quiet" role="status">${this.outcome || finderHint(stream !== null)}</p>`;
  }

  #renderStopped(code: ScanCameraFailure) {
    return html`<div class="stopped">
      <div class="stack" role="alert">
        <lk-sign kind="problem"></lk-sign>
        <h2>${failureHeading(code)}</h2>
        <p class="quiet">${failureSentence(code)}</p>
      </div>
      ${
        code === 'insecure'
          ? nothing
          : html`<lk-button icon="retry" @click=${() => this.#scan.start()}>Try the camera again</lk-button>`
      }
      <p role="status">${this.outcome}</p>
    </div>`;
  }

  readonly #handlePhoto = async (): Promise<void> => {
    const photo = this.fileInput.files?.[0];
    this.fileInput.value = '';
    if (!photo) return;
    this.outcome = 'Looking at the photo …';
    const text = await this.#scan.readPhoto(photo);
    if (text === null) this.outcome = 'No code found in that photo. Try one that is closer and sharp.';
    else this.handleCode(text);
  };
}

function finderHint(isOpen: boolean): string {
  return isOpen
    ? 'Hold the phone so that the code fits the corners.'
    : 'Allow the camera, so that it can read the code.';
}

function failureHeading(code: ScanCameraFailure): string {
  switch (code) {
    case 'denied':
      return 'The camera is blocked';
    case 'none':
      return 'No camera here';
    case 'busy':
      return 'The camera is in use';
    case 'insecure':
      return 'Not a secure page';
    case 'failed':
      return 'The camera did not start';
    default:
      return code satisfies never;
  }
}

function failureSentence(code: ScanCameraFailure): string {
  switch (code) {
    case 'denied':
      return 'Allow the camera for this app in your browser’s settings, then try again. Or use a photo or a link.';
    case 'none':
      return 'This device has no camera to scan with. Use a photo of the code, or paste its link.';
    case 'busy':
      return 'Another app is using it. Close that app and try again, or use a photo or a link.';
    case 'insecure':
      return 'Browsers allow the camera only on https pages. Use a photo of the code, or paste its link.';
    case 'failed':
      return 'Try again, or use a photo of the code or its link.';
    default:
      return code satisfies never;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'scan-page': ScanPage;
  }
}
