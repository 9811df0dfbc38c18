import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { AccessEntry } from '#shared/down-message.ts';
import { NowController } from '../state/now-controller.ts';
import '../ui/button.ts';
import '../ui/sign.ts';
import '../ui/steps.ts';
import '../ui/top-bar.ts';
import { pageStyles } from '../ui/page-styles.ts';
import { baseStyles, textStyles } from '../ui/shared-styles.ts';
import type { CameraSummary } from '../viewing/camera.ts';
import { LendingOpenEvent, type LendingView } from '../viewing/camera-events.ts';
import { type AccessGroups, groupAccess } from './access-groups.ts';
import './access-row.ts';
import './access-sheet.ts';
import { entryText } from './access-text.ts';
import type { AccessListState, Lending, LendingFailure, Loan } from './lending.ts';
import { lendingFailureSentence } from './lending-failure.ts';
import { lendingStyles } from './lending-styles.ts';
import { listPageStyles } from './list-page-styles.ts';
import './loan-row.ts';
import { isUnsent } from './loan-text.ts';
import './lost-phone-sheet.ts';

/** The user wants the list asked for once more. */
export class LendingRetryEvent extends Event {
  static readonly type = 'lending-retry';
  constructor() {
    super(LendingRetryEvent.type, { bubbles: true, composed: true });
  }
}

const groupNames: Readonly<Record<keyof AccessGroups, string>> = {
  owners: 'Owners',
  guests: 'Guests',
  waiting: 'Waiting links',
  ended: 'Ended lately',
};

/** Who may look through a camera, since when and until when, and what can be done about it. */
@customElement('access-page')
export class AccessPage extends LitElement {
  static override styles = [
    baseStyles,
    textStyles,
    pageStyles,
    lendingStyles,
    listPageStyles,
    css`
      .stale ul {
        filter: grayscale(1);
      }
      .more {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(11rem, 100%), 1fr));
        gap: var(--space-2);
      }
    `,
  ];

  @property({ attribute: false }) camera: CameraSummary | null = null;
  @property({ attribute: false }) access: AccessListState = { type: 'loading' };
  @property({ attribute: false }) lending: Lending | null = null;
  /** Lent from this phone: those that the camera has not got stand in no list of its own. */
  @property({ attribute: false }) loans: readonly Loan[] = [];
  @state() private pickedId: string | null = null;
  @state() private isLost = false;

  readonly #now = new NowController(this);

