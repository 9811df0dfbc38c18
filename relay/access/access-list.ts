import type { AccessState } from './access-state.ts';
import { type Grant, isOwner } from './grant.ts';

/** Where the list is kept; resolves when it is safely there. */
export type SaveAccess = (state: AccessState) => Promise<void>;

/** What a decision about the list comes to. */
export interface Change<T> {
  /** The list as it shall be; absent where nothing changes. */
  readonly state?: AccessState;
  readonly result: T;
}

/** Who may see the camera. A change counts only once it is on disk. */
export class AccessList {
  readonly #save: SaveAccess;
  readonly #listeners = new Set<() => void>();
  #state: AccessState;
  #lastChange: Promise<unknown> = Promise.resolve();

  constructor(state: AccessState, save: SaveAccess) {
    this.#state = state;
    this.#save = save;
  }

  get state(): AccessState {
    return this.#state;
  }

  /** Whether somebody owns the camera. */
  get isClaimed(): boolean {
    return this.#state.grants.some(isOwner);
  }

  find(gid: string): Grant | null {
    return this.#state.grants.find((grant) => grant.gid === gid) ?? null;
  }

  /** Told after each change, before whoever asked for it is answered; the returned function stops that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Applies `decide` to the list as it is when its turn comes, and stores what it returns before resolving with its result.
   * Changes happen one after another, so what `decide` sees cannot change under it: every race is settled here.
   * `save` is for the change that is kept in another way than the rest.
   */
  change<T>(decide: (state: AccessState) => Change<T>, save: SaveAccess = this.#save): Promise<T> {
    return this.#inTurn(async () => {
      const { state, result } = decide(this.#state);
      if (state === undefined) return result;
      await save(state);
      this.#state = state;
      for (const listener of [...this.#listeners]) listener();
      return result;
    });
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#lastChange.then(change, change);
    this.#lastChange = turn.catch(() => null);
    return turn;
  }
}
