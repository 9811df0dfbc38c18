import { randomInt } from 'node:crypto';
import type { H264Format } from './h264-format.ts';
import { toAbsSendTime, toNtpTime } from './ntp-time.ts';
import type { ExtensionIds } from './offer.ts';
import { PacketHistory } from './packet-history.ts';
import { MAX_PAYLOAD_BYTES, type MediaPacket } from './packetizer.ts';
import { encodeGoodbye, encodeSenderReport } from './rtcp.ts';
import { SRTP_TAG_BYTES, type SrtpSender } from './srtp.ts';

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

/** Turns shared packets into one viewer's RTP stream; the moments are on a clock that is never set, microseconds. */
export interface RtpWriter {
  /** Whether lost packets can be sent again, and copies sent for a probe (RFC 4588). */
  readonly hasRetransmission: boolean;
  /** Packets of pictures so far, each counted once. */
  readonly packetsSent: number;
  /** Whole pictures so far. */
  readonly picturesSent: number;
  /** Bytes of pictures so far, without headers. */
  readonly payloadBytesSent: number;
  /** What a packet with so much payload takes on the wire, bytes. */
  sizeOf(packet: MediaPacket): number;
  /** Sends a packet under a transport-wide sequence number; its size on the wire. */
  writePacket(packet: MediaPacket, transportSequenceNumber: number, nowUs: number): number;
  /** Whether a packet that a NACK asks for is to be sent again; the same one not twice within `spacingUs`. */
  claimRetransmission(sequenceNumber: number, nowUs: number, spacingUs: number): boolean;
  /** The RTP timestamp of a packet that is too old to be sent again; null while it is not, or when it is not known any more. */
  timestampOfExpired(sequenceNumber: number, nowUs: number): number | null;
  /** Sends a packet again over RTX; its size on the wire, 0 when it is too old by now. */
  writeRetransmission(sequenceNumber: number, transportSequenceNumber: number, nowUs: number): number;
  /** Sends a copy of a packet that has just been sent, newest first, to fill a probe; 0 when there is none. */
  writeCopy(transportSequenceNumber: number, nowUs: number): number;
  /** Sends a sender report once there is a picture to report on. */
  writeSenderReport(): void;
  /** Sends the end of the stream. */
  writeGoodbye(): void;
}

/** playout-delay: 12 bits minimum, 12 bits maximum, in 10 ms: from 0 to 200 ms. */
const PLAYOUT_DELAY = (0 << 12) | 20;
const FIXED_HEADER_BYTES = 12;
const ONE_BYTE_EXTENSIONS = 0xbede;
/** IPv4 and UDP. */
const DATAGRAM_BYTES = 28;
/** The original sequence number before the payload of a retransmission. */
const ORIGINAL_NUMBER_BYTES = 2;
/** Copies go back this far before they begin again: all of it is what the viewer may be missing just now. */
const MAX_COPIES = 16;

/** One stream's sequence numbers with their rollover counter (RFC 3711 §3.3.1). */
interface Stream {
  readonly ssrc: number;
  readonly payloadType: number;
  sequenceNumber: number;
  rolloverCounter: number;
}

export function createRtpWriter(options: RtpWriterOptions): RtpWriter {
  return new Writer(options);
}

class Writer implements RtpWriter {
  readonly #options: RtpWriterOptions;
  readonly #media: Stream;
  readonly #rtx: Stream | null;
  readonly #header: HeaderTemplate;
  readonly #history = new PacketHistory();
  readonly #rtxPayload = Buffer.allocUnsafe(ORIGINAL_NUMBER_BYTES + MAX_PAYLOAD_BYTES);
  #lastPacket: MediaPacket | null = null;
  #copies = 0;
  #packetsSent = 0;
  #picturesSent = 0;
  #payloadBytesSent = 0;

