/** Tells listeners of one kind of event. */
export interface Emitter<T> {
  /** Calls `listener` for every event; the returned function stops that. */
  on(listener: (value: T) => void): () => void;
  emit(value: T): void;
  /** Forgets all listeners. */
  clear(): void;
}

export function createEmitter<T>(): Emitter<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    on(listener) {
      // One entry a call, though the same function may come twice.
      const entry = (value: T) => listener(value);
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    emit(value) {
      for (const listener of [...listeners]) listener(value);
    },
    clear() {
      listeners.clear();
    },
  };
}
