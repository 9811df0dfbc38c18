import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { AccessEntry } from '#shared/down-message.ts';
import '../ui/button.ts';
import { baseStyles, textStyles } from '../ui/shared-styles.ts';
import { SheetCloseEvent } from '../ui/sheet.ts';
import type { CameraSummary } from '../viewing/camera.ts';
import { CameraForgetEvent } from '../viewing/camera-change-events.ts';
import { LendingOpenEvent } from '../viewing/camera-events.ts';
import './access-edit.ts';
import type { AccessChangeEvent, EditedField } from './access-edit.ts';
import { hasEnded, isLastOwner, namesBelow } from './access-groups.ts';
import { editHeading, revokeText, whyNot } from './access-sheet-text.ts';
import { entryText } from './access-text.ts';
import type { AccessChange, Lending, Loan } from './lending.ts';
import { lendingFailureSentence } from './lending-failure.ts';
import { lendingStyles } from './lending-styles.ts';
import { isOpen } from './loan-text.ts';
import { momentWords } from './moments.ts';
import { RequestController } from './request-controller.ts';

/** What one tap adds to somebody's time. */
const extensions = [
  { seconds: 15 * 60, words: '+15 min' },
  { seconds: 60 * 60, words: '+1 hour' },
  { seconds: 24 * 60 * 60, words: '+1 day' },
] as const;

