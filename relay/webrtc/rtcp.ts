import { parseTransportFeedback, type TransportFeedback } from './congestion/transport-feedback.ts';
import type { NtpTime } from './ntp-time.ts';

/** What a viewer says about the stream; everything else in a compound packet is skipped. */
export type RtcpMessage =
  | { readonly type: 'reception'; readonly report: ReceptionReport }
  | { readonly type: 'nack'; readonly ssrc: number; readonly sequenceNumbers: readonly number[] }
  | { readonly type: 'transport-feedback'; readonly feedback: TransportFeedback }
  | { readonly type: 'pli'; readonly ssrc: number }
  | { readonly type: 'fir'; readonly ssrc: number; readonly commandNumber: number }
  | { readonly type: 'remb'; readonly bitrateBps: number; readonly ssrcs: readonly number[] };

/** One report block (RFC 3550 §6.4.1). */
export interface ReceptionReport {
  readonly ssrc: number;
  /** Lost since the previous report, 0 to 1. */
  readonly fractionLost: number;
  readonly cumulativeLost: number;
  readonly highestSequenceNumber: number;
  /** Inter-arrival jitter in RTP timestamp units. */
  readonly jitter: number;
  /** Compact NTP time of the last sender report, 0 when none came. */
  readonly lastSenderReport: number;
  /** In units of 1/65536 s. */
  readonly delaySinceLastSenderReport: number;
}

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const SOURCE_DESCRIPTION = 202;
const GOODBYE = 203;
const TRANSPORT_FEEDBACK = 205;
const PAYLOAD_FEEDBACK = 206;
const REPORT_BLOCK_BYTES = 24;

/** Reads a decrypted compound packet; what is damaged or unknown yields nothing. */
export function parseRtcp(packet: Buffer): RtcpMessage[] {
  const messages: RtcpMessage[] = [];
  for (let at = 0; at + 4 <= packet.length; ) {
    const length = (packet.readUInt16BE(at + 2) + 1) * 4;
    if (packet.readUInt8(at) >> 6 !== 2 || at + length > packet.length) break;
    messages.push(...parseOne(packet.subarray(at, at + length)));
    at += length;
  }
  return messages;
}

function parseOne(packet: Buffer): RtcpMessage[] {
  const count = packet.readUInt8(0) & 0x1f;
  switch (packet.readUInt8(1)) {
    case SENDER_REPORT:
      return parseReportBlocks(packet.subarray(28), count);
    case RECEIVER_REPORT:
      return parseReportBlocks(packet.subarray(8), count);
    case TRANSPORT_FEEDBACK:
      return parseTransportLayerFeedback(packet, count);
    case PAYLOAD_FEEDBACK:
      return packet.length >= 12 ? parsePayloadFeedback(packet, count) : [];
    default:
      return [];
  }
}

function parseReportBlocks(blocks: Buffer, count: number): RtcpMessage[] {
  const whole = Math.min(count, Math.floor(blocks.length / REPORT_BLOCK_BYTES));
  return Array.from({ length: whole }, (_, index) => {
    const block = blocks.subarray(index * REPORT_BLOCK_BYTES);
    return {
      type: 'reception',
      report: {
        ssrc: block.readUInt32BE(0),
        fractionLost: block.readUInt8(4) / 256,
        cumulativeLost: block.readIntBE(5, 3),
        highestSequenceNumber: block.readUInt32BE(8),
        jitter: block.readUInt32BE(12),
        lastSenderReport: block.readUInt32BE(16),
        delaySinceLastSenderReport: block.readUInt32BE(20),
      },
    };
  });
}

function parseTransportLayerFeedback(packet: Buffer, format: number): RtcpMessage[] {
  if (format === 1) return packet.length >= 16 ? [parseNack(packet)] : [];
  const feedback = format === 15 ? parseTransportFeedback(packet) : null;
  return feedback ? [{ type: 'transport-feedback', feedback }] : [];
}

/** Generic NACK (RFC 4585 §6.2.1). */
function parseNack(packet: Buffer): RtcpMessage {
  const sequenceNumbers: number[] = [];
  for (let at = 12; at + 4 <= packet.length; at += 4) {
    const first = packet.readUInt16BE(at);
    const following = packet.readUInt16BE(at + 2);
    sequenceNumbers.push(first);
    for (let bit = 0; bit < 16; bit++) {
      if ((following >> bit) & 1) sequenceNumbers.push((first + bit + 1) & 0xffff);
    }
  }
  return { type: 'nack', ssrc: packet.readUInt32BE(8), sequenceNumbers };
}

function parsePayloadFeedback(packet: Buffer, format: number): RtcpMessage[] {
  switch (format) {
    case 1:
      return [{ type: 'pli', ssrc: packet.readUInt32BE(8) }];
    case 4:
      return packet.length >= 20
        ? [{ type: 'fir', ssrc: packet.readUInt32BE(12), commandNumber: packet.readUInt8(16) }]
        : [];
    case 15:
      return parseRemb(packet);
    default:
      return [];
  }
}

/** draft-alvestrand-rmcat-remb-03 §2.2: 6 bits of exponent, 18 of mantissa. */
function parseRemb(packet: Buffer): RtcpMessage[] {
  if (packet.length < 20 || packet.toString('latin1', 12, 16) !== 'REMB') return [];
  const count = packet.readUInt8(16);
  if (packet.length < 20 + count * 4) return [];
  const mantissa = packet.readUIntBE(17, 3) & 0x3_ffff;
  const bitrateBps = mantissa * 2 ** (packet.readUInt8(17) >> 2);
  const ssrcs = Array.from({ length: count }, (_, index) => packet.readUInt32BE(20 + index * 4));
  return [{ type: 'remb', bitrateBps, ssrcs }];
}

