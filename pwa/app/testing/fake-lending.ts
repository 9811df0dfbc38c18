import type { AccessEntry } from '#shared/down-message.ts';
import type {
  AccessChange,
  AccessListState,
  Lending,
  LendRequest,
  Loan,
  LoanState,
  WatchLogPage,
} from '../../lending/lending.ts';
import { Subject } from '../../state/observable.ts';

/** An hour from when the test began, to the second. */
const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;

/** A loan whose fate a test sets by hand. */
export class FakeLoan implements Loan {
  readonly id: string;
  readonly name: string;
  readonly link = `https://latchkey.example/#l1.${'A'.repeat(43)}.${'B'.repeat(22)}`;
  readonly openUntil = inAnHour();
  readonly state: Subject<LoanState>;
  isClosed = false;

  constructor(id: string, name: string, state: LoanState = { type: 'waiting' }) {
    this.id = id;
    this.name = name;
    this.state = new Subject(state);
  }

  withdraw(): Promise<void> {
    this.state.set({ type: 'withdrawn' });
    return Promise.resolve();
  }

  close(): void {
    this.isClosed = true;
  }
}

/** An access list in memory: tests set what the camera says and read what it was asked. */
export class FakeLending implements Lending {
  readonly access: Subject<AccessListState>;
  readonly loans = new Subject<readonly Loan[]>([]);
  readonly requests: LendRequest[] = [];
  readonly changes: { readonly id: string; readonly change: AccessChange }[] = [];
  readonly revoked: string[] = [];
  readonly asked: (number | null)[] = [];
  log: readonly WatchLogPage[] = [];
  /** What every request comes to from now on; `null` for success. */
  failure: Error | null = null;
  isClosed = false;

  constructor(access: AccessListState = { type: 'loading' }) {
    this.access = new Subject(access);
  }

  async lend(request: LendRequest): Promise<Loan> {
    this.#answer();
    this.requests.push(request);
    const loan = new FakeLoan(`loan-${this.requests.length}`, request.name, { type: 'sending' });
    this.loans.set([...this.loans.value, loan]);
    return loan;
  }

  async amend(id: string, change: AccessChange): Promise<void> {
    this.#answer();
    this.changes.push({ id, change });
  }

  async revoke(id: string): Promise<void> {
    this.#answer();
    this.revoked.push(id);
  }

  async readLog(before: number | null): Promise<WatchLogPage> {
    this.#answer();
    this.asked.push(before);
    return this.log[this.asked.length - 1] ?? { records: [], before: null, isGenuine: true, damagedAt: null };
  }

  close(): void {
    this.isClosed = true;
  }

  #answer(): void {
    if (this.failure) throw this.failure;
  }
}

type Grant = Extract<AccessEntry, { kind: 'grant' }>;
type Invite = Extract<AccessEntry, { kind: 'invite' }>;
type Withdrawn = Extract<AccessEntry, { kind: 'withdrawn' }>;

const common = { scope: ['watch'], nbf: null, exp: null, hours: null, by: 'me', at: 0 } as const;

/** Somebody on the list; what a test does not say is a guest of this phone who may watch. */
export function buildGrant(changes: Partial<Grant> & { readonly id: string }): Grant {
  return {
    ...{ kind: 'grant', ...common, name: changes.id, device: 'Android phone' },
    ...{ seen: null, watching: 0, is_own: false, ...changes },
  };
}

/** This phone, an owner's. */
export function buildOwner(changes: Partial<Grant> = {}): Grant {
  return buildGrant({
    id: 'me',
    name: 'Kim',
    device: 'iPhone',
    scope: ['owner'],
    by: null,
    is_own: true,
    ...changes,
  });
}

/** A link that nobody has used yet; what a test does not say lets somebody watch for an hour. */
export function buildInvite(changes: Partial<Invite> & { readonly id: string }): Invite {
  return {
    ...{ kind: 'invite', ...common, name: changes.id, duration: 3600 },
    ...{ open_until: inAnHour(), is_confirming: false, ...changes },
  };
}

/** What was taken back. */
export function buildWithdrawn(changes: Partial<Withdrawn> & { readonly id: string }): Withdrawn {
  return {
    ...{ kind: 'withdrawn', ...common, name: changes.id },
    ...{ withdrawn_at: 0, withdrawn_by: 'me', was_taken: true, ...changes },
  };
}
