import { CaptureError } from '../capture-error.ts';
import type { EngineSource, Login } from '../gstreamer/engine-source.ts';

/** Where the picture is to come from. */
export type CameraSource =
  | { readonly type: 'test-picture' }
  /** Whatever camera is there when somebody wants to see. */
  | { readonly type: 'auto' }
  /** The camera of a Raspberry Pi, by the programs that every image of its system has. */
  | { readonly type: 'rpicam' }
  | EngineSource;

/** What a source may be, as the user writes it. */
export const CAPTURE_SOURCES = [
  'auto',
  'test-picture',
  'pi',
  'pi:<camera>',
  'rpicam',
  'v4l2:<device>',
  'rtsp://<camera>',
  'http://<camera>',
  'file:<path>',
  'gstreamer:test',
] as const;

const NETWORK_PROTOCOLS = ['rtsp:', 'rtsps:', 'http:', 'https:'];
/** What a shell, a parser or a list of processes might read otherwise. */
const CONTROLS = /\p{Cc}/u;
/** As libcamera names them, such as `/base/soc/i2c0mux/i2c@1/imx708@1a`. */
const CAMERA_NAME = /^[\w@/.,:\\-]{1,200}$/;

/**
 * Reads a source as the user wrote it.
 * @throws CaptureError `bad_settings`
 */
export function parseSource(text: string): CameraSource {
  const source = CONTROLS.test(text) ? null : (parseWord(text) ?? parseNamed(text) ?? parseUrl(text));
  if (source) return source;
  throw new CaptureError(
    'bad_settings',
    `There is no camera called ${JSON.stringify(withoutLogin(text).slice(0, 80))}. Possible are: ${CAPTURE_SOURCES.join(', ')}.`,
  );
}

/**
 * A source as it may be shown and logged: without the password of a camera in the network, which cameras also want in the path or
 * behind a question mark.
 */
export function withoutLogin(text: string): string {
  const url = networkUrl(text);
  if (url) return `${url.protocol}//${url.host}${url.pathname.length > 1 || url.search ? '/…' : ''}`;
  if (parseWord(text) || parseNamed(text)) return text;
  // What is no address may be one that was misspelt.
  return text.replace(/:.*@/s, ':…@').replace(/\?.*/s, '?…');
}

function parseWord(text: string): CameraSource | null {
  if (text === 'auto' || text === 'test-picture' || text === 'rpicam') return { type: text };
  if (text === 'pi') return { type: 'pi', name: null };
  return text === 'gstreamer:test' ? { type: 'test' } : null;
}

function parseNamed(text: string): CameraSource | null {
  const colon = text.indexOf(':');
  const [scheme, name] = [text.slice(0, colon), text.slice(colon + 1)];
  if (name === '') return null;
  if (scheme === 'file' || scheme === 'v4l2') return { type: scheme, path: name };
  return scheme === 'pi' && CAMERA_NAME.test(name) ? { type: 'pi', name } : null;
}

function parseUrl(text: string): CameraSource | null {
  const url = networkUrl(text);
  if (!url) return null;
  const login = loginOf(url);
  url.username = url.password = '';
  return { type: 'network', url: url.href, login };
}

function networkUrl(text: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url && NETWORK_PROTOCOLS.includes(url.protocol) && url.hostname !== '' ? url : null;
}

function loginOf({ username, password }: URL): Login | null {
  if (username === '' && password === '') return null;
  try {
    return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    // A percent sign that stands for itself.
    return { username, password };
  }
}
