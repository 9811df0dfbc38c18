/** When the camera last heard of each phone, since it was started. */
export class LastSeen {
  readonly #times = new Map<string, number>();

  /** NumericDate; null: not yet. */
  of(gid: string): number | null {
    return this.#times.get(gid) ?? null;
  }

  note(gid: string, now: number): void {
    this.#times.set(gid, now);
  }
}
