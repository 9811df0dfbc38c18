/** What a caller of the rendezvous can act upon. */
export type RendezvousErrorCode =
  /** No broker acknowledged within the time limit: try again later. */
  | 'offline'
  /** The broker answered, and said no: wrong credentials or topic. */
  | 'refused'
  /** More is under way than is kept: send less. */
  | 'busy'
  /** The message is over the size limit. */
  | 'too_large'
  /** The broker's bytes are not MQTT 3.1.1 within our bounds. */
  | 'protocol'
  /** `close()` was called. */
  | 'closed';

/** Thrown by everything that speaks to a broker; `code` is stable, the message is for logs. */
export class RendezvousError extends Error {
  readonly code: RendezvousErrorCode;

  constructor(code: RendezvousErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'RendezvousError';
    this.code = code;
  }
}
