import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { cleanName, type IceServer, parseIceServers } from '#shared/message-fields.ts';
import type { RendezvousAddress } from '#shared/rendezvous.ts';
import type { CaptureFormat } from './capture/capture.ts';
import { type LightSetting, parseLightSetting } from './light/light-setting.ts';
import { parseSoundDevice, type SoundSettings } from './sound/sound-settings.ts';
import { parseTurnSecret, parseTurnUrls, type TurnSettings } from './turn/turn-settings.ts';
import { listIceServerAddresses } from './webrtc/ice-server.ts';

/** Everything the relay can be told; see `SETTINGS` for the words. */
export interface Config {
  readonly stateDirectory: string;
  readonly cameraName: string;
  readonly pageUrl: string;
  readonly rendezvous: readonly RendezvousAddress[];
  /** Rendezvous to put into links, when it is not the page's own. */
  readonly linkRendezvousUrl: string | null;
  /** Whether the machine's time service is asked before guests are let in, or its clock taken at its word. */
  readonly clockTrust: 'auto' | 'trusted';
  readonly source: string;
  readonly format: CaptureFormat;
  /** Draws a machine-readable clock into the picture, to measure delays; the test picture has one anyway. */
  readonly hasClockStrip: boolean;
  readonly maxBitrateBps: number;
  /** What is lit while somebody has the picture. */
  readonly light: LightSetting;
  readonly sound: SoundSettings;
  readonly iceServers: readonly IceServer[];
  /** TURN servers that the camera shares a secret with; null: none. */
  readonly turn: TurnSettings | null;
  /** `relay`: the camera shows its addresses to nobody but the TURN server. */
  readonly iceTransportPolicy: 'all' | 'relay';
  /** Whether phones may connect while their list of cameras is open, before anybody wants a picture. */
  readonly isStandbyAllowed: boolean;
}

/** Every fault of the settings at once, in words for whoever wrote them. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'bad_config';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}

/** The environment variables the relay reads, with what they mean: the text of `latchkey help`. */
export const SETTINGS = {
  LATCHKEY_STATE_DIR: 'where the key and the access list are kept (~/.latchkey)',
  LATCHKEY_NAME: "the camera's name as phones show it (this machine's name)",
  LATCHKEY_PAGE_URL: 'address of the page that phones open (http://localhost:8080/)',
  LATCHKEY_RENDEZVOUS: 'MQTT brokers, comma separated: ws:, wss:, mqtt: or mqtts: (ws://localhost:8080/mqtt)',
  LATCHKEY_RENDEZVOUS_USERNAME: 'user name for the brokers',
  LATCHKEY_RENDEZVOUS_PASSWORD: 'password for the brokers',
  LATCHKEY_LINK_RENDEZVOUS:
    "ws: or wss: address to put into links, when the page's own is not the one to use",
  LATCHKEY_CLOCK:
    'auto: guests wait until the time service has set the clock; trusted: a battery keeps it (auto)',
  LATCHKEY_CAMERA:
    'auto, test-picture, pi, rpicam, v4l2:DEVICE, rtsp://CAMERA, http://CAMERA, file:PATH or gstreamer:test (test-picture)',
  LATCHKEY_FORMAT: 'WIDTHxHEIGHT@RATE (1280x720@30)',
  LATCHKEY_CLOCK_STRIP: '1 draws a machine-readable clock into the picture, to measure delays (0)',
  LATCHKEY_MAX_BITRATE: 'ceiling for the picture, bits a second (2500000)',
  LATCHKEY_LIGHT: 'lit while picture or sound is sent: led:NAME, gpio:CHIP/LINE or off (off)',
  LATCHKEY_MICROPHONE: 'off, auto, pulse[:DEVICE] or alsa:DEVICE; open only while somebody listens (off)',
  LATCHKEY_SPEAKER: 'off, auto, pulse[:DEVICE] or alsa:DEVICE, for what phones say (off)',
  LATCHKEY_SCREEN: 'off, auto, kms[:DRIVER] or window, for pictures that phones show (off)',
  LATCHKEY_ECHO_CANCEL: '0 leaves in what the microphone hears of the speaker (1)',
  LATCHKEY_ICE_SERVERS: 'STUN and TURN servers, JSON as in RTCPeerConnection ([])',
  LATCHKEY_TURN_URLS: 'turn: and turns: addresses of your own TURN server, comma separated',
  LATCHKEY_TURN_SECRET: 'what it has for static-auth-secret; the camera makes credentials that run out of it',
  LATCHKEY_ICE_POLICY: "all, or relay: hide the camera's addresses behind TURN (all)",
  LATCHKEY_STANDBY:
    'on: phones connect while their list of cameras is open, so that a tap shows the picture at once; off (on)',
} as const;

const BROKER_PROTOCOLS = ['ws:', 'wss:', 'mqtt:', 'mqtts:'];

/** Where the camera's state is, by the same settings; for commands that need no other. */
export function stateDirectoryOf(env: Readonly<Record<string, string | undefined>>): string {
  return env.LATCHKEY_STATE_DIR || join(homedir(), '.latchkey');
}

