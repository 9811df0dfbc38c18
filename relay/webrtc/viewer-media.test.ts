import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRtcp } from './rtcp.ts';
import { encodeRtpHeader, parseRtpHeader } from './rtp-packet.ts';
import { createSrtpSender } from './srtp.ts';
import { createSrtpReceiver } from './srtp-receiver.ts';
import { ViewerMedia } from './viewer-media.ts';

const AUDIO = 111;
const VIDEO = 109;
const SSRC = 5;

function start() {
  const master = { key: randomBytes(16), salt: randomBytes(12) };
  const sender = createSrtpSender(master);
  const rtcp: Buffer[] = [];
  const media = new ViewerMedia({
    payloadTypes: { audio: AUDIO, video: VIDEO },
    ssrc: 1,
    srtp: createSrtpReceiver(master),
    sendRtcp: (packet) => rtcp.push(packet),
  });
  const seal = (sequenceNumber: number, payloadType = AUDIO, payload: Buffer = Buffer.from('sound')) => {
    const index = { ssrc: SSRC + payloadType, sequenceNumber, rolloverCounter: 0 };
    const header = encodeRtpHeader({ ...index, payloadType, marker: false, timestamp: sequenceNumber * 960 });
    return sender.protectRtp(header, payload, index);
  };
  return { media, rtcp, seal };
}

describe('what a viewer sends', () => {
  it('is dropped until somebody takes it, and when nobody takes it any more', () => {
    const { media, seal } = start();
    const heard: Buffer[] = [];
    media.receive(seal(1), 0);
    media.take('audio', (packet) => heard.push(packet), 0);
    media.receive(seal(2), 20);
    media.receive(seal(3, VIDEO), 20);
    media.take('audio', null, 30);
    media.receive(seal(4), 40);
    expect(heard.map((packet) => parseRtpHeader(packet)?.sequenceNumber)).toEqual([2]);
    expect(heard[0]?.subarray(12).toString()).toBe('sound');
  });

  it('is handed on without extensions, sources or padding', () => {
    const { media, seal } = start();
    const heard: Buffer[] = [];
    media.take('audio', (packet) => heard.push(packet), 0);
    media.receive(seal(1, AUDIO, Buffer.alloc(0)), 0);
    media.receive(seal(2), 0);
    expect(heard.map((packet) => packet.length)).toEqual([17]);
    expect(heard[0]?.readUInt8(0)).toBe(0x80);
  });

  it('is not read beyond what a phone sends', () => {
    const { media, seal } = start();
    let heard = 0;
    media.take('audio', () => heard++, 0);
    for (let number = 1; number <= 1000; number++) media.receive(seal(number), number);
    expect(heard).toBeLessThanOrEqual(180);
  });

  it('is reported on, with a bound for its picture, once there is any', () => {
    const { media, rtcp, seal } = start();
    media.take('video', () => undefined, 0);
    media.report();
    expect(rtcp).toEqual([]);
    for (const number of [1, 2, 4]) media.receive(seal(number, VIDEO), number);
    media.report();
    const messages = parseRtcp(rtcp[0] ?? Buffer.alloc(0));
    expect(messages).toMatchObject([
      { type: 'reception', report: { ssrc: SSRC + VIDEO, fractionLost: 0.25, cumulativeLost: 1 } },
      { type: 'remb', ssrcs: [SSRC + VIDEO] },
    ]);
    const remb = messages.find((message) => message.type === 'remb');
    expect(remb?.bitrateBps).toBeGreaterThan(790_000);
  });

  it('has keyframes asked for where there is a picture, and not too often', () => {
    const { media, rtcp, seal } = start();
    media.take('video', () => undefined, 0);
    media.requestKeyframe(0);
    expect(rtcp).toEqual([]);
    media.receive(seal(1, VIDEO), 0);
    expect(rtcp).toHaveLength(1);
    for (const nowMs of [0, 100, 499, 500]) media.requestKeyframe(nowMs);
    expect(rtcp.flatMap((packet) => parseRtcp(packet))).toEqual([
      { type: 'pli', ssrc: SSRC + VIDEO },
      { type: 'pli', ssrc: SSRC + VIDEO },
    ]);
  });

  it('may be anything, and is then nothing', () => {
    const { media } = start();
    const heard: Buffer[] = [];
    media.take('audio', (packet) => heard.push(packet), 0);
    media.take('video', (packet) => heard.push(packet), 0);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(AUDIO, VIDEO, 0), (bytes, type) => {
        media.receive(Buffer.concat([Buffer.of(0x80 | (bytes[0] ?? 0), type), bytes]), 1e9);
      }),
    );
    expect(heard).toEqual([]);
  });
});
