import { ProtocolError } from '#shared/protocol-error.ts';

/** Candidates inside an offer: with these it stays well below one envelope. The first ones found are the best. */
const MAX_OFFERED_CANDIDATES = 6;

/** An offer as it is sent, and the candidates that follow it one by one. */
export interface TrimmedOffer {
  readonly sdp: string;
  readonly lateCandidates: readonly string[];
}

/** What a camera does not read; of header extensions it knows these three. */
const UNREAD = /^a=(?:msid|ssrc|extmap-|rtcp:|rtcp-xr:|extmap:(?!.*(?:abs-send|playout|transport-wide)))/u;

/**
 * The offer without what the camera does not use, so that it fits into one envelope with room to spare, and without
 * the `.local` names of this phone, which nobody else can resolve.
 */
export function trimOffer(sdp: string): TrimmedOffer {
  const lines = sdp.split('\r\n').filter(isWorthSending);
  const late = new Set(lines.filter(isCandidateLine).slice(MAX_OFFERED_CANDIDATES));
  return {
    sdp: `${lines
      .filter((line) => !late.has(line))
      .join('\r\n')
      .trimEnd()}\r\n`,
    lateCandidates: [...late].map((line) => line.slice('a='.length)),
  };
}

/** Whether a candidate tells the camera anything: a `.local` name only the own network can resolve, TCP we do not use. */
export function isUsefulCandidate(candidate: string): boolean {
  return candidate !== '' && !/ \S+\.local /iu.test(candidate) && / udp /iu.test(candidate);
}

function isCandidateLine(line: string): boolean {
  return line.startsWith('a=candidate:');
}

function isWorthSending(line: string): boolean {
  if (isCandidateLine(line)) return isUsefulCandidate(line);
  return !UNREAD.test(line);
}

/**
 * Checks that an answer names one certificate, by SHA-256, and takes the passive or active part (RFC 8122 §5):
 * the picture comes from whoever holds that certificate's key, and from nobody else.
 * @throws ProtocolError `malformed`
 */
export function checkAnswer(sdp: string): string {
  const lines = sdp.split(/\r\n|\r|\n/u);
  const fingerprints = new Set(
    lines.filter((line) => /^a=fingerprint:/iu.test(line)).map((line) => line.toUpperCase()),
  );
  const [only, ...others] = fingerprints;
  if (only === undefined || others.length > 0) {
    throw new ProtocolError('malformed', 'an answer names exactly one certificate');
  }
  if (!/^A=FINGERPRINT:SHA-256 (?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/u.test(only)) {
    throw new ProtocolError('malformed', 'not a SHA-256 fingerprint');
  }
  return sdp;
}

/** The formats to ask for: H.264 constrained baseline in packetization-mode 1 (RFC 6184 §8.1), and retransmission. */
export function chooseCodecs(offered: readonly RTCRtpCodec[]): RTCRtpCodec[] {
  const h264 = offered.filter(({ mimeType, sdpFmtpLine = '' }) => {
    return /^video\/h264$/iu.test(mimeType) && /packetization-mode=1/u.test(sdpFmtpLine);
  });
  const baseline = h264.filter(({ sdpFmtpLine = '' }) => /profile-level-id=42[4-7c-f]0/iu.test(sdpFmtpLine));
  const chosen = baseline.length > 0 ? baseline : h264;
  return chosen.length === 0
    ? []
    : [...chosen, ...offered.filter(({ mimeType }) => /^video\/rtx$/iu.test(mimeType))];
}
