import type { Grant } from './grant.ts';

/** Where the list is kept; resolves when it is safely there. */
export type SaveGrants = (grants: readonly Grant[]) => Promise<void>;

/** Who may see the camera. A change counts only once it is on disk. */
export class AccessList {
  readonly #save: SaveGrants;
  #grants: readonly Grant[];
  #lastChange: Promise<unknown> = Promise.resolve();

  constructor(grants: readonly Grant[], save: SaveGrants) {
    this.#grants = grants;
    this.#save = save;
  }

  get grants(): readonly Grant[] {
    return this.#grants;
  }

  /** Whether somebody owns the camera. */
  get isClaimed(): boolean {
    return this.#grants.some((grant) => grant.scope.includes('owner'));
  }

  find(gid: string): Grant | null {
    return this.#grants.find((grant) => grant.gid === gid) ?? null;
  }

  /**
   * Applies `decide` to the list as it is when its turn comes, and stores what it returns before resolving with it.
   * Changes happen one after another, so what `decide` sees cannot change under it: the claim race is settled here.
   * `null` changes nothing.
   */
  async add(decide: (grants: readonly Grant[]) => Grant | null): Promise<Grant | null> {
    return this.#inTurn(async () => {
      const grant = decide(this.#grants);
      if (grant === null) return null;
      const changed = [...this.#grants, grant];
      await this.#save(changed);
      this.#grants = changed;
      return grant;
    });
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#lastChange.then(change, change);
    this.#lastChange = turn.catch(() => null);
    return turn;
  }
}