  constructor(options: RtpWriterOptions) {
    const { payloadType, rtxPayloadType } = options.format;
    this.#options = options;
    this.#media = startStream(options.ssrc, payloadType);
    this.#rtx = rtxPayloadType === null ? null : startStream(options.rtxSsrc, rtxPayloadType);
    this.#header = createHeaderTemplate(options.extensions);
  }

  get hasRetransmission(): boolean {
    return this.#rtx !== null;
  }

  get packetsSent(): number {
    return this.#packetsSent;
  }

  get picturesSent(): number {
    return this.#picturesSent;
  }

  get payloadBytesSent(): number {
    return this.#payloadBytesSent;
  }

  sizeOf({ payload }: MediaPacket): number {
    return DATAGRAM_BYTES + this.#header.bytes + payload.length + SRTP_TAG_BYTES;
  }

  writePacket(packet: MediaPacket, transportSequenceNumber: number, nowUs: number): number {
    this.#history.add(this.#media.sequenceNumber, packet, nowUs);
    this.#header.stamp(transportSequenceNumber, nowUs);
    this.#send(this.#media, packet, packet.payload);
    this.#lastPacket = packet;
    this.#copies = 0;
    this.#packetsSent++;
    if (packet.marker) this.#picturesSent++;
    this.#payloadBytesSent += packet.payload.length;
    return this.sizeOf(packet);
  }

  claimRetransmission(sequenceNumber: number, nowUs: number, spacingUs: number): boolean {
    // Without RTX the packet would have to go again under its old nonce, whose header has changed.
    return this.hasRetransmission && this.#history.claim(sequenceNumber, nowUs, spacingUs);
  }