/** What a sender report states (RFC 3550 §6.4.1). */
export interface SenderReport {
  readonly ssrc: number;
  readonly ntp: NtpTime;
  readonly rtpTimestamp: number;
  readonly packetsSent: number;
  readonly payloadBytesSent: number;
  /** Canonical name, at most 255 ASCII characters. */
  readonly cname: string;
}

/** Writes a compound packet: sender report, then the canonical name it must travel with (RFC 3550 §6.1). */
export function encodeSenderReport(report: SenderReport): Buffer {
  const head = Buffer.alloc(28);
  head.writeUInt8(0x80, 0);
  head.writeUInt8(SENDER_REPORT, 1);
  head.writeUInt16BE(6, 2);
  head.writeUInt32BE(report.ssrc, 4);
  head.writeUInt32BE(report.ntp.seconds, 8);
  head.writeUInt32BE(report.ntp.fraction, 12);
  head.writeUInt32BE(report.rtpTimestamp, 16);
  head.writeUInt32BE(report.packetsSent % 2 ** 32, 20);
  head.writeUInt32BE(report.payloadBytesSent % 2 ** 32, 24);
  return Buffer.concat([head, encodeSourceDescription(report.ssrc, report.cname)]);
}

function encodeSourceDescription(ssrc: number, cname: string): Buffer {
  const name = Buffer.from(cname, 'latin1');
  const words = Math.ceil((10 + name.length + 1) / 4);
  const packet = Buffer.alloc(words * 4);
  packet.writeUInt8(0x81, 0);
  packet.writeUInt8(SOURCE_DESCRIPTION, 1);
  packet.writeUInt16BE(words - 1, 2);
  packet.writeUInt32BE(ssrc, 4);
  packet.writeUInt8(1, 8);
  packet.writeUInt8(name.length, 9);
  packet.set(name, 10);
  return packet;
}

/** Says that the stream is over (RFC 3550 §6.6). */
export function encodeGoodbye(ssrcs: readonly number[]): Buffer {
  const packet = Buffer.alloc(4 + ssrcs.length * 4);
  packet.writeUInt8(0x80 | ssrcs.length, 0);
  packet.writeUInt8(GOODBYE, 1);
  packet.writeUInt16BE(ssrcs.length, 2);
  for (const [index, ssrc] of ssrcs.entries()) packet.writeUInt32BE(ssrc, 4 + index * 4);
  return packet;
}

/** Tells a viewer how its own streams arrive here (RFC 3550 §6.4.2); at most 31 reports. */
export function encodeReceiverReport(ssrc: number, reports: readonly ReceptionReport[]): Buffer {
  const packet = Buffer.alloc(8 + reports.length * REPORT_BLOCK_BYTES);
  packet.writeUInt8(0x80 | reports.length, 0);
  packet.writeUInt8(RECEIVER_REPORT, 1);
  packet.writeUInt16BE(packet.length / 4 - 1, 2);
  packet.writeUInt32BE(ssrc, 4);
  for (const [index, report] of reports.entries()) {
    const block = packet.subarray(8 + index * REPORT_BLOCK_BYTES);
    block.writeUInt32BE(report.ssrc, 0);
    block.writeUInt8(Math.floor(report.fractionLost * 256), 4);
    block.writeIntBE(report.cumulativeLost, 5, 3);
    block.writeUInt32BE(report.highestSequenceNumber, 8);
    block.writeUInt32BE(report.jitter, 12);
    block.writeUInt32BE(report.lastSenderReport, 16);
    block.writeUInt32BE(report.delaySinceLastSenderReport, 20);
  }
  return packet;
}

/** Asks a viewer for a picture that can be decoded on its own (RFC 4585 §6.3.1). */
export function encodePictureLoss(ssrc: number, mediaSsrc: number): Buffer {
  return encodePayloadFeedback(1, ssrc, mediaSsrc);
}

/** Tells a viewer how much it may send, bits a second (draft-alvestrand-rmcat-remb-03 §2.2). */
export function encodeRemb(ssrc: number, bitrateBps: number, mediaSsrc: number): Buffer {
  const exponent = Math.max(0, Math.ceil(Math.log2((bitrateBps + 1) / 0x4_0000)));
  const body = Buffer.alloc(12);
  body.write('REMB', 'latin1');
  body.writeUInt8(1, 4);
  body.writeUIntBE((exponent << 18) | Math.floor(bitrateBps / 2 ** exponent), 5, 3);
  body.writeUInt32BE(mediaSsrc, 8);
  return encodePayloadFeedback(15, ssrc, 0, body);
}

function encodePayloadFeedback(
  format: number,
  ssrc: number,
  mediaSsrc: number,
  body = Buffer.alloc(0),
): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt8(0x80 | format, 0);
  head.writeUInt8(PAYLOAD_FEEDBACK, 1);
  head.writeUInt16BE(2 + body.length / 4, 2);
  head.writeUInt32BE(ssrc, 4);
  head.writeUInt32BE(mediaSsrc, 8);
  return Buffer.concat([head, body]);
}
