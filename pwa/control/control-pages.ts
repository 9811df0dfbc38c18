import { html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import '../ui/button.ts';
import '../ui/later-icons.ts';
import '../ui/sign.ts';
import '../ui/top-bar.ts';
import { hasScope } from '#shared/scope.ts';
import { BackEvent } from '../ui/back-event.ts';
import { pageStyles } from '../ui/page-styles.ts';
import { baseStyles, textStyles } from '../ui/shared-styles.ts';
import type { CameraSummary, KeptPictures } from '../viewing/camera.ts';
import type { ControlView } from '../viewing/camera-events.ts';
import type { CameraControl } from './camera-control.ts';
import './health-page.ts';
import './settings-page.ts';

/** What these pages ask of the app. */
interface ControlUseCases {
  openControl(id: string): Promise<CameraControl>;
  openThumbnails(): Promise<KeptPictures>;
}

/** The pages about one camera besides its picture and who may see it. */
@customElement('control-pages')
export class ControlPages extends LitElement {
  static override styles = [baseStyles, textStyles, pageStyles];

  @property() view: ControlView = 'settings';
  @property() cameraId = '';
  /** `null` until the store has been read. */
  @property({ attribute: false }) cameras: readonly CameraSummary[] | null = null;
  @property({ attribute: false }) useCases: ControlUseCases | null = null;

  override render() {
    const { cameras, useCases } = this;
    if (cameras === null || useCases === null) return nothing;
    const camera = cameras.find(({ id }) => id === this.cameraId) ?? null;
    if (camera === null || !this.#isAllowed(camera)) return this.#renderRefused();
    const openControl = () => useCases.openControl(camera.id);
    switch (this.view) {
      case 'settings':
        return html`<settings-page
          .camera=${camera}
          .openControl=${openControl}
          .openThumbnails=${() => useCases.openThumbnails()}
        ></settings-page>`;
      case 'health':
        return html`<health-page .camera=${camera} .openControl=${openControl}></health-page>`;
      default:
        return this.view satisfies never;
    }
  }

  /** What is kept on this phone is everybody's to choose. */
  #isAllowed({ ending, terms }: CameraSummary): boolean {
    return ending === null && (this.view === 'settings' || hasScope(terms.scope, 'owner'));
  }

  #renderRefused() {
    return html`<main>
      <lk-top-bar back="Back"></lk-top-bar>
      <div class="stack fill" role="alert">
        <lk-sign kind="problem"></lk-sign>
        <h1>Not for this phone</h1>
        <p class="quiet">This phone may not see that of the camera, or does not have it any more.</p>
      </div>
      <div class="actions">
        <lk-button @click=${() => this.dispatchEvent(new BackEvent())}>Back</lk-button>
      </div>
    </main>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'control-pages': ControlPages;
  }
}
