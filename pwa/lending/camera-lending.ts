import type { Clock } from '#shared/clock.ts';
import { encodeInviteLink } from '#shared/invite-link.ts';
import type { UpMessage } from '#shared/up-message.ts';
import { Subject } from '../state/observable.ts';
import { StorageError } from '../storage/storage-error.ts';
import type { CameraLink } from '../viewing/camera-link.ts';
import type { PageVisibility } from '../viewing/page-visibility.ts';
import type { AccessCache } from './access-cache.ts';
import { buildAmend } from './access-change.ts';
import { AccessWatch } from './access-watch.ts';
import { askCamera } from './camera-request.ts';
import { type Lending, LendingError, type LendRequest, type Loan } from './lending.ts';
import { createLoanRecord, type LoanRecord } from './loan-record.ts';
import { isFinal } from './loan-state.ts';
import type { LoanStore } from './loan-store.ts';
import type { LogHeads } from './log-heads.ts';
import { StandingLoan } from './standing-loan.ts';
import { WatchLogReader } from './watch-log-reader.ts';

export interface CameraLendingOptions {
  readonly link: CameraLink;
  readonly clock: Clock;
  readonly visibility: PageVisibility;
  readonly loans: LoanStore;
  readonly cache: AccessCache;
  readonly heads: LogHeads;
  /** Where the page is that opens a link. */
  readonly pageUrl: string;
  /** Told of what went wrong where nobody waits for it. */
  readonly report: (error: unknown) => void;
}

/** A loan, and how the list shows it. */
interface Entry {
  readonly standing: StandingLoan;
  readonly loan: Loan;
}

/** One camera's access list and the looks lent of it, shared by all who have it open; unsent looks go out in any case. */
export class CameraLending {
  readonly #options: CameraLendingOptions;
  readonly #access: AccessWatch;
  readonly #entries = new Map<string, Entry>();
  readonly #loans = new Subject<readonly Loan[]>([]);
  #isClosed = false;

  /** Begins with what was lent before, and sends what the camera has not got yet. */
  constructor(options: CameraLendingOptions, records: readonly LoanRecord[]) {
    const { link, clock, visibility, cache, report } = options;
    this.#options = options;
    this.#access = new AccessWatch({
      ...{ link, clock, visibility, cache, report },
      onListed: (entries, reading) => {
        for (const { standing } of [...this.#entries.values()]) standing.follow(entries, reading);
      },
    });
    for (const record of records) this.#add(record).start();
  }

  get link(): CameraLink {
    return this.#options.link;
  }

  /** Keeps everything up to date until what is returned is closed. */
  open(): Lending {
    const { link, clock, heads, report } = this.#options;
    const log = new WatchLogReader({ link, clock, heads, report });
    return {
      access: this.#access.state,
      loans: this.#loans,
      lend: (request) => this.#lend(request),
      amend: async (id, change) => this.#change(buildAmend(id, change)),
      revoke: (id) => this.#change((nonce) => ({ type: 'revoke', body: { nonce, id } })),
      readLog: (before) => log.read(before),
      close: this.#hold(),
    };
  }

  /** For good, whoever has it open; idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#access.close();
    for (const { standing } of this.#entries.values()) standing.close();
  }

  async #lend(request: LendRequest): Promise<Loan> {
    const { link, clock, loans } = this.#options;
    // There is nothing left to lend of; or its camera was forgotten meanwhile.
    if (link.ending.value !== null || this.#isClosed) throw new LendingError('invalid_grant');
    const record = await createLoanRecord(request, link.camera, clock);
    try {
      await loans.write(record);
    } catch (cause) {
      if (!(cause instanceof StorageError)) throw cause;
      throw new LendingError('storage_failed', { cause });
    }
    const standing = this.#add(record);
    standing.start();
    return this.#toLoan(standing, this.#hold());
  }

  async #change(build: (nonce: string) => UpMessage): Promise<void> {
    const { link, clock } = this.#options;
    await askCamera(link, 'done', build, { clock });
    this.#access.refresh();
  }

  /** Whoever leaves last has seen what was refused. */
  #hold(): () => void {
    const release = this.#access.hold();
    return () => {
      release();
      if (!this.#access.isHeld) this.#forgetRefused();
    };
  }

  #add(record: LoanRecord): StandingLoan {
    const { link, clock, report } = this.#options;
    const standing = new StandingLoan(record, {
      ...{ link, clock, report },
      keep: (changed) => this.#keep(changed),
      countReadings: () => this.#access.readings,
    });
    this.#entries.set(record.id, { standing, loan: this.#toLoan(standing, () => undefined) });
    standing.state.subscribe(() => this.#onState(standing));
    this.#publish();
    return standing;
  }

  #onState({ state, record }: StandingLoan): void {
    const { loans, report } = this.#options;
    const { value } = state;
    if (value.type === 'waiting') this.#access.refresh();
    if (!isFinal(value)) return;
    // Nobody has seen a refusal that comes while nobody looks: it is kept for the next time.
    const isUnseen = value.type === 'refused' && !this.#access.isHeld;
    const keeping = isUnseen ? loans.write({ ...record, refusal: value.code }) : loans.remove(record.id);
    keeping.catch(report);
    if (value.type !== 'refused') this.#drop(record.id);
  }

  async #keep(record: LoanRecord): Promise<void> {
    const standing = this.#entries.get(record.id)?.standing;
    if (standing && !isFinal(standing.state.value)) await this.#options.loans.write(record);
  }

  #forgetRefused(): void {
    for (const [id, { standing }] of [...this.#entries]) {
      if (standing.state.value.type !== 'refused') continue;
      this.#options.loans.remove(id).catch(this.#options.report);
      this.#drop(id);
    }
  }

  #drop(id: string): void {
    this.#entries.get(id)?.standing.close();
    this.#entries.delete(id);
    this.#publish();
  }

  #publish(): void {
    this.#loans.set([...this.#entries.values()].map(({ loan }) => loan));
  }

  #toLoan(standing: StandingLoan, close: () => void): Loan {
    const { link, pageUrl } = this.#options;
    const { camera, rendezvous } = link.camera;
    const { id, name, secret, openUntil } = standing.record;
    const meeting = rendezvous === null ? {} : { rendezvous };
    return {
      ...{ id, name, openUntil, close },
      link: encodeInviteLink(pageUrl, { kind: 'lend', camera, secret, ...meeting }),
      state: standing.state,
      withdraw: () => standing.withdraw(),
    };
  }
}
