/** What is wrong with an offer; the viewer learns no more than that it was refused. */
export type SdpErrorCode =
  /** Larger than an offer has reason to be. */
  | 'oversize'
  /** Not SDP, or not of the form RFC 8829 gives. */
  | 'malformed'
  | 'ice_missing'
  | 'fingerprint_missing'
  /** More than one certificate is announced: a second one could be a stranger's. */
  | 'fingerprint_conflict'
  /** Only SHA-256 is accepted. */
  | 'fingerprint_unsupported'
  /** The viewer insists on being the DTLS server; we always are. */
  | 'setup_unsupported'
  /** Neither H.264 constrained baseline nor a data channel is offered. */
  | 'nothing_acceptable';

/** An offer that is not answered; hostile or foreign input, not the caller's mistake. */
export class SdpError extends Error {
  override readonly name = 'SdpError';
  readonly code: SdpErrorCode;

  constructor(code: SdpErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
