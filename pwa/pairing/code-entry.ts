/** What the camera shows: six digits, however they were typed. */
const CODE = /^\d{6}$/;

/** Waits for the digits that somebody reads from the camera. */
export class CodeEntry {
  #take: ((code: string) => void) | null = null;

  /** Resolves with the next six digits that are given. @throws the signal's reason. */
  async ask(signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const giveUp = () => reject(signal.reason);
    signal.addEventListener('abort', giveUp);
    this.#take = resolve;
    try {
      return await promise;
    } finally {
      this.#take = null;
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** Gives the digits; anything else, and whatever nobody asked for, is ignored. */
  give(text: string): void {
    const code = text.replace(/\s/g, '');
    if (CODE.test(code)) this.#take?.(code);
  }
}
