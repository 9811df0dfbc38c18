import { randomInt } from 'node:crypto';
import type { H264Format } from './h264-format.ts';
import { toAbsSendTime, toNtpTime } from './ntp-time.ts';
import type { ExtensionIds } from './offer.ts';
import type { MediaPacket, PacketizedUnit } from './packetizer.ts';
import { encodeGoodbye, encodeSenderReport } from './rtcp.ts';
import type { SrtpSender } from './srtp.ts';

/** Where one viewer's packets go and how they are marked. */
export interface RtpWriterOptions {
  readonly ssrc: number;
  readonly rtxSsrc: number;
  readonly cname: string;
  readonly format: H264Format;
  readonly extensions: ExtensionIds;
  readonly srtp: SrtpSender;
  readonly send: (packet: Buffer) => void;
  /** Wall clock, milliseconds since the Unix epoch, with fractions. */
  readonly now: () => number;
}

/** Turns shared packets into one viewer's RTP stream. */
export interface RtpWriter {
  /** Sends a picture; until the first keyframe there is nothing a viewer could show. */
  writeUnit(unit: PacketizedUnit): void;
  /** Sends again what a NACK asks for, over RTX (RFC 4588); `roundTripMs` keeps doubles apart. */
  retransmit(sequenceNumbers: readonly number[], roundTripMs: number): void;
  /** Sends a sender report once there is a picture to report on. */
  writeSenderReport(): void;
  /** Sends the end of the stream. */
  writeGoodbye(): void;
}

/** More than a second of a 10 Mbit/s stream; a power of two that divides the sequence-number space. */
const HISTORY_PACKETS = 2048;
/** Later than this the decoder has given up on the picture. */
const MAX_RETRANSMISSION_AGE_MS = 1000;
/** A second request for one packet within this part of a round trip crossed with the answer to the first. */
const DUPLICATE_WINDOW = 0.8;
const MIN_DUPLICATE_WINDOW_MS = 10;
/** playout-delay: 12 bits minimum, 12 bits maximum, in 10 ms: from 0 to 200 ms. */
const PLAYOUT_DELAY = (0 << 12) | 20;
const FIXED_HEADER_BYTES = 12;
const ONE_BYTE_EXTENSIONS = 0xbede;

/** What was sent under one sequence number. */
interface Sent {
  readonly packet: MediaPacket;
  readonly sequenceNumber: number;
  readonly rtpTimestamp: number;
  readonly sentAtMs: number;
  retransmittedAtMs: number;
}

/** A sequence-number space with its rollover counter (RFC 3711 §3.3.1). */
interface Sequence {
  readonly ssrc: number;
  sequenceNumber: number;
  rolloverCounter: number;
}

export function createRtpWriter(options: RtpWriterOptions): RtpWriter {
  return new Writer(options);
}

class Writer implements RtpWriter {
  readonly #options: RtpWriterOptions;
  readonly #media: Sequence;
  readonly #rtx: Sequence;
  readonly #header: HeaderTemplate;
  readonly #history: (Sent | undefined)[] = new Array(HISTORY_PACKETS);
  #lastUnit: PacketizedUnit | null = null;
  #packetsSent = 0;
  #payloadBytesSent = 0;

  constructor(options: RtpWriterOptions) {
    this.#options = options;
    this.#media = startSequence(options.ssrc);
    this.#rtx = startSequence(options.rtxSsrc);
    this.#header = createHeaderTemplate(options.extensions);
  }

