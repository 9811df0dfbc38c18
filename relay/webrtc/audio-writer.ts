import { randomInt } from 'node:crypto';
import { toNtpTime } from './ntp-time.ts';
import { encodeGoodbye, encodeSenderReport } from './rtcp.ts';
import { encodeRtpHeader } from './rtp-packet.ts';
import type { SrtpSender } from './srtp.ts';

/** One Opus packet of the camera's microphone, for everybody who listens. */
export interface AudioPacket {
  readonly payload: Uint8Array;
  /** Of its first sample: 48 kHz, 32 bits; every viewer sees the same. */
  readonly rtpTimestamp: number;
  /** Of its first sample: wall clock, milliseconds since the Unix epoch, with fractions. */
  readonly capturedAtMs: number;
}

/** Where one viewer's sound goes. */
export interface AudioWriterOptions {
  readonly ssrc: number;
  readonly cname: string;
  readonly payloadType: number;
  readonly srtp: SrtpSender;
  readonly send: (packet: Buffer) => void;
  /** Wall clock, milliseconds since the Unix epoch, with fractions. */
  readonly now: () => number;
}

/** RFC 7587 §4.1 */
const CLOCK_RATE_KHZ = 48;
/** A packet further from the one before follows a silence of which nothing was sent: the longest that Opus makes is 120 ms. */
const TALK_SPURT_TICKS = 120 * CLOCK_RATE_KHZ;

/**
 * Turns shared Opus packets into one viewer's RTP stream. They go at once, beside the pictures and not behind them: they
 * are few and small, and what the path carries besides is measured while they flow.
 */
export class AudioWriter {
  readonly #options: AudioWriterOptions;
  // In the lower half, so that an early loss cannot hide a rollover (RFC 3711 §3.3.1).
  #sequenceNumber = randomInt(0x8000);
  #rolloverCounter = 0;
  #last: AudioPacket | null = null;
  #packetsSent = 0;
  #payloadBytesSent = 0;

  constructor(options: AudioWriterOptions) {
    this.#options = options;
  }

  /** Packets so far. */
  get packetsSent(): number {
    return this.#packetsSent;
  }

  write(packet: AudioPacket): void {
    const { ssrc, payloadType, srtp, send } = this.#options;
    const index = { ssrc, rolloverCounter: this.#rolloverCounter, sequenceNumber: this.#sequenceNumber };
    const timestamp = packet.rtpTimestamp;
    const header = encodeRtpHeader({
      ...index,
      payloadType,
      timestamp,
      marker: this.#beginsTalkSpurt(packet),
    });
    send(srtp.protectRtp(header, packet.payload, index));
    this.#sequenceNumber = (this.#sequenceNumber + 1) & 0xffff;
    if (this.#sequenceNumber === 0) this.#rolloverCounter++;
    this.#last = packet;
    this.#packetsSent++;
    this.#payloadBytesSent += packet.payload.length;
  }

  /** Tells what the time of the sound is in the time of the picture, once there is any. */
  writeSenderReport(): void {
    if (!this.#last) return;
    const { ssrc, cname, srtp, send, now } = this.#options;
    const nowMs = now();
    const sinceCapture = Math.round((nowMs - this.#last.capturedAtMs) * CLOCK_RATE_KHZ);
    const report = encodeSenderReport({
      ...{ ssrc, cname, ntp: toNtpTime(nowMs) },
      rtpTimestamp: (this.#last.rtpTimestamp + sinceCapture) >>> 0,
      packetsSent: this.#packetsSent,
      payloadBytesSent: this.#payloadBytesSent,
    });
    send(srtp.protectRtcp(report));
  }

  writeGoodbye(): void {
    const { ssrc, srtp, send } = this.#options;
    if (this.#last) send(srtp.protectRtcp(encodeGoodbye([ssrc])));
  }

  /** RFC 3551 §4.1 */
  #beginsTalkSpurt({ rtpTimestamp }: AudioPacket): boolean {
    return this.#last === null || (rtpTimestamp - this.#last.rtpTimestamp) >>> 0 > TALK_SPURT_TICKS;
  }
}
