import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encodeSenderReport } from './rtcp.ts';
import { createSrtcpReceiver, createSrtpSender, SRTP_AEAD_AES_128_GCM } from './srtp.ts';
import { RtpHeader, SrtcpSession, SrtpSession } from './werift.ts';

const local = { key: randomBytes(16), salt: randomBytes(12) };
const remote = { key: randomBytes(16), salt: randomBytes(12) };
const theirs = {
  keys: {
    localMasterKey: remote.key,
    localMasterSalt: remote.salt,
    remoteMasterKey: local.key,
    remoteMasterSalt: local.salt,
  },
  profile: SRTP_AEAD_AES_128_GCM,
} as const;

function header(sequenceNumber: number): Buffer {
  return new RtpHeader({
    payloadType: 96,
    sequenceNumber,
    timestamp: 1,
    ssrc: 0xdead_beef,
    version: 2,
  }).serialize(12);
}

const report = encodeSenderReport({
  ssrc: 0xdead_beef,
  ntp: { seconds: 1, fraction: 2 },
  rtpTimestamp: 3,
  packetsSent: 4,
  payloadBytesSent: 5,
  cname: 'someone',
});

describe('srtp', () => {
  it('is opened by an independent implementation, before and after the rollover', () => {
    const sender = createSrtpSender(local);
    const session = new SrtpSession(theirs);
    for (const [sequenceNumber, rolloverCounter] of [
      [65_534, 0],
      [65_535, 0],
      [0, 1],
      [1, 1],
    ] as const) {
      const payload = Buffer.from(`payload ${sequenceNumber}`);
      const packet = sender.protectRtp(header(sequenceNumber), payload, {
        ssrc: 0xdead_beef,
        rolloverCounter,
        sequenceNumber,
      });
      expect(session.decrypt(packet).subarray(12, 12 + payload.length)).toEqual(payload);
    }
  });

  it('speaks SRTCP with an independent implementation, both ways', () => {
    const session = new SrtcpSession(theirs);
    expect(session.decrypt(createSrtpSender(local).protectRtcp(report)).subarray(0, report.length)).toEqual(
      report,
    );
    expect(createSrtcpReceiver(remote).unprotectRtcp(session.encrypt(report))).toEqual(report);
  });

  it('opens no packet twice, in any order, and none that is older than the window', () => {
    const sender = createSrtpSender(remote);
    const receiver = createSrtcpReceiver(remote);
    const packets = Array.from({ length: 70 }, () => sender.protectRtcp(report));
    const open = (index: number) => receiver.unprotectRtcp(packets[index] ?? Buffer.alloc(0)) !== null;
    expect([open(1), open(1), open(0), open(0)]).toEqual([true, false, true, false]);
    expect([open(69), open(68), open(6), open(5)]).toEqual([true, true, true, false]);
  });

  it('opens nothing that was touched', () => {
    const receiver = createSrtcpReceiver(remote);
    const packet = createSrtpSender(remote).protectRtcp(report);
    for (let at = 0; at < packet.length; at++) {
      const bad = Buffer.from(packet);
      bad.writeUInt8(bad.readUInt8(at) ^ 0x10, at);
      expect(receiver.unprotectRtcp(bad)).toBeNull();
      expect(receiver.unprotectRtcp(packet.subarray(0, at))).toBeNull();
    }
    expect(receiver.unprotectRtcp(packet)).toEqual(report);
  });
});
