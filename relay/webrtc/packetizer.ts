import { randomInt } from 'node:crypto';
import type { AccessUnit, Rendition } from '../capture/capture.ts';

/** Payload of one RTP packet, shared by all viewers; its header is each viewer's own. */
export interface MediaPacket {
  readonly payload: Uint8Array;
  /** Last packet of its picture (RFC 6184 §5.1). */
  readonly marker: boolean;
  /** Of its picture: 90 kHz, 32 bits; every viewer sees the same. */
  readonly rtpTimestamp: number;
  /** Of its picture: wall-clock time of capture, milliseconds since the Unix epoch. */
  readonly capturedAtMs: number;
}

/** One picture cut into packets, once for all viewers. */
export interface PacketizedUnit {
  readonly packets: readonly MediaPacket[];
  readonly rtpTimestamp: number;
  readonly isKeyframe: boolean;
  readonly rendition: Rendition;
}

/** Cuts the pictures of one camera, in either rendition. */
export interface Packetizer {
  packetize(unit: AccessUnit): PacketizedUnit;
}

/** 1,200 bytes pass every tunnel; off go the header with its extensions (28), the RTX number (2) and the tag (16). */
export const MAX_PAYLOAD_BYTES = 1154;

const CLOCK_RATE_KHZ = 90;
/** What a backward step of the clock counts as: about one picture. */
const STEP_BACK_MS = 33;

const NAL_TYPE_MASK = 0x1f;
const NAL_REFERENCE_MASK = 0x60;
const NAL_ACCESS_UNIT_DELIMITER = 9;
const NAL_SPS = 7;
const NAL_PPS = 8;
const NAL_STAP_A = 24;
const NAL_FU_A = 28;
const FU_START = 0x80;
const FU_END = 0x40;

/** Makes a packetizer for H.264, packetization-mode 1 (RFC 6184 §6.3). */
export function createPacketizer(): Packetizer {
  const toRtpTimestamp = createMediaClock();
  return {
    packetize(unit) {
      const payloads = cutAccessUnit(unit.nalUnits);
      const { isKeyframe, capturedAtMs, rendition } = unit;
      const rtpTimestamp = toRtpTimestamp(capturedAtMs, rendition);
      const packets = payloads.map((payload, index) => {
        return { payload, marker: index === payloads.length - 1, rtpTimestamp, capturedAtMs };
      });
      return { packets, rtpTimestamp, isKeyframe, rendition };
    },
  };
}

/** The same picture at another moment; what it is made of is shared. */
export function restamp(unit: PacketizedUnit, rtpTimestamp: number): PacketizedUnit {
  const stamp = rtpTimestamp % 2 ** 32;
  const packets = unit.packets.map((packet) => ({ ...packet, rtpTimestamp: stamp }));
  return { ...unit, packets, rtpTimestamp: stamp };
}

/** Whether one RTP timestamp comes after another; they wrap (RFC 3550 §5.1). */
export function isLater(rtpTimestamp: number, other: number): boolean {
  return ((rtpTimestamp - other) | 0) > 0;
}

/**
 * Capture time to RTP timestamp: random start (RFC 3550 §5.1), the same for pictures of one moment, and in no rendition
 * backward when the wall clock is set back.
 */
function createMediaClock(): (capturedAtMs: number, rendition: Rendition) => number {
  let shiftMs = randomInt(2 ** 32) / CLOCK_RATE_KHZ;
  const lastMs = { main: Number.NEGATIVE_INFINITY, low: Number.NEGATIVE_INFINITY };
  return (capturedAtMs, rendition) => {
    const last = lastMs[rendition];
    if (capturedAtMs + shiftMs <= last) shiftMs = last + STEP_BACK_MS - capturedAtMs;
    lastMs[rendition] = capturedAtMs + shiftMs;
    return Math.round(lastMs[rendition] * CLOCK_RATE_KHZ) % 2 ** 32;
  };
}

function cutAccessUnit(nalUnits: readonly Uint8Array[]): Uint8Array[] {
  const useful = nalUnits.filter((nal) => nal.length > 1 && typeOf(nal) !== NAL_ACCESS_UNIT_DELIMITER);
  const parameterSets = useful.filter(isParameterSet);
  const slices = useful.filter((nal) => !isParameterSet(nal));
  return [...aggregate(parameterSets), ...slices.flatMap(cutNalUnit)];
}

function typeOf(nal: Uint8Array): number {
  return (nal[0] ?? 0) & NAL_TYPE_MASK;
}

function isParameterSet(nal: Uint8Array): boolean {
  return typeOf(nal) === NAL_SPS || typeOf(nal) === NAL_PPS;
}

/** STAP-A (RFC 6184 §5.7.1): a keyframe's parameter sets live or die together. */
function aggregate(nalUnits: readonly Uint8Array[]): Uint8Array[] {
  const size = nalUnits.reduce((sum, nal) => sum + 2 + nal.length, 1);
  if (nalUnits.length < 2 || size > MAX_PAYLOAD_BYTES) return nalUnits.flatMap(cutNalUnit);
  const packet = new Uint8Array(size);
  packet[0] = NAL_STAP_A | Math.max(...nalUnits.map((nal) => (nal[0] ?? 0) & NAL_REFERENCE_MASK));
  let at = 1;
  for (const nal of nalUnits) {
    packet[at] = nal.length >> 8;
    packet[at + 1] = nal.length & 0xff;
    packet.set(nal, at + 2);
    at += 2 + nal.length;
  }
  return [packet];
}

/** One packet, or FU-A fragments of about equal size (RFC 6184 §5.8). */
function cutNalUnit(nal: Uint8Array): Uint8Array[] {
  if (nal.length <= MAX_PAYLOAD_BYTES) return [nal];
  const header = nal[0] ?? 0;
  const body = nal.subarray(1);
  const count = Math.ceil(body.length / (MAX_PAYLOAD_BYTES - 2));
  const size = Math.ceil(body.length / count);
  return Array.from({ length: count }, (_, index) => {
    const part = body.subarray(index * size, (index + 1) * size);
    const packet = new Uint8Array(2 + part.length);
    packet[0] = NAL_FU_A | (header & NAL_REFERENCE_MASK);
    packet[1] = typeOf(nal) | (index === 0 ? FU_START : 0) | (index === count - 1 ? FU_END : 0);
    packet.set(part, 2);
    return packet;
  });
}
