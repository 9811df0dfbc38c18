/** Why a message, link or key from outside was not accepted. */
export type ProtocolErrorCode =
  /** Not of the form the protocol gives, or larger than it allows. */
  | 'malformed'
  /** Decryption or signature failed: not from who it claims to be. */
  | 'not_authentic'
  /** Authentic, but not meant for this place: another type, audience or request. */
  | 'misdirected';

/** Hostile or damaged input; the caller did nothing wrong. Never shown to the sender. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ProtocolErrorCode;

  constructor(code: ProtocolErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
