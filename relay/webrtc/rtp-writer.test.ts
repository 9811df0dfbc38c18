import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { H264Format } from './h264-format.ts';
import { toAbsSendTime } from './ntp-time.ts';
import { createPacketizer, type Packetizer } from './packetizer.ts';
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
let sent: Buffer[];
let packetizer: Packetizer;

beforeEach(() => {
  nowMs = 1_700_000_000_000;
  sent = [];
  packetizer = createPacketizer();
});

function openWriter(options: Partial<RtpWriterOptions> = {}): RtpWriter {
  return createRtpWriter({
    ssrc: 10,
    rtxSsrc: 11,
    cname: 'someone',
    format,
    extensions: { absSendTime: 2, playoutDelay: 5 },
    srtp: createSrtpSender(master),
    send: (packet) => sent.push(packet),
    now: () => nowMs,
    ...options,
  });
}

/** Decrypts what was sent since the last call. */
function received(opener = new SrtpSession(session)): RtpPacket[] {
  return sent.splice(0).map((packet) => RtpPacket.deSerialize(opener.decrypt(packet)));
}

function extension({ header }: RtpPacket, id: number): number | undefined {
  return header.extensions.find((entry) => entry.id === id)?.payload.readUIntBE(0, 3);
}

describe('rtp writer', () => {
  it('numbers packets on and marks the last of a picture', () => {
    const writer = openWriter();
    writer.writeUnit(packetizer.packetize(keyframe(nowMs)));
    writer.writeUnit(packetizer.packetize(picture(nowMs + 33)));
    const packets = received();
    const [first] = packets;
    expect(packets.map(({ header }) => header.sequenceNumber - (first?.header.sequenceNumber ?? 0))).toEqual([
      0, 1, 2, 3, 4,
    ]);
    expect(packets.map(({ header }) => header.marker)).toEqual([false, false, false, true, true]);
    expect(packets.every(({ header }) => header.payloadType === 108 && header.ssrc === 10)).toBe(true);
  });

  it('stamps the time of sending and asks for little delay', () => {
    openWriter().writeUnit(packetizer.packetize(keyframe(nowMs)));
    const [first] = received();
    expect(first && extension(first, 2)).toBe(toAbsSendTime(nowMs));
    expect(first && extension(first, 5)).toBe(20);
  });

  it('stamps a retransmission anew', () => {
    const writer = openWriter();
    writer.writeUnit(packetizer.packetize(keyframe(nowMs)));
    const [, lost] = received();
    nowMs += 100;
    writer.retransmit([lost?.header.sequenceNumber ?? 0], 50);
    const [again] = received();
    expect(again?.header).toMatchObject({ payloadType: 109, ssrc: 11, timestamp: lost?.header.timestamp });
    expect(again?.payload.subarray(2)).toEqual(lost?.payload);
    expect(again && extension(again, 2)).toBe(toAbsSendTime(nowMs));
    expect(again && extension(again, 5)).toBe(20);
  });

  it('retransmits once a round trip, and nothing stale or unknown', () => {
    const writer = openWriter();
    writer.writeUnit(packetizer.packetize(keyframe(nowMs)));
    const { sequenceNumber = 0 } = received()[0]?.header ?? {};
    const count = (numbers: number[], roundTripMs: number) => {
      writer.retransmit(numbers, roundTripMs);
      return sent.splice(0).length;
    };
    expect(count([sequenceNumber, sequenceNumber], 100)).toBe(1);
    nowMs += 79;
    expect(count([sequenceNumber], 100)).toBe(0);
    nowMs += 1;
    expect(count([sequenceNumber], 100)).toBe(1);
    expect(count([sequenceNumber + 100, sequenceNumber + 2048], 100)).toBe(0);
    nowMs += 1000;
    expect(count([sequenceNumber], 100)).toBe(0);
  });

  it('never retransmits under an old nonce', () => {
    const writer = openWriter({ format: { ...format, rtxPayloadType: null } });
    writer.writeUnit(packetizer.packetize(keyframe(nowMs)));
    const { sequenceNumber = 0 } = received()[0]?.header ?? {};
    writer.retransmit([sequenceNumber], 50);
    expect(sent).toHaveLength(0);
  });

  it('goes on through the rollover of the sequence number', () => {
    const writer = openWriter();
    const opener = new SrtpSession(session);
    writer.writeUnit(packetizer.packetize(keyframe(nowMs, 50)));
    const small = packetizer.packetize(picture(nowMs, 50));
    const expected = Buffer.from(small.packets[0]?.payload ?? []);
    for (let round = 0; round < 2 ** 16; round++) writer.writeUnit(small);
    // Near the wrap, where the other implementation counts it, and past it.
    const opened = sent
      .slice(1000)
      .filter((packet) => ((packet.readUInt16BE(2) + 200) & 0xffff) < 400)
      .map(opener.decrypt);
    expect(opened.length).toBeGreaterThan(200);
    expect(opened.every((packet) => RtpPacket.deSerialize(packet).payload.equals(expected))).toBe(true);
  });

  it('writes no extension the viewer does not know', () => {
    openWriter({ extensions: { absSendTime: null, playoutDelay: null } }).writeUnit(
      packetizer.packetize(keyframe(nowMs)),
    );
    expect(received()[0]?.header.extension).toBe(false);
  });

  it('reports the capture clock in NTP time', () => {
    const writer = openWriter();
    writer.writeSenderReport();
    expect(sent).toHaveLength(0);
    const unit = packetizer.packetize(keyframe(nowMs));
    writer.writeUnit(unit);
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
    openWriter().writeUnit(unit);
    const one = received();
    openWriter({ ssrc: 20, extensions: { absSendTime: null, playoutDelay: 1 } }).writeUnit(unit);
    const other = received();
    expect(other.map(({ payload }) => payload)).toEqual(one.map(({ payload }) => payload));
    expect(other.every(({ header }) => header.ssrc === 20)).toBe(true);
  });
});
