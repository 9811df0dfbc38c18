/** What a machine says of its clock; `unknown` where nothing on it can tell. */
export type SyncAnswer = 'synchronised' | 'not_synchronised' | 'unknown';

/** How the relay learns whether a time service keeps the machine's clock. */
export interface ClockProbe {
  /**
   * Something that is another each time the time service has set or confirmed the clock; null where there is none.
   * Cheap, for it is looked at every second; never fails.
   */
  look(): Promise<string | null>;
  /**
   * Asks the machine, which may take a child process.
   * @throws the signal's reason when it is aborted; nothing is left running then.
   */
  ask(options: { signal: AbortSignal }): Promise<SyncAnswer>;
}

/** For a machine whose clock has a battery and no time service, by its owner's word. */
export const trustingProbe: ClockProbe = {
  look: () => Promise.resolve(null),
  ask: () => Promise.resolve('unknown'),
};
