import { type PageConfig, parsePageConfig, resolveBrokerUrl } from '../rendezvous/page-config.ts';
import type { RecordStore } from '../storage/record-store.ts';

/** Eight brokers with long names and passwords stay far below. */
const MAX_CONFIG_CHARS = 16_384;
const CONFIG_PATH = '/config.json';
const DEFAULT_BROKER_PATH = '/mqtt';
const KEPT_NAME = 'config';
/** A host that is slower than this is not waited for: the brokers of the last time are most likely still right. */
const FETCH_LIMIT_MS = 2_500;

export interface ConfigOptions {
  /** Where the page is. */
  readonly baseUrl: string;
  /** Where the last answer of the host is kept. */
  readonly kept: RecordStore;
  readonly fetchConfig?: (url: string) => Promise<Response>;
  /** Told of an answer that cannot be used. */
  readonly report?: (error: unknown) => void;
}

/**
 * Where this page meets its cameras: what `/config.json` of its own origin says; what it said the last time where the
 * host is out of reach or talks nonsense; `/mqtt` on the same host where it never said anything. It never throws.
 */
export async function loadConfig(options: ConfigOptions): Promise<PageConfig> {
  const { baseUrl, kept, fetchConfig = fetchWithinLimit, report = console.error } = options;
  const fallback = { rendezvous: [{ url: resolveBrokerUrl(DEFAULT_BROKER_PATH, baseUrl) }] };
  const response = await fetchConfig(new URL(CONFIG_PATH, baseUrl).href).catch(() => null);
  if (response === null) return (await recall(kept, baseUrl)) ?? fallback;
  if (!isThere(response)) return fallback;
  try {
    const json = parseText(await response.text());
    const config = parsePageConfig(json, baseUrl);
    // A browser that would not store has told so elsewhere.
    await kept.write(KEPT_NAME, json).catch(() => undefined);
    return config;
  } catch (error) {
    report(error);
    return (await recall(kept, baseUrl)) ?? fallback;
  }
}

function fetchWithinLimit(url: string): Promise<Response> {
  return fetch(url, { credentials: 'omit', cache: 'no-cache', signal: AbortSignal.timeout(FETCH_LIMIT_MS) });
}

async function recall(kept: RecordStore, baseUrl: string): Promise<PageConfig | null> {
  try {
    return parsePageConfig(await kept.read(KEPT_NAME), baseUrl);
  } catch {
    return null; // Nothing was kept, or nothing that can be used.
  }
}

/** A static host without the file may answer with its start page instead. */
function isThere(response: Response): boolean {
  return response.ok && /json/.test(response.headers.get('content-type') ?? '');
}

function parseText(text: string): unknown {
  if (text.length > MAX_CONFIG_CHARS) throw new TypeError('configuration is too long');
  return JSON.parse(text);
}
