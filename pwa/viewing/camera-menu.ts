import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { MAX_NAME_CHARS } from '#shared/message-fields.ts';
import { hasScope } from '#shared/scope.ts';
import '../ui/button.ts';
import '../ui/later-icons.ts';
import '../ui/sheet.ts';
import '../ui/text-field.ts';
import { baseStyles, textStyles } from '../ui/shared-styles.ts';
import type { TextChangeEvent } from '../ui/text-field.ts';
import type { CameraSummary } from './camera.ts';
import { CameraForgetEvent, CameraRenameEvent, CameraSwitchEvent } from './camera-change-events.ts';
import { ControlOpenEvent, LendingOpenEvent, type LendingView } from './camera-events.ts';
import { endHeading } from './live-text.ts';

/** The menu is done with. */
export class CameraMenuCloseEvent extends Event {
  static readonly type = 'camera-menu-close';
  constructor() {
    super(CameraMenuCloseEvent.type, { bubbles: true, composed: true });
  }
}

/** What can be done with one camera: lending it, another name, or away with it. Of one that is over, why. */
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
      .apart {
        margin-top: var(--space-3);
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
        return camera.ending === null
          ? this.#renderSheet(camera.name, this.#renderMenu(camera))
          : this.#renderSheet(endHeading(camera.ending), this.#renderEnded(camera));
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
    const settings = () => {
      this.#close();
      this.dispatchEvent(new ControlOpenEvent(camera.id, 'settings'));
    };
    return html`<div class="stack">
      ${this.#renderLending(camera)} ${this.#renderSwitch(camera)}
      <lk-button icon="settings" @click=${settings}>Settings</lk-button>
      <lk-button icon="rename" @click=${rename}>Rename</lk-button>
      <lk-button icon="trash" variant="danger" @click=${this.#askToForget}>Forget this camera</lk-button>
      <lk-button variant="quiet" @click=${this.#close}>Cancel</lk-button>
    </div>`;
  }

  #renderLending({ id, role, terms }: CameraSummary) {
    if (!hasScope(terms.scope, 'lend')) return nothing;
    const open = (view: LendingView) => () => {
      this.#close();
      this.dispatchEvent(new LendingOpenEvent(id, view));
    };
    return html`<lk-button icon="key" variant="primary" @click=${open('lend')}>Lend a look</lk-button>
      <lk-button icon="people" @click=${open('access')}>Who may look</lk-button>
      ${role === 'owner' ? html`<lk-button icon="history" @click=${open('log')}>Who watched</lk-button>` : nothing}`;
  }

  /** Also for a camera that is not reached just now: whoever wants it off learns then that it is not. */
  #renderSwitch({ id, role, off }: CameraSummary) {
    if (role !== 'owner') return nothing;
    const change = () => {
      this.dispatchEvent(new CameraSwitchEvent(id, off === null));
      this.#close();
    };
    return html`<lk-button icon="power" @click=${change}>${off === null ? 'Switch off' : 'Switch on'}</lk-button>`;
  }

  #renderEnded(camera: CameraSummary) {
    return html`<p class="quiet">${endedSentence(camera)}</p>
      <div class="stack">
        <lk-button icon="trash" variant="danger" @click=${this.#askToForget}>Forget this camera</lk-button>
        <lk-button variant="quiet" @click=${this.#close}>Keep it here</lk-button>
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
        maxLength=${MAX_NAME_CHARS}
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

  readonly #askToForget = (): void => {
    this.step = 'forget';
  };

  readonly #close = (): void => {
    this.dispatchEvent(new CameraMenuCloseEvent());
  };
}

function endedSentence({ name, role, ending }: CameraSummary): string {
  if (ending === 'expired') {
    return `What was lent to you of ${name} has run out. Ask for more time: when you get it, the camera opens here again.`;
  }
  return role === 'owner'
    ? `Another owner took this phone’s key to ${name} back. Ask them to let it in again.`
    : `Your look at ${name} was taken back. Ask whoever lent it to you.`;
}

function forgetSentence({ role, ending }: CameraSummary): string {
  if (ending !== null) return 'It goes from this list. Nothing else changes.';
  return role === 'owner'
    ? 'This phone gives up its key. If no other phone has one, the camera must be reset before anyone can use it again.'
    : 'This phone gives up what was lent to you. Only the owner can lend it again.';
}

declare global {
  interface HTMLElementTagNameMap {
    'camera-menu': CameraMenu;
  }
}
