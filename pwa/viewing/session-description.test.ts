import { describe, expect, test } from 'vitest';
import { checkAnswer, chooseCodecs, isUsefulCandidate, trimOffer } from './session-description.ts';

const fingerprint = (byte: string, algorithm = 'sha-256', length = 32) =>
  `a=fingerprint:${algorithm} ${Array(length).fill(byte).join(':')}`;
const host = 'candidate:1 1 udp 2113937151 ea3a59ce-0bfa.local 56183 typ host';
const srflx = 'candidate:2 1 udp 1677729535 192.0.2.1 40000 typ srflx raddr 0.0.0.0 rport 0';
const tcp = 'candidate:3 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active';

describe('answer', () => {
  test('is taken with one certificate, however often it is named', () => {
    const sdp = ['v=0', fingerprint('0a'), 'm=video', fingerprint('0A')].join('\r\n');
    expect(checkAnswer(sdp)).toBe(sdp);
  });

  test.each([
    ['none', ''],
    ['two', `${fingerprint('0A')}\r\n${fingerprint('0B')}`],
    ['two, one of them after a bare line feed', `${fingerprint('0A')}\n${fingerprint('0B')}`],
    ['two, one of them after a bare carriage return', `${fingerprint('0A')}\r${fingerprint('0B')}`],
    ['two algorithms', `${fingerprint('0A')}\r\n${fingerprint('0A', 'sha-1', 20)}`],
    ['SHA-1', fingerprint('0A', 'sha-1', 20)],
    ['too short a one', fingerprint('0A', 'sha-256', 31)],
    ['an empty one', 'a=fingerprint:'],
  ])('is refused with fingerprints: %s', (_, lines) => {
    expect(() => checkAnswer(`v=0\r\n${lines}\r\n`)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });
});

describe('offer', () => {
  test('is sent without names that nobody else can resolve', () => {
    const sdp = ['v=0', 'a=msid-semantic: WMS', 'm=video', `a=${host}`, `a=${srflx}`, 'a=mid:0', ''].join(
      '\r\n',
    );
    expect(trimOffer(sdp)).toEqual({
      sdp: ['v=0', 'm=video', `a=${srflx}`, 'a=mid:0', ''].join('\r\n'),
      lateCandidates: [],
    });
  });

  test('is sent without what the camera does not read', () => {
    const unread = ['a=msid:- x', 'a=ssrc:1 cname:x', 'a=extmap:9 urn:ietf:params:rtp-hdrext:sdes:mid'];
    const read = 'a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time';
    const sdp = ['v=0', 'm=video', read, 'm=audio', ...unread, read, ''];
    expect(trimOffer(sdp.join('\r\n')).sdp.split('\r\n')).toEqual([
      ...['v=0', 'm=video', read, 'm=audio', read, ''],
    ]);
  });

  test('leaves the candidates of a phone with many addresses to follow it', () => {
    const candidates = Array.from({ length: 8 }, (_, index) => srflx.replace('40000', `${40_000 + index}`));
    const { sdp, lateCandidates } = trimOffer(['v=0', ...candidates.map((line) => `a=${line}`)].join('\r\n'));
    expect(sdp.match(/a=candidate/g)).toHaveLength(6);
    expect(lateCandidates).toEqual(candidates.slice(6));
  });

  test.each([
    [srflx, true],
    [host, false],
    [tcp, false],
    ['', false],
  ])('%s -> %s', (candidate, isUseful) => {
    expect(isUsefulCandidate(candidate)).toBe(isUseful);
  });
});

describe('codecs', () => {
  const codec = (mimeType: string, sdpFmtpLine = '') => ({ mimeType, clockRate: 90_000, sdpFmtpLine });
  const baseline = codec('video/H264', 'packetization-mode=1;profile-level-id=42e01f');
  const high = codec('video/H264', 'packetization-mode=1;profile-level-id=640c1f');
  const rtx = codec('video/rtx');

  test('are constrained baseline and retransmission', () => {
    const other = codec('video/H264', 'packetization-mode=0;profile-level-id=42e01f');
    expect(chooseCodecs([codec('video/VP8'), rtx, high, other, baseline])).toEqual([baseline, rtx]);
  });

  test('are another H.264 where there is no baseline, and none where there is no H.264', () => {
    expect(chooseCodecs([high, rtx])).toEqual([high, rtx]);
    expect(chooseCodecs([codec('video/VP8'), rtx])).toEqual([]);
  });

  test('of this browser leave something to watch', () => {
    expect(chooseCodecs(RTCRtpReceiver.getCapabilities('video')?.codecs ?? []).length).toBeGreaterThan(1);
  });
});
