import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { H264Format } from './h264-format.ts';
import { toAbsSendTime } from './ntp-time.ts';
import { createPacketizer, type PacketizedUnit, type Packetizer } from './packetizer.ts';
import { createRtpWriter, type RtpWriter, type RtpWriterOptions } from './rtp-writer.ts';
import { createSrtpSender, SRTP_AEAD_AES_128_GCM } from './srtp.ts';
import { keyframe, picture } from './testing/pictures.ts';
import { RtpPacket, SrtcpSession, SrtpSession } from './werift.ts';

const master = { key: randomBytes(16), salt: randomBytes(12) };
const session = {
  keys: {
    localMasterKey: master.key,
    localMasterSalt: master.salt,
    remoteMasterKey: master.key,
    remoteMasterSalt: master.salt,
  },
  profile: SRTP_AEAD_AES_128_GCM,
} as const;
const format: H264Format = {
  payloadType: 108,
  rtxPayloadType: 109,
  profileLevelId: '42e01f',
  feedback: [],
};

let nowMs: number;
let transportNumber: number;
let sent: Buffer[];
let packetizer: Packetizer;

beforeEach(() => {
  nowMs = 1_700_000_000_000;
  transportNumber = 0;
  sent = [];
  packetizer = createPacketizer();
});

function openWriter(options: Partial<RtpWriterOptions> = {}): RtpWriter {
  return createRtpWriter({
    ssrc: 10,
    rtxSsrc: 11,
    cname: 'someone',
    format,
    extensions: { absSendTime: 2, playoutDelay: 5, transportSequenceNumber: 3 },
    srtp: createSrtpSender(master),
    send: (packet) => sent.push(packet),
    now: () => nowMs,
    ...options,
  });
}

/** Sends a whole picture; the sizes of its packets on the wire. */
function write(writer: RtpWriter, unit: PacketizedUnit): number[] {
  return unit.packets.map((packet) => writer.writePacket(packet, transportNumber++ & 0xffff, nowMs * 1000));
}

/** Decrypts what was sent since the last call. */
function received(opener = new SrtpSession(session)): RtpPacket[] {
  return sent.splice(0).map((packet) => RtpPacket.deSerialize(opener.decrypt(packet)));
}

function extension({ header }: RtpPacket, id: number): number | undefined {
  const payload = header.extensions.find((entry) => entry.id === id)?.payload;
  return payload?.readUIntBE(0, payload.length);
}

