import {
  ABS_SEND_TIME_URI,
  type Direction,
  type ExtensionIds,
  type IceCredentials,
  type Offer,
  type OfferedMedia,
  PLAYOUT_DELAY_URI,
  TRANSPORT_SEQUENCE_NUMBER_URI,
} from './offer.ts';

/** Our half of the session. */
export interface AnswerParameters {
  readonly ice: IceCredentials;
  /** Of our DTLS certificate: SHA-256, hex pairs with colons. */
  readonly fingerprint: string;
  /** The streams that we send; one canonical name, for they are played in time with each other (RFC 3550 §6.5.1). */
  readonly video: {
    readonly ssrc: number;
    readonly rtxSsrc: number;
    readonly audioSsrc: number;
    readonly cname: string;
  };
  /** Values for `a=candidate` lines. */
  readonly candidates: readonly string[];
  /** Of the `o=` line: grows with each answer of one peer (RFC 8829 §5.3.2). */
  readonly version: number;
}

/** What one message of a data channel may hold (RFC 8841 §6). */
export const MAX_MESSAGE_BYTES = 65_536;

/** Writes the answer to an offer (RFC 8829 §5.3.1): one bundle, candidates trickled. */
export function encodeAnswer(offer: Offer, parameters: AnswerParameters): string {
  const mids = offer.media.filter(({ type }) => type !== 'refused').map(({ mid }) => mid);
  const session = [
    'v=0',
    `o=- ${parameters.video.ssrc} ${parameters.version} IN IP4 0.0.0.0`,
    's=-',
    't=0 0',
    `a=group:BUNDLE ${mids.join(' ')}`,
  ];
  const sections = offer.media.flatMap((media) => [
    ...encodeMedia(media, parameters),
    // Of one bundle only the first section carries the transport (RFC 9143 §7.1.2).
    ...(media.mid === mids[0] ? encodeTransport(offer, parameters) : []),
  ]);
  return `${[...session, ...sections].join('\r\n')}\r\n`;
}

function encodeTransport({ role }: Offer, { ice, fingerprint, candidates }: AnswerParameters): string[] {
  return [
    `a=ice-ufrag:${ice.usernameFragment}`,
    `a=ice-pwd:${ice.password}`,
    'a=ice-options:trickle',
    `a=fingerprint:sha-256 ${fingerprint}`,
    `a=setup:${role === 'client' ? 'active' : 'passive'}`,
    ...candidates.map((candidate) => `a=${candidate}`),
  ];
}

function encodeMedia(media: OfferedMedia, parameters: AnswerParameters): string[] {
  switch (media.type) {
    case 'video':
      return encodeVideo(media, parameters);
    case 'audio':
      return encodeAudio(media, parameters);
    case 'viewer-video':
      return encodeViewerVideo(media);
    case 'application':
      return [
        'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
        'c=IN IP4 0.0.0.0',
        `a=mid:${media.mid}`,
        'a=sctp-port:5000',
        `a=max-message-size:${MAX_MESSAGE_BYTES}`,
      ];
    case 'refused': {
      const { kind, protocol, formats } = media.section;
      return [
        `m=${kind} 0 ${protocol} ${formats.join(' ')}`,
        'c=IN IP4 0.0.0.0',
        `a=mid:${media.mid}`,
        'a=inactive',
      ];
    }
    default:
      return media satisfies never;
  }
}

function encodeVideo(media: OfferedMedia & { type: 'video' }, { video }: AnswerParameters): string[] {
  const { payloadType, rtxPayloadType, profileLevelId, feedback } = media.format;
  const withRtx = rtxPayloadType !== null;
  return [
    `m=video 9 UDP/TLS/RTP/SAVPF ${payloadType}${withRtx ? ` ${rtxPayloadType}` : ''}`,
    'c=IN IP4 0.0.0.0',
    `a=mid:${media.mid}`,
    'a=sendonly',
    'a=rtcp-mux',
    'a=rtcp-rsize',
    `a=msid:${video.cname} ${video.cname}`,
    ...encodeExtensions(media.extensions),
    `a=rtpmap:${payloadType} H264/90000`,
    `a=fmtp:${payloadType} level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=${profileLevelId}`,
    ...feedback.map((value) => `a=rtcp-fb:${payloadType} ${value}`),
    ...(withRtx
      ? [`a=rtpmap:${rtxPayloadType} rtx/90000`, `a=fmtp:${rtxPayloadType} apt=${payloadType}`]
      : []),
    ...(withRtx ? [`a=ssrc-group:FID ${video.ssrc} ${video.rtxSsrc}`] : []),
    `a=ssrc:${video.ssrc} cname:${video.cname}`,
    ...(withRtx ? [`a=ssrc:${video.rtxSsrc} cname:${video.cname}`] : []),
  ];
}

/** What the other side's direction becomes on ours (RFC 3264 §6.1). */
const ANSWERED: Readonly<Record<Direction, Direction>> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
};
/** Speech that is understood, with what mends a loss, and nothing sent of silence (RFC 7587 §6.1). */
const OPUS_PARAMETERS = 'minptime=10;useinbandfec=1;usedtx=1;maxaveragebitrate=32000';

/** The section is there from the first offer, so that nothing is negotiated when somebody begins to listen or talk. */
function encodeAudio(media: OfferedMedia & { type: 'audio' }, { video }: AnswerParameters): string[] {
  const { protocol, opusPayloadType, mid, direction } = media;
  const doesSend = direction === 'sendrecv' || direction === 'recvonly';
  return [
    `m=audio 9 ${protocol} ${opusPayloadType}`,
    'c=IN IP4 0.0.0.0',
    `a=mid:${mid}`,
    `a=${ANSWERED[direction]}`,
    'a=rtcp-mux',
    'a=rtcp-rsize',
    `a=rtpmap:${opusPayloadType} opus/48000/2`,
    `a=fmtp:${opusPayloadType} ${OPUS_PARAMETERS}`,
    // Of the same stream as the picture, so that the viewer plays the two together.
    ...(doesSend
      ? [`a=msid:${video.cname} ${video.cname}a`, `a=ssrc:${video.audioSsrc} cname:${video.cname}`]
      : []),
  ];
}

function encodeViewerVideo({ mid, format }: OfferedMedia & { type: 'viewer-video' }): string[] {
  const { payloadType, profileLevelId, feedback } = format;
  return [
    `m=video 9 UDP/TLS/RTP/SAVPF ${payloadType}`,
    'c=IN IP4 0.0.0.0',
    `a=mid:${mid}`,
    'a=recvonly',
    'a=rtcp-mux',
    'a=rtcp-rsize',
    `a=rtpmap:${payloadType} H264/90000`,
    `a=fmtp:${payloadType} level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=${profileLevelId}`,
    ...feedback.map((value) => `a=rtcp-fb:${payloadType} ${value}`),
  ];
}

function encodeExtensions({ absSendTime, playoutDelay, transportSequenceNumber }: ExtensionIds): string[] {
  const extensions = [
    [absSendTime, ABS_SEND_TIME_URI],
    [playoutDelay, PLAYOUT_DELAY_URI],
    [transportSequenceNumber, TRANSPORT_SEQUENCE_NUMBER_URI],
  ] as const;
  return extensions.flatMap(([id, uri]) => (id === null ? [] : [`a=extmap:${id} ${uri}`]));
}
