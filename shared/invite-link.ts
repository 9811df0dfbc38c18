import { encodeBase64url, encodeUtf8, parseBase64url, parseUtf8 } from './bytes.ts';
import { ProtocolError } from './protocol-error.ts';

/** What a QR code or a shared link carries: which camera, and the single-use secret that opens it. */
export interface InviteLink {
  /** `claim` makes the first owner; `lend` lets somebody in for a while. */
  readonly kind: 'claim' | 'lend';
  /** Thumbprint of the camera's key (RFC 7638): whoever answers must prove to be this camera. */
  readonly camera: string;
  /** 128 random bits, base64url. */
  readonly secret: string;
  /** Where to meet the camera, when it is not the page's own rendezvous: a `ws:` or `wss:` URL. */
  readonly rendezvous?: string;
}

/** A longer link would not fit a code that a phone reads from a small display. */
const MAX_LINK_CHARS = 512;
const MAX_RENDEZVOUS_CHARS = 200;
const THUMBPRINT_BYTES = 32;
const SECRET_BYTES = 16;
const VERSIONS = { c1: 'claim', l1: 'lend' } as const;

/** The link for a page at `pageUrl`; everything secret is in the fragment, which browsers never send (RFC 3986 §3.5). */
export function encodeInviteLink(pageUrl: string, link: InviteLink): string {
  const version = link.kind === 'claim' ? 'c1' : 'l1';
  const parts = [version, link.camera, link.secret];
  if (link.rendezvous !== undefined) parts.push(encodeBase64url(encodeUtf8(link.rendezvous)));
  return `${pageUrl.replace(/#.*$/, '')}#${parts.join('.')}`;
}

/**
 * Reads a scanned, pasted or opened link; the page's address in front of the fragment does not matter.
 * @throws ProtocolError `malformed`
 */
export function parseInviteLink(text: string): InviteLink {
  if (text.length > MAX_LINK_CHARS) throw malformed('too long');
  const trimmed = text.trim();
  const fragment = trimmed.slice(trimmed.indexOf('#') + 1);
  const [version, camera, secret, rendezvous, ...rest] = fragment.split('.');
  if ((version !== 'c1' && version !== 'l1') || rest.length > 0) throw malformed('not a Latchkey link');
  if (!hasBytes(camera, THUMBPRINT_BYTES)) throw malformed('no camera in it');
  if (!hasBytes(secret, SECRET_BYTES)) throw malformed('no secret in it');
  const kind = VERSIONS[version];
  if (rendezvous === undefined) return { kind, camera, secret };
  return { kind, camera, secret, rendezvous: parseRendezvousField(rendezvous) };
}

function hasBytes(text: string | undefined, bytes: number): text is string {
  return text !== undefined && parseBase64url(text)?.byteLength === bytes;
}

function parseRendezvousField(field: string): string {
  const bytes = parseBase64url(field);
  if (bytes === null || bytes.byteLength > MAX_RENDEZVOUS_CHARS) throw malformed('no rendezvous address');
  const url = decode(bytes);
  if (!/^wss?:\/\/[^\s/?#@]+(\/[^\s#@]*)?$/.test(url)) throw malformed('not a rendezvous address');
  return url;
}

function decode(bytes: Uint8Array): string {
  try {
    return parseUtf8(bytes);
  } catch (cause) {
    throw malformed('not text', cause);
  }
}

function malformed(why: string, cause?: unknown): ProtocolError {
  return new ProtocolError('malformed', `this is not a Latchkey link: ${why}`, { cause });
}
