/** Of one phone; it takes back one thing at a time, and what was on its way then arrives within minutes or never. */
const MAX_IDS = 100;
/** More phones than the access list has. */
const MAX_PHONES = 500;

/**
 * What phones took back before the camera had heard of it. A broker may hold a `lend` back until its `revoke` was answered: whoever
 * has the link would get in by what its lender believes to be gone. Kept in memory, as no request outlives a start of the camera.
 */
export class EarlyRevocations {
  /** Ids of invites, by the grant that took them back; oldest first. */
  readonly #ids = new Map<string, Set<string>>();

  note(gid: string, id: string): void {
    const ids = this.#ids.get(gid) ?? new Set();
    ids.add(id);
    forgetOldest(ids, MAX_IDS);
    this.#ids.delete(gid);
    this.#ids.set(gid, ids);
    forgetOldest(this.#ids, MAX_PHONES);
  }

  has(gid: string, id: string): boolean {
    return this.#ids.get(gid)?.has(id) ?? false;
  }
}

function forgetOldest(kept: Set<string> | Map<string, unknown>, most: number): void {
  const [oldest] = kept.keys();
  if (kept.size > most && oldest !== undefined) kept.delete(oldest);
}
