import type { AccessEntry } from '#shared/down-message.ts';

/** How taking something back is asked. */
export interface RevokeText {
  readonly heading: string;
  readonly sentence: string;
  readonly action: string;
}

/** Asks whether to take an entry back; `below` are the names of those who go with it. */
export function revokeText(entry: AccessEntry, below: readonly string[]): RevokeText {
  const others = below.length === 0 ? '' : ` So does what was lent on by it: ${below.join(', ')}.`;
  if (entry.kind === 'invite') {
    return {
      heading: `Take the link for ${entry.name} back?`,
      sentence: `It opens nothing any more.${others}`,
      action: 'Take the link back',
    };
  }
  if (entry.kind === 'grant' && entry.is_own) {
    return {
      heading: 'Give this phone’s key up?',
      sentence: `This phone forgets the camera.${others}`,
      action: 'Give the key up',
    };
  }
  return {
    heading: `Take it back from ${entry.name}?`,
    sentence: `Their picture ends at once, and their key opens nothing any more.${others}`,
    action: 'Take it back',
  };
}

/** Why an entry cannot be taken back; empty when it can. */
export function whyNot(entry: AccessEntry, isLastOwner: boolean): string {
  if (!isLastOwner) return '';
  return entry.kind === 'grant' && entry.is_own
    ? 'This is the camera’s only owner. Make somebody else an owner first, or reset the camera.'
    : 'A camera keeps at least one owner.';
}

/** The heading over what is edited of somebody's entry. */
export function editHeading(field: 'name' | 'rights' | 'hours', name: string): string {
  switch (field) {
    case 'name':
      return 'Another name';
    case 'rights':
      return `What ${name} may do`;
    case 'hours':
      return `When ${name} may look`;
    default:
      return field satisfies never;
  }
}