/**
 * Reads the settings.
 * @throws ConfigError with every fault there is.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const faults: string[] = [];
  const read = <T>(name: keyof typeof SETTINGS, fallback: string, parse: (text: string) => T): T => {
    try {
      return parse(env[name] || fallback);
    } catch (error) {
      faults.push(`${name}: ${error instanceof Error ? error.message : 'cannot be read'}`);
      return parse(fallback);
    }
  };
  const turnUrls = read('LATCHKEY_TURN_URLS', '', parseTurnUrls);
  const turnSecret = read('LATCHKEY_TURN_SECRET', '', parseTurnSecret);
  if (!env.LATCHKEY_TURN_URLS !== !env.LATCHKEY_TURN_SECRET)
    faults.push('LATCHKEY_TURN_URLS: goes together with LATCHKEY_TURN_SECRET');
  const config: Config = {
    stateDirectory: stateDirectoryOf(env),
    cameraName: read('LATCHKEY_NAME', hostname().slice(0, 64) || 'Camera', parseCameraName),
    pageUrl: read('LATCHKEY_PAGE_URL', 'http://localhost:8080/', (text) =>
      parseUrl(text, ['http:', 'https:']),
    ),
    rendezvous: read('LATCHKEY_RENDEZVOUS', 'ws://localhost:8080/mqtt', (text) => parseBrokers(text, env)),
    linkRendezvousUrl:
      read('LATCHKEY_LINK_RENDEZVOUS', '', (text) => text && parseUrl(text, ['ws:', 'wss:'])) || null,
    clockTrust: read('LATCHKEY_CLOCK', 'auto', parseClockTrust),
    source: read('LATCHKEY_CAMERA', 'test-picture', String),
    format: read('LATCHKEY_FORMAT', '1280x720@30', parseFormat),
    hasClockStrip: read('LATCHKEY_CLOCK_STRIP', '0', parseSwitch),
    maxBitrateBps: read('LATCHKEY_MAX_BITRATE', '2500000', parseBitrate),
    light: read('LATCHKEY_LIGHT', 'off', parseLightSetting),
    sound: {
      microphone: read('LATCHKEY_MICROPHONE', 'off', (text) => parseSoundDevice('microphone', text)),
      speaker: read('LATCHKEY_SPEAKER', 'off', (text) => parseSoundDevice('speaker', text)),
      screen: read('LATCHKEY_SCREEN', 'off', (text) => parseSoundDevice('screen', text)),
      isEchoCancelled: read('LATCHKEY_ECHO_CANCEL', '1', parseSwitch),
    },
    iceServers: read('LATCHKEY_ICE_SERVERS', '[]', parseIceServerList),
    turn: turnUrls.length > 0 ? { urls: turnUrls, secret: turnSecret } : null,
    iceTransportPolicy: read('LATCHKEY_ICE_POLICY', 'all', parseIceTransportPolicy),
    isStandbyAllowed: read('LATCHKEY_STANDBY', 'on', parseOnOff),
  };
  if (config.iceTransportPolicy === 'relay' && !hasTurn(config))
    faults.push('LATCHKEY_ICE_POLICY: relay needs a TURN server');
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(config);
}

function parseCameraName(text: string): string {
  const name = cleanName(text);
  if (name === null) throw new TypeError('is not a name of one line');
  return name;
}

function parseUrl(text: string, protocols: readonly string[]): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !protocols.includes(url.protocol)) {
    throw new TypeError(`${JSON.stringify(text)} is not an address beginning with ${protocols.join(' or ')}`);
  }
  if (url.username || url.password) throw new TypeError('an address must not hold a password');
  return url.href;
}

function parseBrokers(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): readonly RendezvousAddress[] {
  const username = env.LATCHKEY_RENDEZVOUS_USERNAME;
  const password = env.LATCHKEY_RENDEZVOUS_PASSWORD;
  const login = { ...(username ? { username } : {}), ...(password ? { password } : {}) };
  return text.split(',').map((url) => ({ url: parseUrl(url.trim(), BROKER_PROTOCOLS), ...login }));
}

function parseFormat(text: string): CaptureFormat {
  const [, width = 0, height = 0, frameRate = 0] =
    /^(\d{2,4})x(\d{2,4})@(\d{1,2})$/.exec(text)?.map(Number) ?? [];
  const isPossible = width >= 160 && height >= 120 && width % 2 === 0 && height % 2 === 0 && frameRate > 0;
  if (!isPossible) throw new TypeError(`${JSON.stringify(text)} is not WIDTHxHEIGHT@RATE with even pixels`);
  return { width, height, frameRate };
}

function parseClockTrust(text: string): Config['clockTrust'] {
  if (text !== 'auto' && text !== 'trusted') throw new TypeError('is auto or trusted');
  return text;
}

function parseSwitch(text: string): boolean {
  if (text !== '0' && text !== '1') throw new TypeError('is 0 or 1');
  return text === '1';
}

function parseOnOff(text: string): boolean {
  if (text !== 'on' && text !== 'off') throw new TypeError('is on or off');
  return text === 'on';
}

function parseBitrate(text: string): number {
  const bitrate = Number(text);
  if (!Number.isInteger(bitrate) || bitrate < 100_000 || bitrate > 50_000_000) {
    throw new TypeError('must be between 100000 and 50000000 bits a second');
  }
  return bitrate;
}

function parseIceServerList(text: string): readonly IceServer[] {
  try {
    const servers = parseIceServers(JSON.parse(text));
    if (servers.every(({ urls }) => urls.length > 0)) return servers;
  } catch (cause) {
    throw new TypeError('is not a list of { urls, username, credential }', { cause });
  }
  throw new TypeError('a server has no urls');
}

function hasTurn({ turn, iceServers }: Pick<Config, 'turn' | 'iceServers'>): boolean {
  return turn !== null || listIceServerAddresses(iceServers).some(({ type }) => type === 'turn');
}

function parseIceTransportPolicy(text: string): Config['iceTransportPolicy'] {
  if (text !== 'all' && text !== 'relay') throw new TypeError('is all or relay');
  return text;
}
