import { css, html, LitElement } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import '../ui/button.ts';
import '../ui/sheet.ts';
import '../ui/text-field.ts';
import { baseStyles, textStyles } from '../ui/shared-styles.ts';
import type { TextChangeEvent } from '../ui/text-field.ts';
import type { CameraSummary } from './camera.ts';

/** The user gave a camera another name. */
export class CameraRenameEvent extends Event {
  static readonly type = 'camera-rename';
  readonly cameraId: string;
  readonly cameraName: string;
  constructor(cameraId: string, cameraName: string) {
    super(CameraRenameEvent.type, { bubbles: true, composed: true });
    this.cameraId = cameraId;
    this.cameraName = cameraName;
  }
}

/** The user confirmed that this phone shall forget a camera. */
export class CameraForgetEvent extends Event {
  static readonly type = 'camera-forget';
  readonly cameraId: string;
  constructor(cameraId: string) {
    super(CameraForgetEvent.type, { bubbles: true, composed: true });
    this.cameraId = cameraId;
  }
}

/** The menu is done with. */
export class CameraMenuCloseEvent extends Event {
  static readonly type = 'camera-menu-close';
  constructor() {
    super(CameraMenuCloseEvent.type, { bubbles: true, composed: true });
  }
}

/** Longest name of a camera, in characters, as the protocol has it. */
const maxNameLength = 64;

/** What can be done with one camera: another name, or away with it. */
@customElement('camera-menu')
export class CameraMenu extends LitElement {
  static override styles = [
    baseStyles,
    textStyles,
    css`
      :host {
        display: contents;
      }
      .stack {
        display: grid;
        gap: var(--space-2);
      }
      lk-text-field {
        margin-bottom: var(--space-2);
      }
    `,
  ];

  @property({ attribute: false }) camera: CameraSummary | null = null;
  @state() private step: 'menu' | 'rename' | 'forget' = 'menu';
  @state() private newName = '';

  override render() {
    const { camera } = this;
    if (!camera) return null;
    switch (this.step) {
      case 'menu':
        return this.#renderSheet(camera.name, this.#renderMenu(camera));
      case 'rename':
        return this.#renderSheet('Rename this camera', this.#renderRename(camera));
      case 'forget':
        return this.#renderSheet(`Forget ${camera.name}?`, this.#renderForget(camera));
      default:
        return this.step satisfies never;
    }
  }

  #renderSheet(heading: string, content: unknown) {
    return html`<lk-sheet open heading=${heading} @sheet-close=${this.#close}>${content}</lk-sheet>`;
  }

  #renderMenu(camera: CameraSummary) {
    const rename = () => {
      this.newName = camera.name;
      this.step = 'rename';
    };
    const forget = () => {
      this.step = 'forget';
    };
    return html`<div class="stack">
      <lk-button icon="rename" @click=${rename}>Rename</lk-button>
      <lk-button icon="trash" variant="danger" @click=${forget}>Forget this camera</lk-button>
      <lk-button variant="quiet" @click=${this.#close}>Cancel</lk-button>
    </div>`;
  }

  #renderRename(camera: CameraSummary) {
    const name = this.newName.trim();
    const save = () => {
      if (name === '') return;
      this.dispatchEvent(new CameraRenameEvent(camera.id, name));
      this.#close();
    };
    return html`<div class="stack">
      <lk-text-field
        label="Name"
        maxLength=${maxNameLength}
        .value=${this.newName}
        @text-change=${(event: TextChangeEvent) => {
          this.newName = event.value;
        }}
        @text-submit=${save}
      ></lk-text-field>
      <lk-button variant="primary" ?disabled=${name === ''} @click=${save}>Save</lk-button>
      <lk-button variant="quiet" @click=${this.#close}>Cancel</lk-button>
    </div>`;
  }

  #renderForget(camera: CameraSummary) {
    const forget = () => {
      this.dispatchEvent(new CameraForgetEvent(camera.id));
      this.#close();
    };
    return html`<p class="quiet">${forgetSentence(camera)}</p>
      <div class="stack">
        <lk-button variant="danger" icon="trash" @click=${forget}>Forget this camera</lk-button>
        <lk-button variant="quiet" @click=${this.#close}>Keep it</lk-button>
      </div>`;
  }

  readonly #close = (): void => {
    this.dispatchEvent(new CameraMenuCloseEvent());
  };
}

function forgetSentence({ role }: CameraSummary): string {
  return role === 'owner'
    ? 'This phone gives up its key. If no other phone has one, the camera must be reset before anyone can use it again.'
    : 'This phone gives up what was lent to you. Only the owner can lend it again.';
}

declare global {
  interface HTMLElementTagNameMap {
    'camera-menu': CameraMenu;
  }
}
