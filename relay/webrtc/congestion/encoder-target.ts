/** What an encoder may make for one viewer. */
export interface EncoderTarget {
  /** Bits a second, headers and retransmissions already off. */
  readonly bitrateBps: number;
  /** For so long pictures would only wait: better none are made. Milliseconds, mostly 0. */
  readonly skipMs: number;
}

/** How a stream stands. */
export interface StreamLoad {
  /** Bits a second on the wire. */
  readonly targetBps: number;
  readonly retransmissionBps: number;
  /** What waits to be sent, bytes on the wire. */
  readonly waitingBytes: number;
  /** How long the path needs for what is under way and what waits, beyond a round trip, microseconds. */
  readonly backlogUs: number;
}

/** Of a path, what pictures may take: the rest is for pictures that turn out larger. */
const MEDIA_SHARE = 0.93;
/** Headers, extensions, tag and datagram, of a packet of usual size. */
const HEADER_SHARE = 72 / 1200;
/** What waits longer than this is to be worked off, within half a second. */
const MAX_WAIT_S = 0.06;
const WORK_OFF_S = 0.5;
/** However much waits, a picture needs something. */
const MIN_SHARE = 0.3;
/** A backlog this long is worked off sooner by making no pictures. */
const SKIP_FROM_US = 150_000;
/** So much of it may be left when pictures begin again: the first ones are under way by then. */
const SKIP_TO_US = 50_000;

/** Says how much an encoder may make of a stream that stands so. */
export function encoderTargetOf({
  targetBps,
  retransmissionBps,
  waitingBytes,
  backlogUs,
}: StreamLoad): EncoderTarget {
  const lateBits = Math.max(0, waitingBytes * 8 - targetBps * MAX_WAIT_S);
  const leftBps = targetBps * MEDIA_SHARE - retransmissionBps - lateBits / WORK_OFF_S;
  const wireBps = Math.max(targetBps * MIN_SHARE, leftBps);
  return {
    bitrateBps: Math.round(wireBps * (1 - HEADER_SHARE)),
    skipMs: backlogUs > SKIP_FROM_US ? Math.ceil((backlogUs - SKIP_TO_US) / 1000) : 0,
  };
}
