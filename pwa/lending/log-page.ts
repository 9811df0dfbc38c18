import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { NowController } from '../state/now-controller.ts';
import '../ui/button.ts';
import '../ui/sign.ts';
import '../ui/top-bar.ts';
import { icon } from '../ui/icons.ts';
import { pageStyles } from '../ui/page-styles.ts';
import { baseStyles, textStyles } from '../ui/shared-styles.ts';
import type { CameraSummary } from '../viewing/camera.ts';
import type { WatchLogPage, WatchRecord } from './lending.ts';
import { lendingFailureSentence } from './lending-failure.ts';
import { lendingStyles } from './lending-styles.ts';
import { listPageStyles } from './list-page-styles.ts';
import { damageSentence, groupByDay, type LogDay, pathWords, spanWords } from './log-text.ts';
import { RequestController } from './request-controller.ts';

/** Who watched through a camera, day by day, as the camera wrote it down and signed it. */
@customElement('log-page')
export class LogPage extends LitElement {
  static override styles = [
    baseStyles,
    textStyles,
    pageStyles,
    lendingStyles,
    listPageStyles,
    css`
      .badge {
        display: grid;
        grid-template-columns: auto 1fr;
        align-items: center;
        gap: var(--space-3);
        padding: var(--space-3) var(--space-4);
        border-radius: var(--radius-m);
        background: var(--surface);
        font-size: var(--text-s);
        line-height: 1.35;
      }
      .genuine .icon {
        color: var(--good);
      }
      .broken {
        background: var(--bad-wash);
        color: var(--bad);
        font-weight: var(--weight-medium);
      }
      li {
        display: grid;
        gap: 0.125rem;
        padding: var(--space-3) var(--space-4);
        line-height: 1.3;
        overflow-wrap: anywhere;
      }
      .name {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        justify-content: space-between;
        gap: var(--space-1) var(--space-3);
        font-weight: var(--weight-bold);
      }
      em {
        font-size: var(--text-xs);
        font-style: normal;
        font-weight: var(--weight-medium);
      }
      .watching {
        color: var(--good);
      }
      .watching::before {
        content: "";
        display: inline-block;
        width: 0.5625rem;
        height: 0.5625rem;
        margin-inline-end: var(--space-2);
        border-radius: var(--radius-full);
        background: currentColor;
      }
      .cut {
        color: var(--bad);
      }
      .time {
        font-size: var(--text-s);
        font-variant-numeric: tabular-nums;
      }
      small {
        color: var(--text-quiet);
        font-size: var(--text-xs);
      }
    `,
  ];

  @property({ attribute: false }) camera: CameraSummary | null = null;
  /** Asks the camera for a page of its log: the newest with null. @throws LendingError */
  @property({ attribute: false }) openLog: ((before: number | null) => Promise<WatchLogPage>) | null = null;
  @state() private pages: readonly WatchLogPage[] = [];

  readonly #request = new RequestController(this);
  readonly #now = new NowController(this);

  protected override willUpdate(): void {
    if (!this.hasUpdated) this.#readOn();
  }

  override render() {
    return html`<main>
      <lk-top-bar back="Back"><h1 class="bar-title">Who watched</h1><p class="bar-note">${this.camera?.name}</p></lk-top-bar>
      ${this.pages.length > 0 ? this.#renderLog() : nothing} ${this.#renderEnd()}
    </main>`;
  }

  #renderLog() {
    const records = this.pages.flatMap((page) => page.records);
    // A log that was begun anew, or cut off, has no viewings either: it must not pass for one that nobody is in.
    const isWhole = this.pages.every(({ isGenuine, damagedAt }) => isGenuine && damagedAt === null);
    if (records.length === 0 && isWhole) {
      return html`<div class="stack fill"><h2>Nobody has watched yet</h2><p class="quiet">Each look will stand here: who, from when until when, and on which path.</p></div>`;
    }
    return html`${this.#renderBadge()}
      <div class="groups">${groupByDay(records, this.#now.nowS).map((day) => this.#renderDay(day))}</div>`;
  }

  #renderBadge() {
    if (!this.pages.every(({ isGenuine }) => isGenuine)) {
      return html`<p class="badge broken" role="alert">${icon('warning')}<span>This log does not add up: a line was changed or left out, or somebody else signed it. Do not rely on it.</span></p>`;
    }
    const damagedAt = this.pages.find((page) => page.damagedAt !== null)?.damagedAt ?? null;
    return damagedAt === null
      ? html`<p class="badge genuine">${icon('check')}<span>Signed by the camera, unbroken</span></p>`
      : html`<p class="badge" role="status">${icon('warning')}<span>${damageSentence(damagedAt, this.#now.nowS)}</span></p>`;
  }

  #renderDay({ heading, records }: LogDay) {
    return html`<section>
      <h2>${heading}</h2>
      <ul>
        ${records.map((record) => this.#renderRecord(record))}
      </ul>
    </section>`;
  }

  #renderRecord(record: WatchRecord) {
    return html`<li>
      <span class="name">${record.name}${recordTag(record)}</span>
      <span class="time">${spanWords(record, this.#now.nowS)}</span>
      <small>${pathWords(record)}</small>
    </li>`;
  }

  #renderEnd() {
    const { failure, isBusy } = this.#request;
    if (failure !== null) {
      return html`<div class="stack" role="alert"><p>${lendingFailureSentence(failure)}</p></div>
        <lk-button icon="retry" @click=${() => this.#readOn()}>Try again</lk-button>`;
    }
    if (isBusy) return html`<p class="quiet" role="status">Asking the camera …</p>`;
    const hasMore = (this.pages.at(-1)?.before ?? null) !== null;
    return hasMore ? html`<lk-button @click=${() => this.#readOn()}>Show more</lk-button>` : nothing;
  }

  #readOn(): void {
    const before = this.pages.at(-1)?.before ?? null;
    void this.#request.run(async () => {
      const page = await this.openLog?.(before);
      if (page) this.pages = [...this.pages, page];
    });
  }
}

function recordTag({ until, isInterrupted }: WatchRecord) {
  if (isInterrupted) return html`<em class="cut">Cut off</em>`;
  return until === null ? html`<em class="watching">Still watching</em>` : nothing;
}

declare global {
  interface HTMLElementTagNameMap {
    'log-page': LogPage;
  }
}