  timestampOfExpired(sequenceNumber: number, nowUs: number): number | null {
    if (this.#history.find(sequenceNumber, nowUs)) return null;
    return this.#history.recall(sequenceNumber)?.rtpTimestamp ?? null;
  }

  writeRetransmission(sequenceNumber: number, transportSequenceNumber: number, nowUs: number): number {
    const packet = this.#history.find(sequenceNumber, nowUs);
    if (!packet) return 0;
    this.#header.stamp(transportSequenceNumber, nowUs);
    this.#history.repeat(sequenceNumber, nowUs);
    return this.#repeat(sequenceNumber, packet);
  }

  writeCopy(transportSequenceNumber: number, nowUs: number): number {
    this.#copies = (this.#copies % MAX_COPIES) + 1;
    const sequenceNumber = (this.#media.sequenceNumber - this.#copies) & 0xffff;
    const packet = this.#history.recall(sequenceNumber) ?? this.#lastPacket;
    if (!packet) return 0;
    this.#header.stamp(transportSequenceNumber, nowUs);
    return this.#repeat(sequenceNumber, packet);
  }

  writeSenderReport(): void {
    if (!this.#lastPacket) return;
    const nowMs = this.#options.now();
    const sinceCapture = Math.round((nowMs - this.#lastPacket.capturedAtMs) * 90);
    const report = encodeSenderReport({
      ssrc: this.#options.ssrc,
      cname: this.#options.cname,
      ntp: toNtpTime(nowMs),
      rtpTimestamp: (this.#lastPacket.rtpTimestamp + sinceCapture) >>> 0,
      packetsSent: this.#packetsSent,
      payloadBytesSent: this.#payloadBytesSent,
    });
    this.#options.send(this.#options.srtp.protectRtcp(report));
  }

  writeGoodbye(): void {
    const { ssrc, rtxSsrc, srtp, send } = this.#options;
    send(srtp.protectRtcp(encodeGoodbye([ssrc, rtxSsrc])));
  }

  /** The original sequence number goes before the payload; extensions are made anew (RFC 4588 §4). */
  #repeat(sequenceNumber: number, packet: MediaPacket): number {
    if (!this.#rtx) return 0;
    this.#rtxPayload.writeUInt16BE(sequenceNumber, 0);
    this.#rtxPayload.set(packet.payload, ORIGINAL_NUMBER_BYTES);
    const payload = this.#rtxPayload.subarray(0, ORIGINAL_NUMBER_BYTES + packet.payload.length);
    this.#send(this.#rtx, packet, payload);
    return this.sizeOf(packet) + ORIGINAL_NUMBER_BYTES;
  }

  #send(stream: Stream, packet: MediaPacket, payload: Uint8Array): void {
    const { srtp, send } = this.#options;
    send(srtp.protectRtp(this.#header.fill(stream, packet), payload, stream));
    stream.sequenceNumber = (stream.sequenceNumber + 1) & 0xffff;
    if (stream.sequenceNumber === 0) stream.rolloverCounter++;
  }
}

/** Starts in the lower half, so that an early loss cannot hide a rollover (RFC 3711 §3.3.1). */
function startStream(ssrc: number, payloadType: number): Stream {
  return { ssrc, payloadType, sequenceNumber: randomInt(0x8000), rolloverCounter: 0 };
}

interface HeaderTemplate {
  readonly bytes: number;
  /** Notes what belongs to the act of sending. */
  stamp(transportSequenceNumber: number, nowUs: number): void;
  /** The one buffer of the template, valid until the next call. */
  fill(stream: Stream, packet: MediaPacket): Buffer;
}

/** Writes one element of a header extension: its id and length less one in one byte, then its value (RFC 8285 §4.2). */
interface Extension {
  readonly id: number | null;
  readonly valueBytes: number;
}

/** Where each element's value begins, after the fixed header; null for one that the viewer does not know. */
function layOut(extensions: readonly Extension[]): {
  readonly valuesAt: (number | null)[];
  readonly end: number;
} {
  let at = FIXED_HEADER_BYTES + 4;
  const valuesAt = extensions.map(({ id, valueBytes }) => {
    if (id === null) return null;
    at += 1 + valueBytes;
    return at - valueBytes;
  });
  return { valuesAt, end: Math.ceil(at / 4) * 4 };
}

function createHeaderTemplate(ids: ExtensionIds): HeaderTemplate {
  const extensions = [
    { id: ids.absSendTime, valueBytes: 3 },
    { id: ids.playoutDelay, valueBytes: 3 },
    { id: ids.transportSequenceNumber, valueBytes: 2 },
  ];
  const hasExtensions = extensions.some(({ id }) => id !== null);
  const { valuesAt, end } = layOut(extensions);
  const header = Buffer.alloc(hasExtensions ? end : FIXED_HEADER_BYTES);
  header.writeUInt8(hasExtensions ? 0x90 : 0x80, 0);
  if (hasExtensions) {
    header.writeUInt16BE(ONE_BYTE_EXTENSIONS, FIXED_HEADER_BYTES);
    header.writeUInt16BE((end - FIXED_HEADER_BYTES - 4) / 4, FIXED_HEADER_BYTES + 2);
  }
  for (const [index, { id, valueBytes }] of extensions.entries()) {
    const at = valuesAt[index] ?? null;
    if (id !== null && at !== null) header.writeUInt8((id << 4) | (valueBytes - 1), at - 1);
  }
  const [absSendTimeAt = null, playoutDelayAt = null, transportSequenceNumberAt = null] = valuesAt;
  if (playoutDelayAt !== null) header.writeUIntBE(PLAYOUT_DELAY, playoutDelayAt, 3);
  return {
    bytes: header.length,
    stamp(transportSequenceNumber, nowUs) {
      if (absSendTimeAt !== null) header.writeUIntBE(toAbsSendTime(nowUs / 1000), absSendTimeAt, 3);
      if (transportSequenceNumberAt !== null)
        header.writeUInt16BE(transportSequenceNumber, transportSequenceNumberAt);
    },
    fill({ ssrc, payloadType, sequenceNumber }, { marker, rtpTimestamp }) {
      header.writeUInt8((marker ? 0x80 : 0) | payloadType, 1);
      header.writeUInt16BE(sequenceNumber, 2);
      header.writeUInt32BE(rtpTimestamp, 4);
      header.writeUInt32BE(ssrc, 8);
      return header;
    },
  };
}
