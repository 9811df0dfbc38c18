import type { Clock } from '#shared/clock.ts';
import type { AccessEntry } from '#shared/down-message.ts';
import { type Observable, Subject } from '../state/observable.ts';
import type { CameraLink } from '../viewing/camera-link.ts';
import type { PageVisibility } from '../viewing/page-visibility.ts';
import type { AccessCache } from './access-cache.ts';
import { type AccessListState, LendingError, type LendingFailure } from './lending.ts';
import { readAccessList } from './read-access-list.ts';

/** When somebody was seen last, and whether they watch now, is worth showing while it is this young. */
const REFRESH_MS = 10_000;

export interface AccessWatchOptions {
  readonly link: CameraLink;
  readonly clock: Clock;
  readonly visibility: PageVisibility;
  readonly cache: AccessCache;
  /** Told of each list; `reading` numbers them in the order in which they were asked for. */
  readonly onListed: (entries: readonly AccessEntry[], reading: number) => void;
  /** Told of what went wrong where nobody waits for it. */
  readonly report: (error: unknown) => void;
}

/** Keeps one camera's access list up to date as long as somebody holds it; what it shows is what the camera said. */
export class AccessWatch {
  readonly #options: AccessWatchOptions;
  readonly #state = new Subject<AccessListState>({ type: 'loading' });
  readonly #stops: (() => void)[] = [];
  #holders = 0;
  #isClosed = false;
  #readings = 0;
  #reading: AbortController | null = null;
  #isDue = false;

  constructor(options: AccessWatchOptions) {
    this.#options = options;
  }

  get state(): Observable<AccessListState> {
    return this.#state;
  }

  /** How many lists were asked for so far. */
  get readings(): number {
    return this.#readings;
  }

  get isHeld(): boolean {
    return this.#holders > 0 && !this.#isClosed;
  }

  /** Keeps the list up to date until the returned function is called; that is idempotent. */
  hold(): () => void {
    this.#holders += 1;
    if (this.#holders === 1 && !this.#isClosed) this.#start();
    let isHolding = true;
    return () => {
      if (!isHolding) return;
      isHolding = false;
      this.#holders -= 1;
      if (this.#holders === 0) this.#stop();
    };
  }

  /** Asks for the list; once more when it is being asked for already. */
  refresh(): void {
    if (!this.isHeld) return;
    if (this.#reading !== null) this.#isDue = true;
    else this.#read().catch(this.#options.report);
  }

  /** For good, whoever holds it; idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#stop();
  }

  #start(): void {
    const { link, clock, visibility, report } = this.#options;
    const isSeen = () => visibility.isVisible && link.presence.value === 'online';
    this.#stops.push(
      link.revision.subscribe(() => this.refresh()),
      link.presence.subscribe(() => this.#onPresence()),
      link.ending.subscribe((ending) => ending !== null && this.#fail('invalid_grant')),
      visibility.onChange(() => isSeen() && this.refresh()),
      clock.every(REFRESH_MS, () => isSeen() && this.refresh()),
    );
    this.#recall().catch(report);
    this.refresh();
  }

  #stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#reading?.abort();
    this.#age();
  }

  #onPresence(): void {
    const { presence } = this.#options.link;
    if (presence.value === 'online') this.refresh();
    else if (presence.value === 'offline') this.#age();
  }

  async #recall(): Promise<void> {
    const { link, cache } = this.#options;
    const isKnown = () => this.#state.value.type === 'known';
    if (isKnown()) return;
    const entries = await cache.read(link.camera.gid);
    // The camera may have been faster, or have said that there is nothing to be seen any more.
    if (entries === null || isKnown() || link.ending.value !== null) return;
    this.#state.set({ type: 'known', entries, isFresh: false });
  }

  async #read(): Promise<void> {
    const { link, clock } = this.#options;
    const reading = new AbortController();
    this.#reading = reading;
    this.#isDue = false;
    this.#readings += 1;
    try {
      const number = this.#readings;
      const entries = await readAccessList(link, { clock, signal: reading.signal });
      if (!reading.signal.aborted) await this.#show(entries, number);
    } catch (error) {
      if (reading.signal.aborted) return;
      if (!(error instanceof LendingError)) throw error;
      this.#onFailed(error.code);
    } finally {
      if (this.#reading === reading) this.#reading = null;
      if (this.#isDue) this.refresh();
    }
  }

  async #show(entries: readonly AccessEntry[], reading: number): Promise<void> {
    const { link, cache, onListed } = this.#options;
    const { value } = this.#state;
    const hasChanged = value.type !== 'known' || JSON.stringify(value.entries) !== JSON.stringify(entries);
    if (hasChanged || !value.isFresh) this.#state.set({ type: 'known', entries, isFresh: true });
    onListed(entries, reading);
    if (hasChanged) await cache.write(link.camera.gid, entries);
  }

  /** What is known stays where the camera only did not answer; a refusal means that there is nothing to be seen. */
  #onFailed(code: LendingFailure): void {
    if (code === 'not_allowed' || code === 'invalid_grant') this.#fail(code);
    else if (this.#state.value.type === 'known') this.#age();
    else this.#state.set({ type: 'failed', code });
  }

  #fail(code: LendingFailure): void {
    const { link, cache, report } = this.#options;
    this.#state.set({ type: 'failed', code });
    cache.remove(link.camera.gid).catch(report);
  }

  #age(): void {
    const { value } = this.#state;
    if (value.type === 'known' && value.isFresh) this.#state.set({ ...value, isFresh: false });
  }
}
