/** A value that changes, read-only to whoever watches it. */
export interface Observable<T> {
  /** What it is now. */
  readonly value: T;
  /** Calls `listener` at every later change, not at once; the returned function stops that. */
  subscribe(listener: (value: T) => void): () => void;
}

/** The writing end of an {@link Observable}: whoever owns the value keeps this to itself. */
export class Subject<T> implements Observable<T> {
  #value: T;
  readonly #listeners = new Set<(value: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  /** Sets the value and tells every listener, unless it is the same one. */
  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener(value);
  }

  subscribe(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
