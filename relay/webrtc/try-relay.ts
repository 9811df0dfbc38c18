import type { IceServerAddress } from './ice-server.ts';
import { allocateRelay } from './mends/turn-relays.ts';
import { classes, Message, methods } from './werift.ts';

/**
 * Has a TURN server relay for us as for a viewer, and gives that up again.
 * @throws Error where it does not answer, or refuses | the signal's reason when it is aborted
 */
export async function tryRelay(
  server: Extract<IceServerAddress, { type: 'turn' }>,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> {
  const turn = await allocateRelay(server, signal);
  try {
    // Else it would count against our quota until its time is over (RFC 8656 §7.1).
    const refresh = new Message(methods.REFRESH, classes.REQUEST).setAttribute('LIFETIME', 0);
    await turn.requestWithRetry(refresh, turn.server, signal);
  } finally {
    await turn.close();
  }
}
