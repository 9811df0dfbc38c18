import { chooseH264, findPayloadType, type H264Format } from './h264-format.ts';
import type { DtlsRole } from './mends/dtls-handshake.ts';
import { SdpError } from './sdp-error.ts';
import { type Attributes, firstValue, parseSdpLines, type SdpSection } from './sdp-lines.ts';

/** What a viewer asks for, after every check that needs no network. */
export interface Offer {
  readonly ice: IceCredentials;
  /** The viewer's one certificate: SHA-256, upper-case hex pairs with colons. */
  readonly fingerprint: string;
  /** Ours in DTLS, as the offer leaves it to us. */
  readonly role: DtlsRole;
  /** In the order of the offer, which the answer must keep (RFC 8829 §5.3.1). */
  readonly media: readonly OfferedMedia[];
  /** Values of the `a=candidate` lines, unparsed. */
  readonly candidates: readonly string[];
}

/** RFC 8839 §5.4 */
export interface IceCredentials {
  readonly usernameFragment: string;
  readonly password: string;
}

/** One section of the offer and what of it we take up; `refused` gets port 0 in the answer. */
export type OfferedMedia =
  | {
      readonly type: 'video';
      readonly mid: string;
      readonly format: H264Format;
      readonly extensions: ExtensionIds;
    }
  | {
      /** The camera's microphone to the viewer, and the viewer's own to the camera. */
      readonly type: 'audio';
      readonly mid: string;
      readonly opusPayloadType: number;
      readonly protocol: string;
      /** What the viewer wants of the two, as it wrote it. */
      readonly direction: Direction;
    }
  | {
      /** The viewer's own picture, to the camera's screen. */
      readonly type: 'viewer-video';
      readonly mid: string;
      readonly format: H264Format;
    }
  | { readonly type: 'application'; readonly mid: string; readonly sctpPort: number }
  | { readonly type: 'refused'; readonly mid: string; readonly section: SdpSection };

/** RFC 8866 §6.7 */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** The viewer's numbers for the header extensions we write (RFC 8285 §5), or null where it knows none. */
export interface ExtensionIds {
  readonly absSendTime: number | null;
  readonly playoutDelay: number | null;
  readonly transportSequenceNumber: number | null;
}

export const ABS_SEND_TIME_URI = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time';
export const PLAYOUT_DELAY_URI = 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay';
export const TRANSPORT_SEQUENCE_NUMBER_URI =
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';

/**
 * Reads an offer (RFC 8829 §5.8) and decides what of it is taken up.
 * @throws SdpError
 */
export function parseOffer(sdp: string): Offer {
  const { session, sections } = parseSdpLines(sdp);
  const all = [session, ...sections.map((section) => section.attributes)];
  const bundled = parseBundle(session, sections);
  const media = parseAllMedia(sections, bundled);
  if (!media.some(({ type }) => type === 'video' || type === 'application')) {
    throw new SdpError('nothing_acceptable', 'no H.264 constrained baseline and no data channel');
  }
  return {
    ice: parseCredentials(all),
    fingerprint: parseFingerprint(all),
    role: settleRole(all),
    media,
    candidates: all.flatMap((attributes) => attributes.get('candidate') ?? []),
  };
}

/** The part that we take: the active one wherever it is left to us, as the picture then comes a round trip sooner (RFC 8842 §5.3). */
function settleRole(all: readonly Attributes[]): Offer['role'] {
  const [setup, ...others] = new Set(all.flatMap((attributes) => attributes.get('setup') ?? []));
  if (others.length === 0 && (setup === 'actpass' || setup === 'passive')) return 'client';
  if (others.length === 0 && setup === 'active') return 'server';
  throw new SdpError('setup_unsupported', 'the offer does not say who begins');
}

function parseCredentials(all: readonly Attributes[]): IceCredentials {
  const usernameFragment = single(all, 'ice-ufrag');
  const password = single(all, 'ice-pwd');
  if (!/^[\w+/]{4,256}$/u.test(usernameFragment) || !/^[\w+/]{22,256}$/u.test(password)) {
    throw new SdpError('ice_missing', 'no usable ICE credentials');
  }
  return { usernameFragment, password };
}

/** In one bundle there is one transport, so one value however often it is written. */
function single(all: readonly Attributes[], name: string): string {
  const values = new Set(all.flatMap((attributes) => attributes.get(name) ?? []));
  if (values.size > 1) throw new SdpError('malformed', `several values of ${name}`);
  return [...values][0] ?? '';
}

function parseFingerprint(all: readonly Attributes[]): string {
  const lines = all.flatMap((attributes) => attributes.get('fingerprint') ?? []);
  const distinct = new Set(lines.map((line) => line.trim().toUpperCase()));
  if (distinct.size > 1) throw new SdpError('fingerprint_conflict', 'more than one certificate is announced');
  const [only] = distinct;
  if (only === undefined) throw new SdpError('fingerprint_missing', 'no certificate is announced');
  const match = /^SHA-256 ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})$/u.exec(only);
  if (!match?.[1]) throw new SdpError('fingerprint_unsupported', 'not a SHA-256 fingerprint');
  return match[1];
}

