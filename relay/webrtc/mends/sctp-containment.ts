import type { RTCDtlsTransport, RTCSctpTransport } from '../werift.ts';

/** The parts of werift's SCTP that its types hide. */
interface AssociationInternals {
  /** Room left in the receive window; below zero when the sender does not keep to it. */
  readonly advertisedRwnd: number;
  /** Numbers received beyond a gap. */
  readonly sackMisOrdered: ReadonlySet<number>;
  /** Chunks that wait for room in the window, and those that wait to be acknowledged. */
  readonly outboundQueue: readonly unknown[];
  readonly sentQueue: readonly unknown[];
  handleData(bytes: Buffer): Promise<void>;
}

/** The parts of werift's data-channel transport that its types hide. */
interface SctpInternals {
  datachannelReceive(streamId: number, protocolId: number, data: Buffer): Promise<void>;
  dataChannelFlush(): Promise<void>;
  /** Messages that wait for the association. */
  readonly dataChannelQueue: readonly unknown[];
}

/** A window of 1 MiB in datagrams of 1,200 bytes is 874 numbers. */
const MAX_MISORDERED = 4096;
/** We answer pings and little else; with more than this under way, somebody asks and acknowledges nothing. */
const MAX_UNACKNOWLEDGED = 512;

/**
 * Keeps what a viewer sends over SCTP (RFC 9260) and DCEP (RFC 8832) inside its own session: every failure goes to `onFault`.
 *
 * Stock werift leaves the promises of its receive path to themselves, so one malformed chunk ends the process,
 * and holds without bound what a viewer sends beyond the window or beyond a gap, and what it does not acknowledge.
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
  const association = sctp as unknown as AssociationInternals;
  const handleData = guard(association.handleData.bind(sctp));
  dtls.dataReceiver = (bytes) => {
    void handleData(bytes);
    if (isOverrun(association)) onFault(new RangeError('more than the receive window'));
    if (countUnacknowledged(association, internals) > MAX_UNACKNOWLEDGED)
      onFault(new RangeError('answers that nobody takes'));
  };
  const receive = guard(internals.datachannelReceive);
  sctp.onReceive.allUnsubscribe();
  sctp.onReceive.subscribe((streamId, protocolId, data) => void receive(streamId, protocolId, data));
  const sendChunk = guard(sctp.sendChunk.bind(sctp));
  Object.assign(sctp, { sendChunk });
  Object.assign(transport, { dataChannelFlush: guard(internals.dataChannelFlush.bind(transport)) });
}

function isOverrun({ advertisedRwnd, sackMisOrdered }: AssociationInternals): boolean {
  return advertisedRwnd < 0 || sackMisOrdered.size > MAX_MISORDERED;
}

function countUnacknowledged(
  { outboundQueue, sentQueue }: AssociationInternals,
  { dataChannelQueue }: SctpInternals,
): number {
  return dataChannelQueue.length + outboundQueue.length + sentQueue.length;
}
