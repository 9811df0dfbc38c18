import type { RendezvousAddress } from '#shared/rendezvous.ts';
import { RendezvousError } from '#shared/rendezvous-error.ts';
import { type Dialled, dialBroker, meet, type OpenBroker } from './broker-dial.ts';
import { type Finding, findingsOn } from './finding.ts';
import { isLocalHost } from './local-host.ts';

/** A message to oneself takes two round trips. */
const ECHO_LIMIT_MS = 4_000;

const { ok, warn, fail } = findingsOn('rendezvous');

export interface BrokerCheckOptions {
  readonly open: OpenBroker;
  readonly address: RendezvousAddress;
  /** A clock that only runs forward, in milliseconds. */
  readonly nowMs: () => number;
  /** How long to wait for a message of our own. Default 4,000. */
  readonly echoLimitMs?: number;
}

/** Whether a broker lets us in and carries our messages. */
export async function checkBroker(
  { open, address, nowMs, echoLimitMs = ECHO_LIMIT_MS }: BrokerCheckOptions,
  { signal }: { readonly signal: AbortSignal },
): Promise<readonly Finding[]> {
  const startMs = nowMs();
  const dialled = await dialBroker(open, address, signal);
  if (dialled.type === 'missed') return [explainMissed(address, dialled)];
  const reachedMs = Math.round(nowMs() - startMs);
  try {
    const echo = await meet(dialled.rendezvous, dialled.rendezvous, echoLimitMs);
    if (!echo) return [fail(`${address.url} does not deliver messages.`, 'Does it allow topics pw1/#?')];
    return [ok(`${address.url} answers within ${reachedMs} ms, and delivers.`), ...plainTextFault(address)];
  } catch (error) {
    if (!(error instanceof RendezvousError)) throw error;
    return [fail(`${address.url}: ${error.message}.`, 'Does its user have the right to topics pw1/#?')];
  } finally {
    await dialled.rendezvous.close();
  }
}

function explainMissed({ url }: RendezvousAddress, { error }: Extract<Dialled, { type: 'missed' }>): Finding {
  if (error?.code === 'refused') {
    return fail(
      `${url} lets us not in.`,
      'See LATCHKEY_RENDEZVOUS_USERNAME and LATCHKEY_RENDEZVOUS_PASSWORD.',
    );
  }
  const reason = error === null ? 'no answer' : error.message;
  return fail(
    `${url} cannot be reached: ${reason}.`,
    'Does the broker run, and is LATCHKEY_RENDEZVOUS right?',
  );
}

function plainTextFault({ url, password }: RendezvousAddress): readonly Finding[] {
  const { protocol, hostname } = new URL(url);
  const isPlain = protocol === 'ws:' || protocol === 'mqtt:';
  if (!isPlain || password === undefined || isLocalHost(hostname)) return [];
  return [warn(`The password goes to ${url} in the clear.`, 'Use wss: or mqtts: if the broker has it.')];
}
