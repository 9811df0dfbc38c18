import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type AudioPacket, AudioWriter } from './audio-writer.ts';
import { parseRtpHeader } from './rtp-packet.ts';
import { createSrtpSender } from './srtp.ts';
import { createSrtpReceiver } from './srtp-receiver.ts';

const FRAME_TICKS = 960;

function start(nowMs = 1000) {
  const master = { key: randomBytes(16), salt: randomBytes(12) };
  const sent: Buffer[] = [];
  const writer = new AudioWriter({
    ...{ ssrc: 77, cname: 'someone', payloadType: 111, srtp: createSrtpSender(master) },
    send: (packet) => sent.push(packet),
    now: () => nowMs,
  });
  return { writer, sent, receiver: createSrtpReceiver(master) };
}

function frame(index: number): AudioPacket {
  const rtpTimestamp = (2 ** 32 - FRAME_TICKS + index * FRAME_TICKS) % 2 ** 32;
  return { payload: Buffer.from(`sound ${index}`), rtpTimestamp, capturedAtMs: 980 + index * 20 };
}

describe('audio writer', () => {
  it('sends each packet once, numbered one after the other, with the marker where speech begins', () => {
    const { writer, sent, receiver } = start();
    for (const index of [0, 1, 2, 20, 21]) writer.write(frame(index));
    const headers = sent.map((packet) => parseRtpHeader(packet));
    const first = headers[0]?.sequenceNumber ?? 0;
    expect(headers.map((header) => (header?.sequenceNumber ?? 0) - first)).toEqual([0, 1, 2, 3, 4]);
    expect(headers.map((header) => header?.marker)).toEqual([true, false, false, true, false]);
    expect(headers.map((header) => header?.timestamp)).toEqual(
      [0, 1, 2, 20, 21].map((index) => frame(index).rtpTimestamp),
    );
    const payloads = sent.map((packet, index) => {
      const header = headers[index];
      return header && String(receiver.unprotectRtp(packet, header));
    });
    expect(payloads).toEqual([0, 1, 2, 20, 21].map((index) => `sound ${index}`));
  });

  it('reports and says goodbye only when it has sent something', () => {
    const { writer, sent } = start();
    writer.writeSenderReport();
    writer.writeGoodbye();
    expect(sent).toEqual([]);
    writer.write(frame(0));
    writer.writeSenderReport();
    writer.writeGoodbye();
    expect(sent.slice(1).map((packet) => packet.readUInt8(1))).toEqual([200, 203]);
  });
});
