/** Any certificate's, as long as nobody connects. */
export const FINGERPRINT = Array.from({ length: 32 }, (_, index) =>
  (index + 16).toString(16).toUpperCase(),
).join(':');

/** What to say differently in an offer. */
export interface OfferEdits {
  readonly session?: readonly string[];
  readonly transport?: readonly string[];
  readonly video?: readonly string[];
  readonly more?: readonly string[];
}

/** The lines that name ICE credentials and the certificate. */
export const TRANSPORT = [
  'a=ice-ufrag:abcd',
  'a=ice-pwd:0123456789012345678901',
  `a=fingerprint:sha-256 ${FINGERPRINT}`,
  'a=setup:actpass',
];

/** A video section of what browsers offer: two H.264 formats, of which the second is ours. */
export const VIDEO = [
  'm=video 9 UDP/TLS/RTP/SAVPF 96 102 103 108 109',
  'c=IN IP4 0.0.0.0',
  'a=mid:0',
  'a=recvonly',
  'a=rtcp-mux',
  'a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
  'a=extmap:4 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'a=rtpmap:96 VP8/90000',
  'a=rtpmap:102 H264/90000',
  'a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f',
  'a=rtpmap:103 H264/90000',
  'a=fmtp:103 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=4d001f',
  'a=rtpmap:108 H264/90000',
  'a=rtcp-fb:108 goog-remb',
  'a=rtcp-fb:108 transport-cc',
  'a=rtcp-fb:108 ccm fir',
  'a=rtcp-fb:108 nack',
  'a=rtcp-fb:108 nack pli',
  'a=fmtp:108 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
  'a=rtpmap:109 rtx/90000',
  'a=fmtp:109 apt=108',
];

/** A data-channel section. */
export const DATA = [
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 0.0.0.0',
  'a=mid:1',
  'a=sctp-port:5000',
];

/** An offer of video and data in one bundle, with some of it said differently. */
export function buildOffer({
  session = ['a=group:BUNDLE 0 1'],
  transport = TRANSPORT,
  video = VIDEO,
  more = DATA,
}: OfferEdits = {}): string {
  const head = ['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0'];
  return `${[...head, ...session, ...video, ...transport, ...more].join('\r\n')}\r\n`;
}