/** What can be done with one entry of the access list. */
@customElement('access-sheet')
export class AccessSheet extends LitElement {
  static override styles = [
    baseStyles,
    textStyles,
    lendingStyles,
    css`
      :host {
        display: contents;
      }
      .stack {
        display: grid;
        gap: var(--space-2);
      }
      .extend {
        --button-inset: var(--space-2);
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(5.5rem, 100%), 1fr));
        gap: var(--space-2);
      }
      .state {
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  @property({ attribute: false }) camera: CameraSummary | null = null;
  @property({ attribute: false }) entry: AccessEntry | null = null;
  /** The whole list. */
  @property({ attribute: false }) entries: readonly AccessEntry[] = [];
  @property({ attribute: false }) lending: Lending | null = null;
  /** NumericDate. */
  @property({ type: Number }) nowS = 0;
  /** Its link, where this phone has it, to be shown once more. */
  @property({ attribute: false }) loan: Loan | null = null;
  /** Whether the camera cannot be asked now. */
  @property({ type: Boolean }) stale = false;
  @state() private step: 'menu' | 'revoke' | EditedField = 'menu';
  /** What was done last, in a sentence; empty for nothing. */
  @state() private done = '';

  readonly #request = new RequestController(this);

  override render() {
    const { entry, step } = this;
    if (entry === null || entry.kind === 'withdrawn') return nothing;
    switch (step) {
      case 'menu':
        return this.#renderSheet(entry.name, this.#renderMenu(entry));
      case 'revoke':
        return this.#renderRevoke(entry);
      case 'name':
      case 'rights':
      case 'hours':
        return this.#renderSheet(editHeading(step, entry.name), this.#renderEdit(entry, step));
      default:
        return step satisfies never;
    }
  }

  #renderSheet(heading: string, content: unknown) {
    const { failure } = this.#request;
    return html`<lk-sheet open heading=${heading}>
      ${content}
      ${failure === null ? nothing : html`<p class="problem" role="alert">${lendingFailureSentence(failure)}</p>`}
    </lk-sheet>`;
  }

  #renderMenu(entry: AccessEntry) {
    const isOver = hasEnded(entry, this.nowS);
    return html`<p class="quiet state">${entryText(entry, this.nowS, () => null).state}</p>
      ${this.stale ? html`<p class="small">The camera is not reachable, so nothing can be changed now.</p>` : nothing}
      ${this.#renderExtend(entry)}
      <p class="small" role="status" ?hidden=${this.done === ''}>${this.done}</p>
      <div class="stack">
        ${
          this.loan !== null && isOpen(this.loan.state.value)
            ? html`<lk-button variant="primary" icon="scan" @click=${() => this.#showCode(entry)}>Show the code again</lk-button>`
            : nothing
        }
        ${isOver ? nothing : this.#renderChanges(entry)} ${isOver ? nothing : this.#renderTakeBack(entry)}
        <lk-button variant="quiet" @click=${this.#close}>Close</lk-button>
      </div>`;
  }

  /** From now for what has run out, and otherwise on top of what is left. */
  #renderExtend(entry: AccessEntry) {
    const { exp } = entry;
    const isUnused = entry.kind === 'invite' && hasEnded(entry, this.nowS);
    if (exp === null || isOwn(entry) || isUnused) return nothing;
    const extend = async (seconds: number) => {
      const end = Math.max(this.nowS, exp) + seconds;
      if (await this.#amend(entry, { exp: end })) this.done = `Now until ${momentWords(end, this.nowS)}.`;
    };
    return html`<div class="extend" role="group" aria-label="More time">
      ${extensions.map(
        ({ seconds, words }) =>
          html`<lk-button ?disabled=${this.#isShut} @click=${() => void extend(seconds)}>${words}</lk-button>`,
      )}
    </div>`;
  }

  #renderChanges(entry: AccessEntry) {
    const isFixed = entry.scope.includes('owner') || isOwn(entry);
    return html`${
      isFixed
        ? nothing
        : html`<lk-button icon="eye" ?disabled=${this.#isShut} @click=${() => this.#go('rights')}>What they may do</lk-button>
            <lk-button icon="hourglass" ?disabled=${this.#isShut} @click=${() => this.#go('hours')}>Weekly hours</lk-button>`
    }
    <lk-button icon="rename" ?disabled=${this.#isShut} @click=${() => this.#go('name')}>Rename</lk-button>`;
  }

  #renderTakeBack(entry: AccessEntry) {
    const reason = whyNot(entry, isLastOwner(entry, this.entries, this.nowS));
    return html`<lk-button
        variant="danger"
        icon="trash"
        ?disabled=${this.#isShut || reason !== ''}
        @click=${() => this.#go('revoke')}
        >${revokeText(entry, []).action}</lk-button
      >
      ${reason === '' ? nothing : html`<p class="quiet small">${reason}</p>`}`;
  }

  #renderEdit(entry: AccessEntry, field: EditedField) {
    const amend = async ({ change }: AccessChangeEvent) => {
      if (await this.#amend(entry, change)) this.#go('menu');
    };
    return html`<access-edit
      field=${field}
      .entry=${entry}
      .own=${this.camera?.terms.scope ?? []}
      ?shut=${this.#isShut}
      @access-change=${amend}
      @edit-cancel=${() => this.#go('menu')}
    ></access-edit>`;
  }

  #renderRevoke(entry: AccessEntry) {
    const { heading, sentence, action } = revokeText(entry, namesBelow(entry.id, this.entries, this.nowS));
    const content = html`<p class="quiet">${sentence}</p>
      <div class="stack">
        <lk-button variant="danger" icon="trash" ?disabled=${this.#isShut} @click=${() => void this.#revoke(entry)}
          >${action}</lk-button
        >
        <lk-button variant="quiet" @click=${() => this.#go('menu')}>Leave it</lk-button>
      </div>`;
    return this.#renderSheet(heading, content);
  }

  get #isShut(): boolean {
    return this.stale || this.#request.isBusy || this.lending === null;
  }

  #go(step: AccessSheet['step']): void {
    this.step = step;
    this.done = '';
    this.#request.reset();
  }

  #amend({ id }: AccessEntry, change: AccessChange): Promise<boolean> {
    this.done = '';
    return this.#request.run(async () => this.lending?.amend(id, change));
  }

  /** This phone's own goes as a camera does that is forgotten: the camera is told, and the key is deleted here. */
  async #revoke(entry: AccessEntry): Promise<void> {
    if (isOwn(entry)) this.dispatchEvent(new CameraForgetEvent(this.camera?.id ?? ''));
    else if (await this.#request.run(async () => this.lending?.revoke(entry.id))) this.#close();
  }

  #showCode(entry: AccessEntry): void {
    this.dispatchEvent(new LendingOpenEvent(this.camera?.id ?? '', 'loan', entry.id));
  }

  readonly #close = (): void => {
    this.dispatchEvent(new SheetCloseEvent());
  };
}

function isOwn(entry: AccessEntry): boolean {
  return entry.kind === 'grant' && entry.is_own;
}

declare global {
  interface HTMLElementTagNameMap {
    'access-sheet': AccessSheet;
  }
}
