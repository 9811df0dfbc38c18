import { hasScope, type Scope } from '#shared/scope.ts';

/** A right that somebody without a key of their own can be given. */
export type LendableRight = Exclude<Scope, 'owner'>;

/** A right in words. */
export interface RightText {
  readonly right: LendableRight;
  readonly name: string;
  /** What it lets somebody do, in a line. */
  readonly note: string;
}

const rightTexts: readonly RightText[] = [
  { right: 'watch', name: 'Watch', note: 'See the live picture.' },
  { right: 'listen', name: 'Listen', note: 'Hear what the camera hears.' },
  { right: 'snapshot', name: 'Snapshots', note: 'Keep single pictures.' },
  { right: 'talk', name: 'Talk', note: 'Be heard where the camera is.' },
  { right: 'control', name: 'Control', note: 'Change how the camera sees.' },
  { right: 'lend', name: 'Lend on', note: 'Let others look too, never longer or further.' },
];

/** What to lend unless somebody says otherwise: to look and listen, and to keep what was seen. */
export const USUAL_RIGHTS: readonly LendableRight[] = ['watch', 'listen', 'snapshot'];

/** The rights that somebody with `own` may give on, in the order they are shown. */
export function rightsToGive(own: readonly Scope[]): readonly RightText[] {
  return rightTexts.filter(({ right }) => hasScope(own, right));
}

/** Rights in a few words, as in `Watch, listen, snapshots`. */
export function rightsWords(scope: readonly Scope[]): string {
  if (scope.includes('owner')) return 'Everything';
  const names = rightTexts.filter(({ right }) => scope.includes(right)).map(({ name }) => name);
  const words = names.join(', ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