describe('rtp writer', () => {
  it('numbers packets on and marks the last of a picture', () => {
    const writer = openWriter();
    write(writer, packetizer.packetize(keyframe(nowMs)));
    write(writer, packetizer.packetize(picture(nowMs + 33)));
    const packets = received();
    const [first] = packets;
    expect(packets.map(({ header }) => header.sequenceNumber - (first?.header.sequenceNumber ?? 0))).toEqual([
      0, 1, 2, 3, 4,
    ]);
    expect(packets.map(({ header }) => header.marker)).toEqual([false, false, false, true, true]);
    expect(packets.every(({ header }) => header.payloadType === 108 && header.ssrc === 10)).toBe(true);
  });

  it('stamps the time of sending and asks for little delay', () => {
    write(openWriter(), packetizer.packetize(keyframe(nowMs)));
    const [first] = received();
    expect(first && extension(first, 2)).toBe(toAbsSendTime(nowMs));
    expect(first && extension(first, 5)).toBe(20);
  });

  it('numbers packets for the whole transport as they leave', () => {
    write(openWriter(), packetizer.packetize(keyframe(nowMs)));
    expect(received().map((packet) => extension(packet, 3))).toEqual([0, 1, 2, 3]);
  });

  it('tells the size of a packet on the wire, before and after', () => {
    const writer = openWriter();
    const unit = packetizer.packetize(keyframe(nowMs));
    const announced = unit.packets.map((packet) => writer.sizeOf(packet));
    expect(write(writer, unit)).toEqual(announced);
    expect(sent.map(({ length }) => length + 28)).toEqual(announced);
  });

  it('stamps a retransmission anew', () => {
    const writer = openWriter();
    write(writer, packetizer.packetize(keyframe(nowMs)));
    const [, lost] = received();
    nowMs += 100;
    const bytes = writer.writeRetransmission(lost?.header.sequenceNumber ?? 0, 77, nowMs * 1000);
    expect(bytes).toBe((sent[0]?.length ?? 0) + 28);
    const [again] = received();
    expect(again?.header).toMatchObject({ payloadType: 109, ssrc: 11, timestamp: lost?.header.timestamp });
    expect(again?.payload.subarray(2)).toEqual(lost?.payload);
    expect(again && extension(again, 2)).toBe(toAbsSendTime(nowMs));
    expect(again && extension(again, 3)).toBe(77);
    expect(again && extension(again, 5)).toBe(20);
  });

  it('copies what it has just sent, newest first, however old', () => {
    const writer = openWriter();
    expect(writer.writeCopy(0, nowMs * 1000)).toBe(0);
    write(writer, packetizer.packetize(keyframe(nowMs)));
    const numbers = received().map(({ header }) => header.sequenceNumber);
    nowMs += 60_000;
    for (const number of [1, 2]) writer.writeCopy(number, nowMs * 1000);
    expect(received().map(({ payload }) => payload.readUInt16BE(0))).toEqual(numbers.slice(-2).reverse());
  });

  it('never retransmits under an old nonce', () => {
    const writer = openWriter({ format: { ...format, rtxPayloadType: null } });
    write(writer, packetizer.packetize(keyframe(nowMs)));
    const { sequenceNumber = 0 } = received()[0]?.header ?? {};
    expect(writer.claimRetransmission(sequenceNumber, nowMs * 1000, 0)).toBe(false);
    expect(writer.writeRetransmission(sequenceNumber, 0, nowMs * 1000)).toBe(0);
    expect(writer.writeCopy(0, nowMs * 1000)).toBe(0);
    expect(sent).toHaveLength(0);
  });

  it('goes on through the rollover of the sequence number', () => {
    const writer = openWriter();
    const opener = new SrtpSession(session);
    write(writer, packetizer.packetize(keyframe(nowMs, 50)));
    const small = packetizer.packetize(picture(nowMs, 50));
    const expected = Buffer.from(small.packets[0]?.payload ?? []);
    for (let round = 0; round < 2 ** 16; round++) write(writer, small);
    // Near the wrap, where the other implementation counts it, and past it.
    const opened = sent
      .slice(1000)
      .filter((packet) => ((packet.readUInt16BE(2) + 200) & 0xffff) < 400)
      .map(opener.decrypt);
    expect(opened.length).toBeGreaterThan(200);
    expect(opened.every((packet) => RtpPacket.deSerialize(packet).payload.equals(expected))).toBe(true);
  });

  it('writes no extension the viewer does not know', () => {
    const none = { absSendTime: null, playoutDelay: null, transportSequenceNumber: null };
    write(openWriter({ extensions: none }), packetizer.packetize(keyframe(nowMs)));
    expect(received()[0]?.header.extension).toBe(false);
    write(openWriter({ extensions: { ...none, playoutDelay: 7 } }), packetizer.packetize(keyframe(nowMs)));
    expect(received()[0]?.header.extensions.map(({ id }) => id)).toEqual([7]);
  });

  it('reports the capture clock in NTP time', () => {
    const writer = openWriter();
    writer.writeSenderReport();
    expect(sent).toHaveLength(0);
    const unit = packetizer.packetize(keyframe(nowMs));
    write(writer, unit);
    sent.splice(0);
    nowMs += 500;
    writer.writeSenderReport();
    const report = new SrtcpSession(session).decrypt(sent[0] ?? Buffer.alloc(0));
    expect(report.readUInt32BE(8)).toBe(1_700_000_000 + 2_208_988_800);
    expect(report.readUInt32BE(12)).toBe(2 ** 31);
    expect(report.readUInt32BE(16)).toBe((unit.rtpTimestamp + 45_000) % 2 ** 32);
    expect(report.readUInt32BE(20)).toBe(unit.packets.length);
  });

  it('shares payloads between viewers and nothing else', () => {
    const unit = packetizer.packetize(keyframe(nowMs));
    write(openWriter(), unit);
    const one = received();
    const extensions = { absSendTime: null, playoutDelay: 1, transportSequenceNumber: null };
    write(openWriter({ ssrc: 20, extensions }), unit);
    const other = received();
    expect(other.map(({ payload }) => payload)).toEqual(one.map(({ payload }) => payload));
    expect(other.every(({ header }) => header.ssrc === 20)).toBe(true);
  });
});
