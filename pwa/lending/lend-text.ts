import type { AccessEntry } from '#shared/down-message.ts';
import type { Chip } from '../ui/chips.ts';
import type { LendDraft, PeriodChoice } from './lend-draft.ts';
import { durationWords } from './moments.ts';

/** Names that fit one row of a narrow phone. */
const MAX_NAMES = 4;

/** A choice of how long as it stands on the page. */
export function choiceChip(choice: PeriodChoice): Chip {
  const chip = { value: String(choice), words: choiceWords(choice) };
  return choice === 'hours' || choice === 'own' || choice === 'owner' ? { ...chip, isWide: true } : chip;
}

function choiceWords(choice: PeriodChoice): string {
  if (typeof choice === 'number') return durationWords(choice);
  switch (choice) {
    case 'today':
      return 'Today';
    case 'until':
      return 'Until …';
    case 'hours':
      return 'Weekly hours';
    case 'own':
      return 'As long as I may';
    case 'owner':
      return 'For good, as owner';
    default:
      return choice satisfies never;
  }
}

/** The words on the button that lends. */
export function lendWords({ choice, isTransfer }: LendDraft): string {
  if (typeof choice === 'number') return `Lend for ${durationWords(choice)}`;
  switch (choice) {
    case 'today':
      return 'Lend until midnight';
    case 'until':
      return 'Lend until then';
    case 'hours':
      return 'Lend these hours';
    case 'own':
      return 'Lend as long as I may';
    case 'owner':
      return isTransfer ? 'Hand the camera over' : 'Let in as an owner';
    default:
      return choice satisfies never;
  }
}

/** What happens next, in a line; `isLimited` where the lender's own time ends. */
export function formNote({ choice }: LendDraft, isLimited: boolean): string {
  if (typeof choice !== 'number') return 'The link works once, for one phone.';
  return isLimited
    ? 'Their time begins when they open the link, and ends with yours.'
    : 'Their time begins when they open the link.';
}

/** Who was lent to before, newest first, each once. */
export function knownNames(entries: readonly AccessEntry[]): readonly string[] {
  const guests = entries.filter((entry) => !entry.scope.includes('owner') && entry.name !== 'Guest');
  const newest = [...guests].sort((a, b) => b.at - a.at);
  return [...new Set(newest.map(({ name }) => name))].slice(0, MAX_NAMES);
}