/** The mids that share one transport (RFC 9143 §7.2); a lone section needs no bundle. */
function parseBundle(session: Attributes, sections: readonly SdpSection[]): ReadonlySet<string> {
  const mids = sections.map((section) => firstValue(section.attributes, 'mid') ?? '');
  if (new Set(mids).size !== mids.length || !mids.every((mid) => /^[\w-]{1,16}$/u.test(mid))) {
    throw new SdpError('malformed', 'sections without a mid of their own');
  }
  const group = session.get('group')?.find((value) => value.startsWith('BUNDLE '));
  if (group) return new Set(group.split(' ').slice(1));
  return new Set(sections.length === 1 ? mids : []);
}

/** One camera, one association: of each kind the first section counts. */
function parseAllMedia(sections: readonly SdpSection[], bundled: ReadonlySet<string>): OfferedMedia[] {
  const seen = new Set<OfferedMedia['type']>();
  return sections.map((section) => {
    const mid = firstValue(section.attributes, 'mid') ?? '';
    const taken = bundled.has(mid) ? takeUp(section, mid) : null;
    if (!taken || seen.has(taken.type)) return { type: 'refused', mid, section };
    seen.add(taken.type);
    return taken;
  });
}

function takeUp(section: SdpSection, mid: string): OfferedMedia | null {
  switch (section.kind) {
    case 'video':
      return takeUpVideo(section, mid);
    case 'audio': {
      const opusPayloadType = findPayloadType(section, 'opus/48000/2');
      return opusPayloadType === null
        ? null
        : {
            ...{ type: 'audio', mid, opusPayloadType, protocol: section.protocol },
            direction: directionOf(section.attributes),
          };
    }
    case 'application':
      return takeUpApplication(section, mid);
    default:
      return null;
  }
}

function takeUpVideo(section: SdpSection, mid: string): OfferedMedia | null {
  const direction = directionOf(section.attributes);
  const format = chooseH264(section);
  if (!format || direction === 'inactive' || !section.attributes.has('rtcp-mux')) return null;
  // What comes from the viewer is neither sent again nor reported on packet by packet.
  if (direction === 'sendonly')
    return {
      type: 'viewer-video',
      mid,
      format: { ...format, rtxPayloadType: null, feedback: viewerFeedback(format) },
    };
  const extensions = {
    absSendTime: findExtension(section.attributes, ABS_SEND_TIME_URI),
    playoutDelay: findExtension(section.attributes, PLAYOUT_DELAY_URI),
    transportSequenceNumber: findExtension(section.attributes, TRANSPORT_SEQUENCE_NUMBER_URI),
  };
  return { type: 'video', mid, ...agreeOnFeedback(format, extensions) };
}

/** Of the two ways to learn what a path carries one is agreed upon: by reports on every packet where the viewer sends them. */
function agreeOnFeedback(
  format: H264Format,
  extensions: ExtensionIds,
): { format: H264Format; extensions: ExtensionIds } {
  const hasReports = format.feedback.includes('transport-cc') && extensions.transportSequenceNumber !== null;
  const unused = hasReports ? 'goog-remb' : 'transport-cc';
  return {
    format: { ...format, feedback: format.feedback.filter((value) => value !== unused) },
    extensions: hasReports ? extensions : { ...extensions, transportSequenceNumber: null },
  };
}

/** Keyframes on request, and our word on how much may come. */
function viewerFeedback({ feedback }: H264Format): readonly string[] {
  return feedback.filter((value) => value === 'nack pli' || value === 'goog-remb');
}

/** Where none is written, `sendrecv` is meant (RFC 8866 §6.7). */
function directionOf(attributes: Attributes): Direction {
  const directions = ['inactive', 'sendonly', 'recvonly'] as const;
  return directions.find((direction) => attributes.has(direction)) ?? 'sendrecv';
}

function takeUpApplication(section: SdpSection, mid: string): OfferedMedia | null {
  const text = firstValue(section.attributes, 'sctp-port') ?? '';
  const sctpPort = /^\d{1,5}$/u.test(text) ? Number(text) : 0;
  if (section.formats[0] !== 'webrtc-datachannel' || sctpPort < 1 || sctpPort > 65_535) return null;
  return { type: 'application', mid, sctpPort };
}

/** One-byte extension ids are 1 to 14 (RFC 8285 §4.2). */
function findExtension(attributes: Attributes, uri: string): number | null {
  for (const value of attributes.get('extmap') ?? []) {
    const match = /^(\d{1,2})(?:\/\w+)? (\S+)/u.exec(value);
    const id = Number(match?.[1]);
    if (match?.[2] === uri && id >= 1 && id <= 14) return id;
  }
  return null;
}
