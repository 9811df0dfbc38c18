import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { AccessEntry } from '#shared/down-message.ts';
import { MAX_NAME_CHARS } from '#shared/message-fields.ts';
import '../ui/button.ts';
import '../ui/chips.ts';
import '../ui/text-field.ts';
import '../ui/toggle.ts';
import '../ui/top-bar.ts';
import type { ChipChangeEvent } from '../ui/chips.ts';
import { icon } from '../ui/icons.ts';
import { pageStyles } from '../ui/page-styles.ts';
import { baseStyles, textStyles } from '../ui/shared-styles.ts';
import type { TextChangeEvent } from '../ui/text-field.ts';
import type { SwitchChangeEvent } from '../ui/toggle.ts';
import type { CameraSummary } from '../viewing/camera.ts';
import { localTimeZone } from '../viewing/hours-text.ts';
import './hours-field.ts';
import type { SpansChangeEvent } from './hours-field.ts';
import {
  choicesOf,
  type DraftProblem,
  firstDraft,
  type LendDraft,
  type Lender,
  problemSentence,
  readDraft,
} from './lend-draft.ts';
import { lendPageStyles } from './lend-page-styles.ts';
import { choiceChip, formNote, knownNames, lendWords } from './lend-text.ts';
import type { LendRequest } from './lending.ts';
import { lendingFailureSentence } from './lending-failure.ts';
import { lendingStyles } from './lending-styles.ts';
import { RequestController } from './request-controller.ts';
import './rights-field.ts';
import { rightsWords } from './rights.ts';
import type { RightsChangeEvent } from './rights-field.ts';

/** For how long, for whom, and what: one tap on the usual answer makes a link. */
@customElement('lend-page')
export class LendPage extends LitElement {
  static override styles = [baseStyles, textStyles, pageStyles, lendingStyles, lendPageStyles];

  @property({ attribute: false }) camera: CameraSummary | null = null;
  /** The access list as far as it is known: who was lent to before is named again with a tap. */
  @property({ attribute: false }) entries: readonly AccessEntry[] = [];
  /** Makes the link and goes on to it. */
  @property({ attribute: false }) lend: ((request: LendRequest) => Promise<void>) | null = null;
  @state() private draft: LendDraft | null = null;
  @state() private isShowingRights = false;
  /** What is wrong is said only once somebody tried to send it. */
  @state() private hasTried = false;

  readonly #request = new RequestController(this);

  protected override willUpdate(): void {
    if (this.camera !== null) this.draft ??= firstDraft(this.#lender(this.camera));
  }

  override render() {
    const { camera, draft } = this;
    if (camera === null || draft === null) return nothing;
    const lender = this.#lender(camera);
    const outcome = readDraft(draft, lender);
    const problem = this.hasTried && typeof outcome === 'string' ? outcome : null;
    return html`<main>
      <lk-top-bar back="Back"><h1 class="bar-title">Lend a look</h1><p class="bar-note">${this.camera?.name}</p></lk-top-bar>
      <lk-chips
        label="For how long?"
        .chips=${choicesOf(lender).map(choiceChip)}
        value=${draft.choice}
        @chip-change=${(event: ChipChangeEvent) => {
          const choice = choicesOf(lender).find((each) => String(each) === event.value);
          if (choice !== undefined) this.#change({ choice });
        }}
      ></lk-chips>
      ${this.#renderChoice(draft)} ${this.#renderName(draft)}
      ${draft.choice === 'owner' ? nothing : this.#renderRights(camera, draft)}
      <div class="actions sticky">
        ${this.#renderOutcome(draft, problem)}
        <lk-button
          variant="primary"
          icon="key"
          ?disabled=${this.#request.isBusy}
          @click=${this.#send}
          >${lendWords(draft)}</lk-button
        >
      </div>
    </main>`;
  }

  /** Below what is most likely tapped: the names come when the list does, and nothing above them moves. */
  #renderName(draft: LendDraft) {
    const names = knownNames(this.entries).filter((name) => name !== draft.name);
    return html`<div class="who">
      <lk-text-field
        label="For whom?"
        placeholder=${draft.choice === 'owner' ? 'Owner' : 'Guest'}
        maxLength=${MAX_NAME_CHARS}
        .value=${draft.name}
        @text-change=${({ value }: TextChangeEvent) => this.#change({ name: value })}
      ></lk-text-field>
      ${
        names.length > 0
          ? html`<div class="names">
              ${names.map(
                (name) =>
                  html`<button type="button" @click=${() => this.#change({ name })}><span>${name}</span></button>`,
              )}
            </div>`
          : nothing
      }
    </div>`;
  }