  writeUnit(unit: PacketizedUnit): void {
    if (!this.#lastUnit && !unit.isKeyframe) return;
    this.#lastUnit = unit;
    const nowMs = this.#options.now();
    for (const packet of unit.packets) this.#writePacket(packet, unit.rtpTimestamp, nowMs);
  }

  retransmit(sequenceNumbers: readonly number[], roundTripMs: number): void {
    const payloadType = this.#options.format.rtxPayloadType;
    // Without RTX the packet would have to go again under its old nonce, whose header has changed.
    if (payloadType === null) return;
    const nowMs = this.#options.now();
    const windowMs = Math.max(roundTripMs * DUPLICATE_WINDOW, MIN_DUPLICATE_WINDOW_MS);
    for (const sequenceNumber of sequenceNumbers) {
      const sent = this.#history[sequenceNumber % HISTORY_PACKETS];
      if (!sent || sent.sequenceNumber !== sequenceNumber) continue;
      if (nowMs - sent.sentAtMs > MAX_RETRANSMISSION_AGE_MS || nowMs - sent.retransmittedAtMs < windowMs)
        continue;
      sent.retransmittedAtMs = nowMs;
      this.#writeRtx(sent, payloadType, nowMs);
    }
  }

  writeSenderReport(): void {
    if (!this.#lastUnit) return;
    const nowMs = this.#options.now();
    const sinceCapture = Math.round((nowMs - this.#lastUnit.capturedAtMs) * 90);
    const report = encodeSenderReport({
      ssrc: this.#options.ssrc,
      cname: this.#options.cname,
      ntp: toNtpTime(nowMs),
      rtpTimestamp: (this.#lastUnit.rtpTimestamp + sinceCapture) >>> 0,
      packetsSent: this.#packetsSent,
      payloadBytesSent: this.#payloadBytesSent,
    });
    this.#options.send(this.#options.srtp.protectRtcp(report));
  }

  writeGoodbye(): void {
    const { ssrc, rtxSsrc, srtp, send } = this.#options;
    send(srtp.protectRtcp(encodeGoodbye([ssrc, rtxSsrc])));
  }

  #writePacket(packet: MediaPacket, rtpTimestamp: number, nowMs: number): void {
    const { format, srtp, send } = this.#options;
    const { sequenceNumber } = this.#media;
    const header = this.#header.fill({
      marker: packet.marker,
      payloadType: format.payloadType,
      sequence: this.#media,
      rtpTimestamp,
      nowMs,
    });
    send(srtp.protectRtp(header, packet.payload, this.#media));
    this.#history[sequenceNumber % HISTORY_PACKETS] = {
      packet,
      sequenceNumber,
      rtpTimestamp,
      sentAtMs: nowMs,
      retransmittedAtMs: Number.NEGATIVE_INFINITY,
    };
    this.#packetsSent++;
    this.#payloadBytesSent += packet.payload.length;
    advance(this.#media);
  }

  /** The original sequence number goes before the payload; extensions are made anew (RFC 4588 §4). */
  #writeRtx({ packet, sequenceNumber, rtpTimestamp }: Sent, payloadType: number, nowMs: number): void {
    const payload = Buffer.allocUnsafe(2 + packet.payload.length);
    payload.writeUInt16BE(sequenceNumber, 0);
    payload.set(packet.payload, 2);
    const header = this.#header.fill({
      marker: packet.marker,
      payloadType,
      sequence: this.#rtx,
      rtpTimestamp,
      nowMs,
    });
    this.#options.send(this.#options.srtp.protectRtp(header, payload, this.#rtx));
    advance(this.#rtx);
  }
}

/** Starts in the lower half, so that an early loss cannot hide a rollover (RFC 3711 §3.3.1). */
function startSequence(ssrc: number): Sequence {
  return { ssrc, sequenceNumber: randomInt(0x8000), rolloverCounter: 0 };
}

function advance(sequence: Sequence): void {
  sequence.sequenceNumber = (sequence.sequenceNumber + 1) & 0xffff;
  if (sequence.sequenceNumber === 0) sequence.rolloverCounter++;
}

interface HeaderFields {
  readonly marker: boolean;
  readonly payloadType: number;
  readonly sequence: Sequence;
  readonly rtpTimestamp: number;
  readonly nowMs: number;
}

interface HeaderTemplate {
  /** The one buffer of the template, valid until the next call. */
  fill(fields: HeaderFields): Buffer;
}

function createHeaderTemplate({ absSendTime, playoutDelay }: ExtensionIds): HeaderTemplate {
  const count = (absSendTime === null ? 0 : 1) + (playoutDelay === null ? 0 : 1);
  const header = Buffer.alloc(FIXED_HEADER_BYTES + (count === 0 ? 0 : 4 + count * 4));
  header.writeUInt8(count === 0 ? 0x80 : 0x90, 0);
  if (count > 0) {
    header.writeUInt16BE(ONE_BYTE_EXTENSIONS, FIXED_HEADER_BYTES);
    header.writeUInt16BE(count, FIXED_HEADER_BYTES + 2);
  }
  const absSendTimeAt = FIXED_HEADER_BYTES + 4;
  // Each element: id and length less one in one byte, then three bytes (RFC 8285 §4.2).
  if (absSendTime !== null) header.writeUInt8((absSendTime << 4) | 2, absSendTimeAt);
  if (playoutDelay !== null) {
    header.writeUInt32BE((playoutDelay * 2 ** 28 + 2 * 2 ** 24 + PLAYOUT_DELAY) >>> 0, header.length - 4);
  }
  return {
    fill({ marker, payloadType, sequence, rtpTimestamp, nowMs }) {
      header.writeUInt8((marker ? 0x80 : 0) | payloadType, 1);
      header.writeUInt16BE(sequence.sequenceNumber, 2);
      header.writeUInt32BE(rtpTimestamp, 4);
      header.writeUInt32BE(sequence.ssrc, 8);
      if (absSendTime !== null) header.writeUIntBE(toAbsSendTime(nowMs), absSendTimeAt + 1, 3);
      return header;
    },
  };
}
