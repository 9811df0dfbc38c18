/** Why a DTLS handshake or an SRTP packet was refused; the RFC 5246 §7.2.2 alert of the same name where there is one. */
export type DtlsErrorCode =
  | 'decode_error'
  | 'handshake_failure'
  | 'bad_certificate'
  | 'decrypt_error'
  | 'timeout'
  | 'closed'
  /** Somebody gave us another role than the one that the answer says. */
  | 'other_role'
  /** An SRTP or SRTCP packet seen before, too old, or of one source too many. */
  | 'replayed';

/** The peer, or someone on the path, broke the handshake; the caller did nothing wrong. */
export class DtlsError extends Error {
  override readonly name = 'DtlsError';
  readonly code: DtlsErrorCode;

  constructor(code: DtlsErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
