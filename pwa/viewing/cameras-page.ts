import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import '../ui/button.ts';
import '../ui/camera-card.ts';
import '../ui/mark.ts';
import { pageStyles } from '../ui/page-styles.ts';
import { baseStyles, textStyles } from '../ui/shared-styles.ts';
import type { CameraSummary } from './camera.ts';
import './camera-menu.ts';

/** The user picked a camera to look through. */
export class CameraPickEvent extends Event {
  static readonly type = 'camera-pick';
  readonly cameraId: string;
  constructor(cameraId: string) {
    super(CameraPickEvent.type, { bubbles: true, composed: true });
    this.cameraId = cameraId;
  }
}

/** The user wants to add a camera. */
export class CameraAddEvent extends Event {
  static readonly type = 'camera-add';
  constructor() {
    super(CameraAddEvent.type, { bubbles: true, composed: true });
  }
}

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

  override render() {
    return html`<main>
        <header>
          <lk-mark wordmark></lk-mark>
          <h1 class="display">${this.cameras.length === 1 ? 'Your camera' : 'Your cameras'}</h1>
        </header>
        <ul>
          ${repeat(
            this.cameras,
            ({ id }) => id,
            (camera) => html`<li>${this.#renderCard(camera)}</li>`,
          )}
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

  #renderCard(camera: CameraSummary) {
    return html`<lk-camera-card
      name=${camera.name}
      presence=${camera.presence}
      note=${grantNote(camera)}
      @camera-open=${() => this.dispatchEvent(new CameraPickEvent(camera.id))}
      @camera-menu=${() => {
        this.menuFor = camera;
      }}
    ></lk-camera-card>`;
  }

  readonly #closeMenu = (): void => {
    this.menuFor = null;
  };
}

function grantNote({ role, until }: CameraSummary): string {
  if (until === null) return role === 'guest' ? 'Lent to you' : '';
  const end = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  return `Lent until ${end.format(until * 1000)}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'cameras-page': CamerasPage;
  }
}
