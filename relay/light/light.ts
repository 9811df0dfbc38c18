/** A light beside the lens. */
export interface Light {
  /** Lights it, or puts it out; resolves when it is so. @throws Error where it cannot be. */
  set(isOn: boolean): Promise<void>;
  /** Leaves it as it was found, and unlit; idempotent. @throws Error where that cannot be. */
  close(): Promise<void>;
}
