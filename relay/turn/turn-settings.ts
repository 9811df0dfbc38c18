import { listIceServerAddresses } from '../webrtc/ice-server.ts';

/** TURN servers that the camera shares a secret with, so that it can make credentials for them. */
export interface TurnSettings {
  readonly urls: readonly string[];
  readonly secret: string;
}

/** As many as one server has in `presence`: UDP, TCP and TLS, and one more. */
const MAX_TURN_URLS = 4;
/** Each guest has credentials to try guesses on, as fast as their computer can: a short secret is found out. */
const MIN_TURN_SECRET_CHARS = 16;

/**
 * Reads addresses of TURN servers, comma separated.
 * @throws TypeError in words for whoever wrote them.
 */
export function parseTurnUrls(text: string): readonly string[] {
  const urls = text
    .split(',')
    .map((url) => url.trim())
    .filter(Boolean);
  if (urls.length > MAX_TURN_URLS) throw new TypeError(`are ${MAX_TURN_URLS} at most`);
  const unusable = urls.find((url) => !isTurnUrl(url));
  if (unusable !== undefined)
    throw new TypeError(`${JSON.stringify(unusable)} is not an address such as turn:HOST?transport=tcp`);
  return urls;
}

/**
 * Reads the secret of TURN servers; an empty text is none.
 * @throws TypeError likewise, without the secret in it.
 */
export function parseTurnSecret(text: string): string {
  if (text !== '' && text.length < MIN_TURN_SECRET_CHARS)
    throw new TypeError(`has fewer than ${MIN_TURN_SECRET_CHARS} characters`);
  return text;
}

function isTurnUrl(url: string): boolean {
  return listIceServerAddresses([{ urls: [url], username: '-', credential: '-' }])[0]?.type === 'turn';
}
