import { RendezvousError } from '#shared/rendezvous-error.ts';
import { StorageError } from '../storage/storage-error.ts';
import type { ClaimFailure } from './claim-state.ts';

/** A claim came to nothing for a reason that its owner can be told. */
export class ClaimError extends Error {
  override readonly name = 'ClaimError';
  readonly code: ClaimFailure;

  constructor(code: ClaimFailure, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** The code for whatever a claim threw; an error that is none of ours is thrown on. */
export function claimFailureOf(error: unknown, signal: AbortSignal): ClaimFailure {
  if (error instanceof ClaimError || error instanceof StorageError) return error.code;
  if (signal.aborted) return 'cancelled';
  if (error instanceof RendezvousError) return 'rendezvous_offline';
  throw error;
}
