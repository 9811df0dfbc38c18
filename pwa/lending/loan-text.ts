import type { IconName } from '../ui/icons.ts';
import type { LoanState } from './lending.ts';
import { lendingFailureSentence } from './lending-failure.ts';
import { momentWords } from './moments.ts';

/** The fate of what was lent. */
export interface LoanText {
  readonly icon: IconName;
  readonly heading: string;
  /** What that means, in a sentence. */
  readonly sentence: string;
}

/** Whether somebody may still open the link. */
export function isOpen(state: LoanState): boolean {
  return (
    state.type === 'sending' ||
    state.type === 'queued' ||
    state.type === 'waiting' ||
    state.type === 'confirming'
  );
}

/** Whether the camera does not have it, or does not take it, so that no list of its own shows it. */
export function isUnsent(state: LoanState): boolean {
  return state.type === 'sending' || state.type === 'queued' || state.type === 'refused';
}

/** Whether its code is still to be read by somebody. */
export function isScannable(state: LoanState): boolean {
  return isOpen(state) && state.type !== 'confirming';
}

/** Says what has become of a look that was lent to `name`, and until when its link can be opened. */
export function loanText(state: LoanState, name: string, openUntil: number, nowS: number): LoanText {
  switch (state.type) {
    case 'sending':
      return { icon: 'hourglass', heading: 'Telling the camera', sentence: 'The link works in a moment.' };
    case 'queued':
      return {
        icon: 'hourglass',
        heading: 'The camera is not reachable',
        sentence:
          'It is told as soon as it is back. You can share the link already; until then it does not open.',
      };
    case 'waiting':
      return {
        icon: 'link',
        heading: `Waiting for ${name}`,
        sentence: `The link can be opened once, until ${momentWords(openUntil, nowS)}.`,
      };
    case 'confirming':
      return {
        icon: 'key',
        heading: 'Somebody is typing the camera’s digits',
        sentence: 'The camera shows six digits now. Read them out, or let the other phone’s owner look.',
      };
    case 'taken':
      return {
        icon: 'check',
        heading: `${name} is in`,
        sentence: `On ${state.device}. The link is used up.`,
      };
    case 'expired':
      return {
        icon: 'hourglass',
        heading: 'Nobody opened it',
        sentence: 'The link has run out. Nothing was lent.',
      };
    case 'withdrawn':
      return { icon: 'close', heading: 'Taken back', sentence: 'The link opens nothing any more.' };
    case 'refused':
      return { icon: 'warning', heading: 'The camera said no', sentence: lendingFailureSentence(state.code) };
    default:
      return state satisfies never;
  }
}