  protected override willUpdate(): void {
    const entries = this.access.type === 'known' ? this.access.entries : [];
    // Whoever has gone does not come back with a sheet that nobody asked for.
    if (!entries.some(({ id, kind }) => id === this.pickedId && kind !== 'withdrawn')) this.pickedId = null;
    this.#now.countTo(
      entries.flatMap((entry) => [entry.nbf, entry.exp, entry.kind === 'invite' ? entry.open_until : null]),
    );
  }

  override render() {
    return html`<main>
        <lk-top-bar back="Back"><h1 class="bar-title">Who may look</h1><p class="bar-note">${this.camera?.name}</p></lk-top-bar>
        ${this.#renderUnsent(this.#unsent)} ${this.#renderList()}
        <div class="actions sticky">
          <lk-button variant="primary" icon="key" @click=${this.#go('lend')}>Lend a look</lk-button>
        </div>
      </main>
      ${this.#renderSheet()}
      ${
        this.isLost
          ? html`<lost-phone-sheet ?owner=${this.camera?.role === 'owner'} @sheet-close=${this.#closeLost}></lost-phone-sheet>`
          : nothing
      }`;
  }

  #renderList() {
    switch (this.access.type) {
      case 'loading':
        return html`<p class="quiet" role="status">Asking the camera …</p>`;
      case 'failed':
        return this.#renderFailed(this.access.code);
      case 'known':
        return this.#renderKnown(this.access.entries, this.access.isFresh);
      default:
        return this.access satisfies never;
    }
  }

  #renderFailed(code: LendingFailure) {
    return html`<div class="stack fill" role="alert">
        <lk-sign kind="problem"></lk-sign>
        <h2>The list did not come</h2>
        <p class="quiet">${lendingFailureSentence(code)}</p>
      </div>
      <lk-button icon="retry" @click=${() => this.dispatchEvent(new LendingRetryEvent())}>Try again</lk-button>`;
  }

  #renderKnown(entries: readonly AccessEntry[], isFresh: boolean) {
    const groups = groupAccess(entries, this.#now.nowS);
    const isAlone = groups.guests.length + groups.waiting.length + this.#unsent.length === 0;
    return html`${
      isFresh
        ? nothing
        : html`<p class="notice" role="status">The camera is not reachable. This is what it said last, and nothing can be changed until it is back.</p>`
    }
      <div class=${isFresh ? 'groups' : 'groups stale'}>
        ${this.#renderGroup(groups, 'owners', entries)} ${this.#renderGroup(groups, 'guests', entries)}
        ${this.#renderGroup(groups, 'waiting', entries)}
        ${
          isAlone
            ? html`<p class="quiet">Nobody else may look. Lend somebody a look: for a quarter of an hour, or for Mondays from nine to twelve.</p>`
            : nothing
        }
        ${this.#renderGroup(groups, 'ended', entries)}
      </div>
      <div class="more">
        ${
          this.camera?.role === 'owner'
            ? html`<lk-button variant="quiet" icon="history" @click=${this.#go('log')}>Who watched</lk-button>`
            : nothing
        }
        <lk-button
          variant="quiet"
          icon="info"
          @click=${() => {
            this.isLost = true;
          }}
          >Lost a phone?</lk-button
        >
      </div>`;
  }

  get #isFresh(): boolean {
    return this.access.type === 'known' && this.access.isFresh;
  }

  get #unsent(): readonly Loan[] {
    const listed = this.access.type === 'known' ? this.access.entries.map(({ id }) => id) : [];
    return this.loans.filter(({ id, state }) => isUnsent(state.value) && !listed.includes(id));
  }

  #renderUnsent(loans: readonly Loan[]) {
    if (loans.length === 0) return nothing;
    return html`<section>
      <h2>On its way to the camera</h2>
      <ul>
        ${loans.map((loan) => html`<li><loan-row .loan=${loan} @access-pick=${this.#go('loan', loan.id)}></loan-row></li>`)}
      </ul>
    </section>`;
  }

  #renderGroup(groups: AccessGroups, name: keyof AccessGroups, entries: readonly AccessEntry[]) {
    const group = groups[name];
    if (group.length === 0) return nothing;
    return html`<section>
      <h2>${groupNames[name]}</h2>
      <ul>
        ${repeat(
          group,
          ({ id }) => id,
          (entry) => html`<li>${this.#renderRow(entry, entries)}</li>`,
        )}
      </ul>
    </section>`;
  }

  #renderRow(entry: AccessEntry, entries: readonly AccessEntry[]) {
    const nameOf = (id: string) => entries.find((each) => each.id === id)?.name ?? null;
    // What was last said is too old to say who is watching.
    const said = entry.kind === 'grant' && !this.#isFresh ? { ...entry, watching: 0 } : entry;
    const text = entryText(said, this.#now.nowS, nameOf);
    const isOver = entry.kind === 'withdrawn' || (entry.kind === 'invite' && text.tone === 'over');
    return html`<access-row
      name=${entry.name}
      stateWords=${text.state}
      tone=${this.#isFresh ? text.tone : 'over'}
      tag=${entry.kind === 'grant' && entry.is_own ? 'This phone' : ''}
      .details=${text.details}
      ?plain=${isOver}
      @access-pick=${() => {
        this.pickedId = entry.id;
      }}
    ></access-row>`;
  }

  #renderSheet() {
    if (this.pickedId === null || this.access.type !== 'known') return nothing;
    const { entries, isFresh } = this.access;
    const entry = entries.find(({ id }) => id === this.pickedId);
    if (entry === undefined) return nothing;
    return html`<access-sheet
      .camera=${this.camera}
      .entry=${entry}
      .entries=${entries}
      .lending=${this.lending}
      .nowS=${this.#now.nowS}
      .loan=${this.loans.find(({ id }) => id === entry.id) ?? null}
      ?stale=${!isFresh}
      @sheet-close=${() => {
        this.pickedId = null;
      }}
    ></access-sheet>`;
  }

  #go(view: LendingView, loanId = '') {
    return () => this.dispatchEvent(new LendingOpenEvent(this.camera?.id ?? '', view, loanId));
  }

  readonly #closeLost = (): void => {
    this.isLost = false;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'access-page': AccessPage;
  }
}
