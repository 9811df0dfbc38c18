import { describe, expect, it } from 'vitest';
import { encodeAnswer } from './answer.ts';
import { parseOffer } from './offer.ts';
import { buildOffer, DATA, FINGERPRINT, VIDEO } from './testing/offers.ts';

const AUDIO = [
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=mid:2',
  'a=recvonly',
  'a=rtcp-mux',
  'a=rtpmap:111 opus/48000/2',
];
const SECOND_VIDEO = VIDEO.map((line) => line.replace('a=mid:0', 'a=mid:3'));

function answer(sdp: string): string[] {
  const parameters = {
    ice: { usernameFragment: 'ours', password: 'ours-and-longer-than-that' },
    fingerprint: FINGERPRINT,
    video: { ssrc: 111, rtxSsrc: 222, audioSsrc: 333, cname: 'abc' },
    candidates: ['candidate:1 1 udp 1 192.0.2.1 4444 typ host'],
    version: 1,
  };
  return encodeAnswer(parseOffer(sdp), parameters).split('\r\n');
}

describe('answer', () => {
  it('keeps the order of the offer, in one bundle', () => {
    const session = ['a=group:BUNDLE 0 1 2 3'];
    const lines = answer(buildOffer({ session, more: [...DATA, ...AUDIO, ...SECOND_VIDEO] }));
    expect(lines.filter((line) => line.startsWith('m='))).toEqual([
      'm=video 9 UDP/TLS/RTP/SAVPF 108 109',
      'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'm=video 0 UDP/TLS/RTP/SAVPF 96 102 103 108 109',
    ]);
    expect(lines).toContain('a=group:BUNDLE 0 1 2');
  });

  it('takes the part in DTLS that is left to it', () => {
    const setupOf = (offer: string) => answer(offer).filter((line) => line.startsWith('a=setup'));
    expect(setupOf(buildOffer())).toEqual(['a=setup:active']);
    expect(setupOf(buildOffer().replaceAll('a=setup:actpass', 'a=setup:active'))).toEqual([
      'a=setup:passive',
    ]);
  });

  it('names one certificate, once', () => {
    const lines = answer(buildOffer());
    expect(lines.filter((line) => line.startsWith('a=fingerprint'))).toEqual([
      `a=fingerprint:sha-256 ${FINGERPRINT}`,
    ]);
    expect(lines).toContain('a=candidate:1 1 udp 1 192.0.2.1 4444 typ host');
  });

  it.each([
    ['sendrecv', 'sendrecv', true],
    ['recvonly', 'sendonly', true],
    ['sendonly', 'recvonly', false],
    ['inactive', 'inactive', false],
  ])('has sound ready both ways as it is offered: %s', (offered, answered, doesSend) => {
    const audio = AUDIO.map((line) => line.replace('a=recvonly', `a=${offered}`));
    const lines = answer(buildOffer({ session: ['a=group:BUNDLE 0 1 2'], more: [...DATA, ...audio] }));
    expect(lines.slice(lines.indexOf('a=mid:2')).slice(0, 2)).toEqual(['a=mid:2', `a=${answered}`]);
    expect(lines.includes('a=ssrc:333 cname:abc')).toBe(doesSend);
  });

  it("takes the viewer's own picture, of which it asks keyframes and no retransmission", () => {
    const own = SECOND_VIDEO.map((line) => line.replace('a=recvonly', 'a=sendonly'));
    const lines = answer(buildOffer({ session: ['a=group:BUNDLE 0 1 3'], more: [...DATA, ...own] }));
    const section = lines.slice(lines.indexOf('a=mid:3'));
    expect(section).toContain('a=recvonly');
    expect(section.filter((line) => line.startsWith('a=rtcp-fb'))).toEqual([
      'a=rtcp-fb:108 nack pli',
      'a=rtcp-fb:108 goog-remb',
    ]);
    expect(section.some((line) => line.startsWith('a=ssrc'))).toBe(false);
  });

  it('promises only what it sends', () => {
    const lines = answer(buildOffer());
    expect(lines.filter((line) => line.startsWith('a=rtcp-fb'))).toEqual([
      'a=rtcp-fb:108 nack',
      'a=rtcp-fb:108 nack pli',
      'a=rtcp-fb:108 ccm fir',
      'a=rtcp-fb:108 transport-cc',
    ]);
    expect(lines.filter((line) => line.startsWith('a=extmap')).map((line) => line.split(' ')[0])).toEqual([
      'a=extmap:2',
      'a=extmap:5',
      'a=extmap:4',
    ]);
  });

  it('stays below 1,900 bytes with every section, to travel in one small message', () => {
    const own = SECOND_VIDEO.map((line) => line.replace('a=recvonly', 'a=sendonly'));
    const audio = AUDIO.map((line) => line.replace('a=recvonly', 'a=sendrecv'));
    const session = ['a=group:BUNDLE 0 1 2 3'];
    const sdp = answer(buildOffer({ session, more: [...DATA, ...audio, ...own] })).join('\r\n');
    expect(sdp.length).toBeLessThan(1900);
  });
});
