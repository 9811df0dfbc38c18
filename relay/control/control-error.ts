import type { ControlRefusal } from './control-protocol.ts';

/** Why a command got nothing from the running relay. */
export type ControlErrorCode =
  /** Nobody listens there. */
  | 'not_running'
  /** The socket is another user's. */
  | 'not_allowed'
  /** Somebody listens, and says nothing in time or nothing that can be understood. */
  | 'no_answer'
  | ControlRefusal;

/** Thrown by whatever speaks to the running relay. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly code: ControlErrorCode;

  constructor(code: ControlErrorCode, options?: ErrorOptions) {
    super(`the relay's control socket: ${code}`, options);
    this.code = code;
  }
}
