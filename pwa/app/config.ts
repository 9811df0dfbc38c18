import { type PageConfig, parsePageConfig, resolveBrokerUrl } from '../rendezvous/page-config.ts';

/** Eight brokers with long names and passwords stay far below. */
const MAX_CONFIG_CHARS = 16_384;
const CONFIG_PATH = '/config.json';
const DEFAULT_BROKER_PATH = '/mqtt';

/**
 * Where this page meets its cameras: what `/config.json` of its own origin says, or `/mqtt` on the same host where
 * there is none. One that cannot be read is reported and counts as none; it never throws.
 */
export async function loadConfig(
  baseUrl: string,
  fetchConfig: (url: string) => Promise<Response> = (url) => fetch(url, { credentials: 'omit' }),
  report: (error: unknown) => void = console.error,
): Promise<PageConfig> {
  try {
    const response = await fetchConfig(new URL(CONFIG_PATH, baseUrl).href);
    if (isThere(response)) return parsePageConfig(parseText(await response.text()), baseUrl);
  } catch (error) {
    report(error);
  }
  return { rendezvous: [{ url: resolveBrokerUrl(DEFAULT_BROKER_PATH, baseUrl) }] };
}

/** A static host without the file may answer with its start page instead. */
function isThere(response: Response): boolean {
  return response.ok && /json/.test(response.headers.get('content-type') ?? '');
}

function parseText(text: string): unknown {
  if (text.length > MAX_CONFIG_CHARS) throw new TypeError('configuration is too long');
  return JSON.parse(text);
}
