import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { NowController } from '../state/now-controller.ts';
import '../ui/button.ts';
import { CameraMenuEvent } from '../ui/camera-card.ts';
import '../ui/mark.ts';
import { pageStyles } from '../ui/page-styles.ts';
import { baseStyles, textStyles } from '../ui/shared-styles.ts';
import type { CameraSummary } from './camera.ts';
import { CameraAddEvent, CameraPickEvent } from './camera-events.ts';
import { cameraNote } from './terms-text.ts';

/**
 * Home: every camera this phone opens, and whether it answers.
 *
 * @slot install - The offer to install the app.
 */
@customElement('cameras-page')
export class CamerasPage extends LitElement {
  static override styles = [
    baseStyles,
    textStyles,
    pageStyles,
    css`
      header {
        display: grid;
        gap: var(--space-5);
      }
      ul {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-3);
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .actions {
        position: sticky;
        bottom: 0;
        margin-inline: calc(-1 * var(--gutter));
        padding: var(--space-5) var(--gutter) calc(var(--space-4) + var(--safe-bottom));
        margin-bottom: calc(-1 * (var(--space-4) + var(--safe-bottom)));
        background: linear-gradient(to top, var(--ground) 70%, transparent);
        pointer-events: none;
      }
      .actions lk-button {
        pointer-events: auto;
      }
    `,
  ];

  @property({ attribute: false }) cameras: readonly CameraSummary[] = [];
  @state() private menuFor: CameraSummary | null = null;

  readonly #now = new NowController(this);

  protected override willUpdate(): void {
    this.#now.countTo(this.cameras.map(({ terms, ending }) => (ending === null ? terms.exp : null)));
  }

  override render() {
    return html`<main>
        <header>
          <lk-mark wordmark></lk-mark>
          <h1 class="display">${this.cameras.length === 1 ? 'Your camera' : 'Your cameras'}</h1>
        </header>
        <ul>
          ${this.cameras.map((camera) => html`<li>${this.#renderCard(camera)}</li>`)}
        </ul>
        <slot name="install"></slot>
        <div class="actions">
          <lk-button variant="primary" icon="plus" @click=${() => this.dispatchEvent(new CameraAddEvent())}
            >Add a camera</lk-button
          >
        </div>
      </main>
      ${
        this.menuFor
          ? html`<camera-menu .camera=${this.menuFor} @camera-menu-close=${this.#closeMenu}></camera-menu>`
          : nothing
      }`;
  }

  /** A card is all that is given it, so the list does without keys. What is over shows no picture: a tap says why. */
  #renderCard(camera: CameraSummary) {
    const hasEnded = camera.ending !== null;
    const open = (event: Event) => {
      if (hasEnded) event.target?.dispatchEvent(new CameraMenuEvent());
      else this.dispatchEvent(new CameraPickEvent(camera.id));
    };
    return html`<lk-camera-card
      name=${camera.name}
      presence=${hasEnded ? 'ended' : camera.off ? 'off' : camera.presence}
      picture=${camera.off === null && !hasEnded ? (camera.picture?.url ?? '') : ''}
      note=${cameraNote(camera, this.#now.nowS)}
      @camera-open=${open}
      @camera-menu=${() => {
        this.menuFor = camera;
      }}
    ></lk-camera-card>`;
  }

  readonly #closeMenu = (): void => {
    this.menuFor = null;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'cameras-page': CamerasPage;
  }
}
