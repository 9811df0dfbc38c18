import type { IceServer } from '#shared/message-fields.ts';
import { errorCode } from '../log.ts';
import { type IceServerAddress, listIceServerAddresses } from '../webrtc/ice-server.ts';
import { type Finding, findingsOn } from './finding.ts';
import { answersBinding } from './stun-binding.ts';

type TurnAddress = Extract<IceServerAddress, { type: 'turn' }>;

export interface IceCheckOptions {
  readonly servers: readonly IceServer[];
  /** Has a TURN server relay for us and gives that up again; rejects where it does not. */
  readonly relayBy: (server: TurnAddress, options: { signal: AbortSignal }) => Promise<void>;
}

const { ok, warn, fail } = findingsOn('STUN and TURN');

/** Whether the servers that find a path for the picture do their work. */
export async function checkIce(
  { servers, relayBy }: IceCheckOptions,
  options: { readonly signal: AbortSignal },
): Promise<readonly Finding[]> {
  if (servers.length === 0) {
    return [
      warn(
        'There are none, so phones see the picture in this network only.',
        'Set LATCHKEY_ICE_SERVERS, or LATCHKEY_TURN_URLS and LATCHKEY_TURN_SECRET.',
      ),
    ];
  }
  const addresses = listIceServerAddresses(servers);
  const unusable = servers.flatMap(({ urls }) => urls).length - addresses.length;
  const found = await Promise.all(
    addresses.map((address) =>
      address.type === 'stun' ? checkStun(address, options) : checkTurn(address, relayBy, options),
    ),
  );
  const remedy = 'STUN goes by UDP only, and TURN needs username and credential.';
  return [...found, ...(unusable > 0 ? [warn(`${unusable} of the addresses cannot be used.`, remedy)] : [])];
}

async function checkStun(
  address: Extract<IceServerAddress, { type: 'stun' }>,
  options: { readonly signal: AbortSignal },
): Promise<Finding> {
  const name = `stun:${address.host}:${address.port}`;
  try {
    if (await answersBinding(address, options)) return ok(`${name} answers.`);
    return fail(`${name} does not answer.`, 'Is it up, and UDP to it allowed?');
  } catch (error) {
    return fail(`${name} cannot be reached: ${errorCode(error)}.`, 'Is its name right?');
  }
}

async function checkTurn(
  address: TurnAddress,
  relayBy: IceCheckOptions['relayBy'],
  options: { readonly signal: AbortSignal },
): Promise<Finding> {
  const { host, port, transport } = address;
  const name = `turn:${host}:${port} by ${transport}`;
  try {
    await relayBy(address, options);
    return ok(`${name} relays.`);
  } catch (error) {
    const remedy = 'Is it up, can it be reached, and are username and credential right?';
    return fail(`${name} does not relay: ${errorCode(error)}.`, remedy);
  }
}
