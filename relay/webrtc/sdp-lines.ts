import { SdpError } from './sdp-error.ts';

/** A whole offer of a browser with every codec it knows is about 7 KB. */
export const MAX_OFFER_CHARS = 16 * 1024;
/** Video, audio, data and room for what a browser adds. */
const MAX_SECTIONS = 8;

/** The `a=` lines of one part, by name; a flag has the value `''`. */
export type Attributes = ReadonlyMap<string, readonly string[]>;

/** One `m=` section (RFC 8866 §5.14). */
export interface SdpSection {
  readonly kind: string;
  readonly port: string;
  readonly protocol: string;
  /** Payload types, or the data-channel protocol. */
  readonly formats: readonly string[];
  readonly attributes: Attributes;
}

/** A session description split into lines, not yet understood. */
export interface SdpLines {
  readonly session: Attributes;
  readonly sections: readonly SdpSection[];
}

/**
 * Splits a session description (RFC 8866 §5).
 * @throws SdpError `oversize` | `malformed`
 */
export function parseSdpLines(sdp: string): SdpLines {
  if (sdp.length > MAX_OFFER_CHARS) throw new SdpError('oversize', `offer of ${sdp.length} characters`);
  const [head = [], ...tails] = splitAtMedia(sdp.split(/\r?\n/u).filter((line) => line !== ''));
  if (head[0] !== 'v=0') throw new SdpError('malformed', 'does not begin with v=0');
  if (tails.length === 0 || tails.length > MAX_SECTIONS) {
    throw new SdpError('malformed', `${tails.length} media sections`);
  }
  return { session: parseAttributes(head), sections: tails.map(parseSection) };
}

/** The first value of an attribute, or null. */
export function firstValue(attributes: Attributes, name: string): string | null {
  return attributes.get(name)?.[0] ?? null;
}

function splitAtMedia(lines: readonly string[]): string[][] {
  const parts: string[][] = [[]];
  for (const line of lines) {
    if (!/^[a-z]=[\x20-\x7e\u0080-\u{10ffff}]*$/u.test(line))
      throw new SdpError('malformed', 'not a line of SDP');
    if (line.startsWith('m=')) parts.push([]);
    parts.at(-1)?.push(line);
  }
  return parts;
}

function parseSection(lines: readonly string[]): SdpSection {
  const [kind = '', port = '', protocol = '', ...formats] = (lines[0] ?? '').slice(2).split(' ');
  if (!/^\d{1,5}$/u.test(port) || formats.length === 0) throw new SdpError('malformed', 'not a media line');
  return { kind, port, protocol, formats, attributes: parseAttributes(lines) };
}

function parseAttributes(lines: readonly string[]): Attributes {
  const attributes = new Map<string, string[]>();
  for (const line of lines) {
    if (!line.startsWith('a=')) continue;
    const colon = line.indexOf(':');
    const name = colon < 0 ? line.slice(2) : line.slice(2, colon);
    const values = attributes.get(name) ?? [];
    values.push(colon < 0 ? '' : line.slice(colon + 1));
    attributes.set(name, values);
  }
  return attributes;
}