  #renderChoice(draft: LendDraft) {
    switch (draft.choice) {
      case 'until':
        return this.#renderUntil(draft);
      case 'hours':
        return this.#renderHours(draft);
      case 'owner':
        return this.#renderOwner(draft);
      default:
        return nothing;
    }
  }

  #renderUntil(draft: LendDraft) {
    return html`<div class="panel">
      <lk-text-field
        label="Until"
        type="datetime-local"
        .value=${draft.until}
        @text-change=${({ value }: TextChangeEvent) => this.#change({ until: value })}
      ></lk-text-field>
      <lk-text-field
        label="From, if not at once"
        type="datetime-local"
        .value=${draft.from}
        @text-change=${({ value }: TextChangeEvent) => this.#change({ from: value })}
      ></lk-text-field>
    </div>`;
  }

  #renderHours(draft: LendDraft) {
    return html`<div class="panel">
      <hours-field
        .spans=${draft.spans}
        @spans-change=${({ spans }: SpansChangeEvent) => this.#change({ spans })}
      ></hours-field>
      <lk-text-field
        label="Last day"
        type="date"
        .value=${draft.lastDay}
        @text-change=${({ value }: TextChangeEvent) => this.#change({ lastDay: value })}
      ></lk-text-field>
    </div>`;
  }

  #renderOwner({ isTransfer }: LendDraft) {
    return html`<div class="panel">
      <p>
        The camera will show six digits, and the other phone must type them. So do this near the camera, with both
        phones at hand.
      </p>
      <lk-toggle
        label="Hand the camera over"
        note="This phone gives up its key once the other one has its own."
        ?on=${isTransfer}
        @switch-change=${({ isOn }: SwitchChangeEvent) => this.#change({ isTransfer: isOn })}
      ></lk-toggle>
    </div>`;
  }

  #renderRights({ terms }: CameraSummary, draft: LendDraft) {
    const toggle = () => {
      this.isShowingRights = !this.isShowingRights;
    };
    return html`<div class="rights">
      <button
        class="summary"
        type="button"
        aria-expanded=${this.isShowingRights ? 'true' : 'false'}
        aria-controls="rights"
        @click=${toggle}
      >
        <span><small>They may</small>${rightsWords(draft.rights)}</span>${icon('forward')}
      </button>
      <div id="rights" ?hidden=${!this.isShowingRights}>
        <rights-field
          .own=${terms.scope}
          .rights=${draft.rights}
          @rights-change=${({ rights }: RightsChangeEvent) => this.#change({ rights })}
        ></rights-field>
      </div>
    </div>`;
  }

  #renderOutcome(draft: LendDraft, problem: DraftProblem | null) {
    const { failure } = this.#request;
    const sentence = problem === null ? failure && lendingFailureSentence(failure) : problemSentence(problem);
    if (sentence === null)
      return html`<p class="quiet small">${formNote(draft, (this.camera?.terms.exp ?? null) !== null)}</p>`;
    return html`<p class="problem" role="alert">${sentence}</p>`;
  }

  #lender({ terms }: CameraSummary): Lender {
    return { own: terms, nowS: Math.floor(Date.now() / 1000), tz: localTimeZone() };
  }

  #change(change: Partial<LendDraft>): void {
    if (this.draft !== null) this.draft = { ...this.draft, ...change };
    this.#request.reset();
  }

  /** Reads the draft anew: time has passed since it was drawn. */
  readonly #send = (): void => {
    const { camera, draft } = this;
    if (camera === null || draft === null) return;
    this.hasTried = true;
    const outcome = readDraft(draft, this.#lender(camera));
    if (typeof outcome !== 'string') void this.#request.run(async () => this.lend?.(outcome));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lend-page': LendPage;
  }
}
