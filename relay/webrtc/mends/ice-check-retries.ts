import { type CandidatePair, CandidatePairState } from '../werift.ts';
import { type IceConnection, internalsOf } from './ice-internals.ts';

/** Answers in a row that ask for the same check again; RFC 8445 §7.2.5.1 knows one, after a conflict of roles. */
const MAX_RETRIES = 3;

/**
 * Gives up a check that is asked for again and again.
 *
 * Stock werift repeats a check at once for every 401 and 487, each repeat waiting within the one before: a peer that
 * answers nothing else keeps it busy, and its memory growing, for as long as the session lasts.
 */
export function boundCheckRetries(connection: IceConnection): void {
  const internals = internalsOf(connection);
  const checkStart = internals.checkStart.bind(connection);
  const retries = new WeakMap<CandidatePair, number>();
  internals.checkStart = (pair) => {
    // A check that is begun while it is under way is one that repeats itself.
    const isRetry = pair.state === CandidatePairState.IN_PROGRESS;
    const count = isRetry ? (retries.get(pair) ?? 0) + 1 : 0;
    retries.set(pair, count);
    if (count <= MAX_RETRIES) return checkStart(pair);
    pair.updateState(CandidatePairState.FAILED);
    internals.checkComplete(pair);
    return { awaitable: Promise.resolve(), resolve: () => undefined, reject: () => undefined };
  };
}
