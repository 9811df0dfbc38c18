import type { RTCDtlsTransport, RTCSctpTransport } from '../werift.ts';

/** The parts of werift's SCTP that its types hide. */
interface AssociationInternals {
  handleData(bytes: Buffer): Promise<void>;
}

/** The parts of werift's data-channel transport that its types hide. */
interface SctpInternals {
  datachannelReceive(streamId: number, protocolId: number, data: Buffer): Promise<void>;
  dataChannelFlush(): Promise<void>;
}

/**
 * Keeps what a viewer sends over SCTP (RFC 9260) and DCEP (RFC 8832) inside its own session: every failure goes to `onFault`.
 *
 * Stock werift leaves the promises of its receive path to themselves, so one malformed chunk ends the process.
 */
export function containSctp(
  dtls: RTCDtlsTransport,
  transport: RTCSctpTransport,
  onFault: (cause: unknown) => void,
): void {
  const { sctp } = transport;
  const internals = transport as unknown as SctpInternals; // private only in the types
  const guard =
    <A extends unknown[], R>(task: (...input: A) => Promise<R>) =>
    (...input: A): Promise<R | undefined> =>
      task(...input).catch((cause: unknown) => {
        onFault(cause);
        return undefined;
      });
  const handleData = guard((sctp as unknown as AssociationInternals).handleData.bind(sctp));
  dtls.dataReceiver = (bytes) => void handleData(bytes);
  const receive = guard(internals.datachannelReceive);
  sctp.onReceive.allUnsubscribe();
  sctp.onReceive.subscribe((streamId, protocolId, data) => void receive(streamId, protocolId, data));
  const sendChunk = guard(sctp.sendChunk.bind(sctp));
  Object.assign(sctp, { sendChunk });
  Object.assign(transport, { dataChannelFlush: guard(internals.dataChannelFlush.bind(transport)) });
}
