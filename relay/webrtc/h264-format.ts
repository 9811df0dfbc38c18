import type { Attributes, SdpSection } from './sdp-lines.ts';

/** The video format both sides speak: H.264 constrained baseline, packetization-mode 1 (RFC 6184 §8.1). */
export interface H264Format {
  readonly payloadType: number;
  /** Retransmissions (RFC 4588 §8.1), or null where the viewer takes none. */
  readonly rtxPayloadType: number | null;
  /** `profile-level-id` as the viewer wrote it. */
  readonly profileLevelId: string;
  /** The feedback we use of what the viewer offers. */
  readonly feedback: readonly string[];
}

/** Retransmission on request, keyframe on request, reports on every packet, and the receiver's bandwidth estimate. */
const KNOWN_FEEDBACK = ['nack', 'nack pli', 'ccm fir', 'transport-cc', 'goog-remb'];

/** The first offered format we can send, in the viewer's order of preference; null when there is none. */
export function chooseH264(section: SdpSection): H264Format | null {
  const codecs = parseByPayloadType(section.attributes, 'rtpmap');
  const parameters = parseByPayloadType(section.attributes, 'fmtp');
  for (const format of section.formats) {
    if (codecs.get(format)?.[0]?.toLowerCase() !== 'h264/90000') continue;
    const fmtp = parseParameters(parameters.get(format)?.[0] ?? '');
    const profileLevelId = fmtp.get('profile-level-id') ?? '';
    if (fmtp.get('packetization-mode') !== '1' || !isConstrainedBaseline(profileLevelId)) continue;
    const payloadType = parsePayloadType(format);
    if (payloadType === null) continue;
    return {
      payloadType,
      rtxPayloadType: findRtx(section, codecs, parameters, format),
      profileLevelId,
      feedback: chooseFeedback(section.attributes, format),
    };
  }
  return null;
}

/** Payload type of a codec by its `rtpmap` value, such as `opus/48000/2`; null when it is not offered. */
export function findPayloadType(section: SdpSection, rtpmap: string): number | null {
  const codecs = parseByPayloadType(section.attributes, 'rtpmap');
  const format = section.formats.find((candidate) => codecs.get(candidate)?.[0]?.toLowerCase() === rtpmap);
  return format === undefined ? null : parsePayloadType(format);
}

/** Profile 0x42 with constraint_set1 (ITU-T H.264 §A.2.1), any level. */
function isConstrainedBaseline(profileLevelId: string): boolean {
  return /^42[4-7c-f]0[0-9a-f]{2}$/iu.test(profileLevelId);
}

function parsePayloadType(text: string): number | null {
  const value = /^\d{1,3}$/u.test(text) ? Number(text) : Number.NaN;
  // 64-95 collide with RTCP types under rtcp-mux (RFC 5761 §4).
  return value <= 127 && (value < 64 || value > 95) ? value : null;
}

function parseByPayloadType(attributes: Attributes, name: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const value of attributes.get(name) ?? []) {
    const space = value.indexOf(' ');
    if (space < 0) continue;
    const key = value.slice(0, space);
    found.set(key, [...(found.get(key) ?? []), value.slice(space + 1)]);
  }
  return found;
}

function parseParameters(fmtp: string): Map<string, string> {
  const pairs = fmtp.split(';').map((pair) => pair.trim().split('='));
  return new Map(pairs.map(([name = '', value = '']) => [name.toLowerCase(), value]));
}

function findRtx(
  section: SdpSection,
  codecs: Map<string, string[]>,
  parameters: Map<string, string[]>,
  format: string,
): number | null {
  const rtx = section.formats.find(
    (candidate) =>
      codecs.get(candidate)?.[0]?.toLowerCase() === 'rtx/90000' &&
      parseParameters(parameters.get(candidate)?.[0] ?? '').get('apt') === format,
  );
  return rtx === undefined ? null : parsePayloadType(rtx);
}

function chooseFeedback(attributes: Attributes, format: string): string[] {
  const offered = parseByPayloadType(attributes, 'rtcp-fb');
  const values = [...(offered.get(format) ?? []), ...(offered.get('*') ?? [])];
  return KNOWN_FEEDBACK.filter((feedback) => values.includes(feedback));
}
