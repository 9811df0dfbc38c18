import type { ReceptionReport } from './rtcp.ts';
import type { RtpHeader } from './rtp-packet.ts';

const SEQUENCE_NUMBERS = 0x1_0000;

/** How one stream of a viewer arrives here, for the reports that have it adapt (RFC 3550 §6.4.1, appendix A.3 and A.8). */
export class ReceptionStatistics {
  readonly #ssrc: number;
  readonly #clockRateHz: number;
  #first: number | null = null;
  #newest = 0;
  #received = 0;
  #reported = { expected: 0, received: 0 };
  #jitter = 0;
  #transit: number | null = null;

  constructor(ssrc: number, clockRateHz: number) {
    this.#ssrc = ssrc;
    this.#clockRateHz = clockRateHz;
  }

  /** Takes down an authentic packet. */
  note({ sequenceNumber, timestamp }: RtpHeader, nowMs: number): void {
    const index = this.#first === null ? sequenceNumber : this.#extend(sequenceNumber);
    this.#first ??= index;
    this.#newest = Math.max(this.#newest, index);
    this.#received++;
    const transit = (nowMs * this.#clockRateHz) / 1000 - timestamp;
    // The difference is taken modulo 2^32, as the timestamp is.
    const change = this.#transit === null ? 0 : Math.abs((transit - this.#transit) | 0);
    this.#transit = transit;
    this.#jitter += (Math.min(change, this.#clockRateHz) - this.#jitter) / 16;
  }

  /** What to tell the viewer; null before the first packet. Losses count from the report before. */
  report(): ReceptionReport | null {
    if (this.#first === null) return null;
    const expected = this.#newest - this.#first + 1;
    const expectedSince = expected - this.#reported.expected;
    const lostSince = expectedSince - (this.#received - this.#reported.received);
    this.#reported = { expected, received: this.#received };
    return {
      ssrc: this.#ssrc,
      fractionLost: expectedSince > 0 ? Math.min(255 / 256, Math.max(0, lostSince / expectedSince)) : 0,
      cumulativeLost: Math.min(0x7f_ffff, Math.max(0, expected - this.#received)),
      highestSequenceNumber: this.#newest % 2 ** 32,
      jitter: Math.round(this.#jitter),
      // Round trips are the camera's to measure, by its own reports.
      lastSenderReport: 0,
      delaySinceLastSenderReport: 0,
    };
  }

  #extend(sequenceNumber: number): number {
    const distance = (sequenceNumber - (this.#newest % SEQUENCE_NUMBERS)) & 0xffff;
    return this.#newest + (distance < SEQUENCE_NUMBERS / 2 ? distance : distance - SEQUENCE_NUMBERS);
  }
}
