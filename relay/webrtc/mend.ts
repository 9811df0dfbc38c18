import { type DtlsMendOptions, mendDtls } from './mends/dtls-mend.ts';
import { containSctp } from './mends/sctp-containment.ts';
import { mendStun } from './mends/stun-mend.ts';
import type { RTCDtlsTransport, RTCIceTransport, RTCSctpTransport } from './werift.ts';

/** Applies the mends of an ICE transport; before it gathers. */
export function mendIce(transport: RTCIceTransport): void {
  mendStun(transport);
}

/** Applies the mends of the secured part of a session; before the answer is made. */
export function mendSecureTransports(
  dtls: RTCDtlsTransport,
  sctp: RTCSctpTransport,
  { onFault, ...options }: DtlsMendOptions & { readonly onFault: (cause: unknown) => void },
): void {
  mendDtls(dtls, options);
  containSctp(dtls, sctp, onFault);
}
