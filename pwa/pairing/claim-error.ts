import { RendezvousError } from '#shared/rendezvous-error.ts';
import type { Refusal } from '#shared/verdicts.ts';
import { StorageError } from '../storage/storage-error.ts';
import type { ClaimFailure } from './claim-state.ts';

/** A claim came to nothing for a reason that its owner can be told. */
export class ClaimError extends Error {
  override readonly name = 'ClaimError';
  readonly code: ClaimFailure;
  /** Whether the camera itself said so: it will never let this key in by this link. */
  readonly isFinal: boolean;

  constructor(code: ClaimFailure, message: string, { isFinal = false } = {}) {
    super(message);
    this.code = code;
    this.isFinal = isFinal;
  }
}

/** The code for whatever a claim threw; an error that is none of ours is thrown on. */
export function claimFailureOf(error: unknown, signal: AbortSignal): ClaimFailure {
  if (error instanceof ClaimError || error instanceof StorageError) return error.code;
  if (signal.aborted) return 'cancelled';
  if (error instanceof RendezvousError) return 'rendezvous_offline';
  throw error;
}

/** What the camera's refusal means for a claim; null where asking once more may help. */
export function refusedClaim(code: Refusal, options: { gaveCode: boolean }): ClaimError | null {
  const isFinal = true;
  switch (code) {
    case 'invalid_grant':
      return new ClaimError('already_claimed', 'another key came first', { isFinal });
    case 'expired':
      return new ClaimError('expired', 'the time of the invite is over', { isFinal });
    case 'withdrawn':
      // A camera takes an invite back when the digits were wrong too often.
      return new ClaimError(options.gaveCode ? 'not_confirmed' : 'withdrawn', 'it was taken back', {
        isFinal,
      });
    case 'clock_unsynced':
      return new ClaimError('clock_unsynced', 'the camera does not know the time');
    default:
      return null;
  }
}
