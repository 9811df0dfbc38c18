import type { AccessEntry } from '#shared/down-message.ts';
import type { Refusal } from '#shared/verdicts.ts';
import type { LoanState } from './lending.ts';

export type LoanEvent =
  /** The camera is being told. */
  | { readonly type: 'sent' }
  /** It did not hear, or cannot act on it yet. */
  | { readonly type: 'put_off' }
  | { readonly type: 'lent' }
  | { readonly type: 'refused'; readonly code: Refusal }
  /** Its line in the camera's list; `isOver` when its link cannot be opened any more. */
  | { readonly type: 'listed'; readonly entry: AccessEntry; readonly isOver: boolean }
  /** The camera has it no more. */
  | { readonly type: 'missed'; readonly isOver: boolean }
  /** Its time has passed before the camera heard of it. */
  | { readonly type: 'outlived' }
  | { readonly type: 'withdrawn' }
  /** The grant that it was lent by is over; `heir` is who took that over, where it was given away. */
  | { readonly type: 'orphaned'; readonly heir: string | null };

/** The state after an event; the same object where the event changes nothing, as everything after the end does. */
export function reduceLoan(state: LoanState, event: LoanEvent): LoanState {
  if (isFinal(state)) return state;
  switch (event.type) {
    case 'sent':
      return state.type === 'queued' ? { type: 'sending' } : state;
    case 'put_off':
      return state.type === 'sending' ? { type: 'queued' } : state;
    case 'lent':
      return isUnsent(state) ? { type: 'waiting' } : state;
    case 'refused':
      return refuse(event.code);
    case 'listed':
      return keep(state, toFate(event.entry, event.isOver));
    case 'missed':
      return isUnsent(state) ? state : { type: event.isOver ? 'expired' : 'withdrawn' };
    case 'outlived':
      return isUnsent(state) ? { type: 'expired' } : state;
    case 'withdrawn':
      return { type: 'withdrawn' };
    case 'orphaned':
      if (isUnsent(state)) return { type: 'refused', code: 'invalid_grant' };
      return event.heir === null ? { type: 'withdrawn' } : { type: 'taken', device: event.heir };
    default:
      return event satisfies never;
  }
}

/** Whether nothing more will come of it. */
export function isFinal({ type }: LoanState): boolean {
  return type === 'taken' || type === 'expired' || type === 'withdrawn' || type === 'refused';
}

/** Whether the camera has not confirmed that it has it. */
export function isUnsent({ type }: LoanState): boolean {
  return type === 'sending' || type === 'queued';
}

/** A camera that had it already, and has ended it since, says so when it is asked once more. */
function refuse(code: Refusal): LoanState {
  return code === 'expired' || code === 'withdrawn' ? { type: code } : { type: 'refused', code };
}

function toFate(entry: AccessEntry, isOver: boolean): LoanState {
  switch (entry.kind) {
    case 'invite':
      if (entry.is_confirming) return { type: 'confirming' };
      return { type: isOver ? 'expired' : 'waiting' };
    case 'grant':
      return { type: 'taken', device: entry.device };
    case 'withdrawn':
      return { type: 'withdrawn' };
    default:
      return entry satisfies never;
  }
}

function keep(state: LoanState, next: LoanState): LoanState {
  return state.type === next.type ? state : next;
}
