import type { TransportFeedback } from './transport-feedback.ts';

/** How a path stands: it takes what comes, it holds a queue already, or it does not answer. */
export type PathState = 'open' | 'full' | 'silent';

/** Decides how fast packets go to one viewer, and how much the encoder may make for it. Moments are in microseconds. */
export interface CongestionControl {
  /** The transport-wide number of the next packet, 16 bits. */
  readonly nextSequenceNumber: number;
  /** What the path to this viewer is thought to carry, bits a second on the wire. */
  readonly targetBps: number;
  /** Copies should be sent when nothing else waits: a probe is not full yet. */
  readonly wantsCopies: boolean;
  /** A round trip as it is now, queues included, microseconds. */
  readonly roundTripUs: number;
  /** Bits a second at which packets leave while any wait. */
  pacingBps(nowUs: number): number;
  /** Whether one more packet may be on its way; a retransmission sooner, for pictures wait for it. */
  hasRoom(nowUs: number, isRetransmission: boolean): boolean;
  /** How long the path needs for what is under way and `waitingBytes` more, beyond a round trip; microseconds, 0 for none. */
  backlogUs(waitingBytes: number, nowUs: number): number;
  pathState(nowUs: number): PathState;
  /** Takes down a packet that has been sent under {@link nextSequenceNumber}; its size on the wire. */
  handleSent(bytes: number, nowUs: number): void;
  /** Says that nothing waits to be sent. */
  handleIdle(): void;
  /** Takes what the viewer says about arrivals; calls `onLoss` with the number of each packet it is missing. */
  handleFeedback(feedback: TransportFeedback, nowUs: number, onLoss: (sequenceNumber: number) => void): void;
  /** Takes the viewer's own estimate of its path (REMB), bits a second. */
  handleEstimate(estimateBps: number): void;
  /** Takes a receiver report: the share of packets lost, 0 to 1, and the round trip, microseconds. */
  handleReception(fractionLost: number, roundTripUs: number | null): void;
  /** Begins anew on another path. */
  handlePathChange(): void;
  /** Looks at the time, a few times a second at least. */
  tick(nowUs: number): void;
}
