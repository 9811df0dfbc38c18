import type { RendezvousAddress } from '#shared/rendezvous.ts';
import { errorCode } from '../log.ts';
import { dialBroker, meet, type OpenBroker } from './broker-dial.ts';
import { type Finding, findingsOn } from './finding.ts';
import { isLocalHost } from './local-host.ts';
import { brokersOfPage } from './page-config.ts';

const CONFIG_PATH = '/config.json';
/** The page is 2 KB, its configuration less. */
const MAX_TEXT_BYTES = 256 * 1024;
const MEET_LIMIT_MS = 5_000;
/** Told the browser by a header, or by the page itself. */
const META_POLICY = /<meta[^>]+http-equiv="content-security-policy"/i;

export interface PageCheckOptions {
  readonly pageUrl: string;
  /** Broker that links name instead of the page's own. */
  readonly linkRendezvousUrl: string | null;
  /** Those of the camera. */
  readonly brokers: readonly RendezvousAddress[];
  readonly open: OpenBroker;
  readonly fetch: typeof fetch;
  /** How long to wait for a message from one broker to the other. Default 5,000. */
  readonly meetLimitMs?: number;
}

interface Answer {
  readonly response: Response;
  readonly text: string;
}

const { ok, warn, fail } = findingsOn('page');

/** Whether phones can load the page, may use it, and meet the camera by what it says. */
export async function checkPage(
  options: PageCheckOptions,
  { signal }: { readonly signal: AbortSignal },
): Promise<readonly Finding[]> {
  const { pageUrl } = options;
  const page = await get(options, pageUrl, signal);
  if ('fault' in page) {
    return [
      fail(`${pageUrl} cannot be reached: ${page.fault}.`, 'Is LATCHKEY_PAGE_URL right, and its host up?'),
    ];
  }
  const unusable = unusableFault(pageUrl, page);
  if (unusable !== null) return [unusable];
  const faults = [
    ...originFault(pageUrl),
    ...headerFaults(pageUrl, page),
    ...(await meetingFault(options, signal)),
  ];
  return faults.length > 0 ? faults : [ok(`${pageUrl} is there, and phones meet the camera by it.`)];
}

async function get(
  options: Pick<PageCheckOptions, 'fetch'>,
  url: string,
  signal: AbortSignal,
): Promise<Answer | { readonly fault: string }> {
  try {
    const response = await options.fetch(url, { redirect: 'manual', signal });
    return { response, text: await readText(response) };
  } catch (error) {
    const cause = error instanceof Error && error.cause ? error.cause : error;
    return { fault: errorCode(cause) };
  }
}

/** @throws RangeError for what is no page of ours */
async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_TEXT_BYTES) throw new RangeError('too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function unusableFault(pageUrl: string, { response, text }: Answer): Finding | null {
  const { status, headers } = response;
  const location = headers.get('location');
  if (status >= 300 && status < 400 && location !== null) {
    const target = new URL(location, pageUrl).href;
    return fail(
      `${pageUrl} leads on to ${target}.`,
      `Phones keep keys by address: LATCHKEY_PAGE_URL=${target}`,
    );
  }
  const isPage = /^text\/html/.test(headers.get('content-type') ?? '') && /latchkey/i.test(text);
  if (status === 200 && isPage) return null;
  return fail(
    `${pageUrl} does not show Latchkey’s page (status ${status}).`,
    'Put dist/pwa there: npm run build',
  );
}

function originFault(pageUrl: string): readonly Finding[] {
  const { protocol, hostname } = new URL(pageUrl);
  if (protocol === 'https:') return [];
  if (isLocalHost(hostname))
    return [warn(`${pageUrl} is for this machine only.`, 'Phones need an https: page.')];
  return [fail(`${pageUrl} is not https:.`, 'Browsers give such a page neither camera nor keys.')];
}

function headerFaults(pageUrl: string, { response: { headers }, text }: Answer): readonly Finding[] {
  const hasPolicy = headers.has('content-security-policy') || META_POLICY.test(text);
  const hasType = headers.get('x-content-type-options') === 'nosniff';
  return [
    ...(hasPolicy
      ? []
      : [fail(`${pageUrl} has no content security policy.`, 'Put the page there as it was built.')]),
    ...(hasType
      ? []
      : [warn(`${pageUrl} lacks a header.`, 'Have its host send x-content-type-options: nosniff')]),
  ];
}

async function meetingFault(options: PageCheckOptions, signal: AbortSignal): Promise<readonly Finding[]> {
  const phones = await brokersOfPhones(options, signal);
  if ('fault' in phones) {
    return [fail(`Its ${CONFIG_PATH} cannot be used: ${phones.fault}.`, 'README.md has an example.')];
  }
  const [camera, phone] = await Promise.all([
    dialAny(options, options.brokers, signal),
    dialAny(options, phones.brokers, signal),
  ]);
  try {
    const urls = phones.brokers.map(({ url }) => url).join(', ');
    if (camera === null) return []; // Said of the rendezvous already.
    if (phone === null) {
      return [
        warn(`Phones are to meet the camera at ${urls}, which cannot be reached from here.`, 'Is it up?'),
      ];
    }
    if (await meet(camera, phone, options.meetLimitMs ?? MEET_LIMIT_MS).catch(() => false)) return [];
    const remedy = 'LATCHKEY_RENDEZVOUS and the page’s config.json must name one broker.';
    return [fail(`Phones look for the camera at ${urls}, and it is not there.`, remedy)];
  } finally {
    await Promise.all([camera?.close(), phone?.close()]);
  }
}

async function brokersOfPhones(
  options: PageCheckOptions,
  signal: AbortSignal,
): Promise<{ readonly brokers: readonly RendezvousAddress[] } | { readonly fault: string }> {
  const { pageUrl, linkRendezvousUrl } = options;
  if (linkRendezvousUrl !== null) return { brokers: [{ url: linkRendezvousUrl }] };
  const answer = await get(options, new URL(CONFIG_PATH, pageUrl).href, signal);
  if ('fault' in answer) return answer;
  const isThere = answer.response.ok && /json/.test(answer.response.headers.get('content-type') ?? '');
  try {
    return { brokers: brokersOfPage(isThere ? answer.text : null, pageUrl) };
  } catch {
    return { fault: 'it names no broker' };
  }
}

/** The first of some entrances to a broker that lets us in. */
async function dialAny(
  { open }: PageCheckOptions,
  addresses: readonly RendezvousAddress[],
  signal: AbortSignal,
) {
  for (const address of addresses) {
    const dialled = await dialBroker(open, address, signal);
    if (dialled.type === 'reached') return dialled.rendezvous;
  }
  return null;
}
