import type { CandidatePair } from '../werift.ts';
import { type IceConnection, internalsOf } from './ice-internals.ts';

/**
 * Follows the viewer's choice of path, at once and every time.
 *
 * Stock werift notices the first nomination up to 20 ms late and ignores every later one, so that a viewer that
 * moves to another network is sent to where it no longer is (RFC 8445 §8.1.1 leaves the choice to the controlling side).
 */
export function followNomination(
  connection: IceConnection,
  onNominated: (pair: CandidatePair) => void,
): void {
  const internals = internalsOf(connection);
  const checkComplete = internals.checkComplete.bind(connection);
  internals.checkComplete = (pair) => {
    const previous = connection.nominated;
    if (previous && previous !== pair && pair.nominated && pair.remoteNominated) {
      forget(previous);
      internals.nominated = undefined;
    }
    checkComplete(pair);
    const current = connection.nominated;
    if (!current || current === previous) return;
    // Without this nothing is sent before werift's next round of checks.
    internals.queryConsent();
    onNominated(current);
  };
}

function forget(pair: CandidatePair): void {
  pair.nominated = false;
  pair.remoteNominated = false;
}
