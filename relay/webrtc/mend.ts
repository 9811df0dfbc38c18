import { containSctp } from './mends/sctp-containment.ts';
import type { RTCDtlsTransport, RTCSctpTransport } from './werift.ts';

/** Applies every mend that concerns the secured part of a session, before the first packet of the viewer. */
export function mendSecureTransports(
  dtls: RTCDtlsTransport,
  sctp: RTCSctpTransport,
  onFault: (cause: unknown) => void,
): void {
  containSctp(dtls, sctp, onFault);
}
