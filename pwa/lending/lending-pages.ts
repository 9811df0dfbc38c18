import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import '../ui/button.ts';
import '../ui/later-icons.ts';
import '../ui/sign.ts';
import '../ui/top-bar.ts';
import { hasScope } from '#shared/scope.ts';
import { BackEvent } from '../ui/back-event.ts';
import { pageStyles } from '../ui/page-styles.ts';
import { baseStyles, textStyles } from '../ui/shared-styles.ts';
import type { CameraSummary } from '../viewing/camera.ts';
import { LendingOpenEvent, type LendingView } from '../viewing/camera-events.ts';
import './access-page.ts';
import './lend-page.ts';
import type { Lending, LendRequest, Loan } from './lending.ts';
import { LendingController } from './lending-controller.ts';
import './loan-page.ts';
import './log-page.ts';

/** What these pages ask of the app. */
interface LendingUseCases {
  openLending(id: string): Promise<Lending>;
}

/** The pages about who may see a camera; they share one open access list. */
@customElement('lending-pages')
export class LendingPages extends LitElement {
  static override styles = [baseStyles, textStyles, pageStyles];

  @property() view: LendingView = 'access';
  @property() cameraId = '';
  /** Of the view `loan`: which one; empty for the newest. */
  @property() loanId = '';
  /** `null` until the store has been read. */
  @property({ attribute: false }) cameras: readonly CameraSummary[] | null = null;
  @property({ attribute: false }) useCases: LendingUseCases | null = null;

  readonly #lending = new LendingController(this, () =>
    this.#isAllowed && this.useCases !== null ? this.useCases.openLending(this.cameraId) : null,
  );
  /** Lent on these pages: ours to close. */
  readonly #made = new Map<string, Loan>();
  #shown: Loan | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const loan of this.#made.values()) loan.close();
    this.#made.clear();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('cameraId') && changed.get('cameraId')) this.#lending.reopen();
    if (this.view === 'loan') this.#chooseLoan();
  }

  override render() {
    if (this.cameras === null) return nothing;
    const camera = this.#camera;
    // Whoever gave the camera away still sees that it has arrived.
    const isHandedOver = this.view === 'loan' && this.#shown !== null;
    if (camera === null || !(this.#isAllowed || isHandedOver)) return this.#renderRefused();
    switch (this.view) {
      case 'lend':
        return this.#renderLend(camera);
      case 'loan':
        return this.#renderLoan(camera);
      case 'access':
        return html`<access-page
          .camera=${camera}
          .access=${this.#lending.access}
          .lending=${this.#lending.lending}
          .loans=${this.#loans}
          @lending-retry=${() => this.#lending.reopen()}
        ></access-page>`;
      case 'log':
        return html`<log-page
          .camera=${camera}
          .openLog=${async (before: number | null) => (await this.#lending.opened()).readLog(before)}
        ></log-page>`;
      default:
        return this.view satisfies never;
    }
  }

  get #camera(): CameraSummary | null {
    return this.cameras?.find(({ id }) => id === this.cameraId) ?? null;
  }

  get #isAllowed(): boolean {
    const camera = this.#camera;
    const right = this.view === 'log' ? 'owner' : 'lend';
    return camera !== null && camera.ending === null && hasScope(camera.terms.scope, right);
  }

  #renderLend(camera: CameraSummary) {
    return html`<lend-page
      .camera=${camera}
      .entries=${this.#lending.access.type === 'known' ? this.#lending.access.entries : []}
      .lend=${(request: LendRequest) => this.#lend(camera.id, request)}
    ></lend-page>`;
  }

  #renderLoan(camera: CameraSummary) {
    const { access, lending } = this.#lending;
    const entries = access.type === 'known' ? access.entries : [];
    return html`<loan-page
      .camera=${camera}
      .loan=${this.#shown}
      .entry=${entries.find(({ id }) => id === this.#shown?.id) ?? null}
      ?loading=${lending === null && access.type === 'loading'}
    ></loan-page>`;
  }

  /** A page that was left meanwhile has nobody to show it to; what is lent is lent all the same. */
  async #lend(cameraId: string, request: LendRequest): Promise<void> {
    const loan = await (await this.#lending.opened()).lend(request);
    if (!this.isConnected) {
      loan.close();
      return;
    }
    this.#made.set(loan.id, loan);
    this.dispatchEvent(new LendingOpenEvent(cameraId, 'loan', loan.id));
  }

  /** Once on show it stays there, also when its link is used up. */
  #chooseLoan(): void {
    const loans = this.#loans;
    const loan = this.loanId ? loans.find(({ id }) => id === this.loanId) : loans.at(-1);
    if (loan !== undefined) this.#shown = loan;
    else if (this.loanId && this.#shown?.id !== this.loanId) this.#shown = null;
  }

  /** Those lent on these pages after those lent before. */
  get #loans(): readonly Loan[] {
    const before = this.#lending.loans.filter(({ id }) => !this.#made.has(id));
    return [...before, ...this.#made.values()];
  }

  #renderRefused() {
    return html`<main>
      <lk-top-bar back="Back"></lk-top-bar>
      <div class="stack fill" role="alert">
        <lk-sign kind="problem"></lk-sign>
        <h1>Not for this phone</h1>
        <p class="quiet">This phone may not lend that camera, or does not have it any more.</p>
      </div>
      <div class="actions">
        <lk-button @click=${() => this.dispatchEvent(new BackEvent())}>Back</lk-button>
      </div>
    </main>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lending-pages': LendingPages;
  }
}
