import type { AccessEntry } from '#shared/down-message.ts';

/** The access list as somebody looks at it. */
export interface AccessGroups {
  readonly owners: readonly AccessEntry[];
  readonly guests: readonly AccessEntry[];
  /** Links that nobody has used yet. */
  readonly waiting: readonly AccessEntry[];
  /** What is over: run out or taken back. */
  readonly ended: readonly AccessEntry[];
}

/** Sorts the list: this phone first, then who is there now, then the newest. */
export function groupAccess(entries: readonly AccessEntry[], nowS: number): AccessGroups {
  const sorted = [...entries].sort((a, b) => rank(b) - rank(a) || b.at - a.at);
  const pick = (group: keyof AccessGroups) => sorted.filter((entry) => groupOf(entry, nowS) === group);
  return { owners: pick('owners'), guests: pick('guests'), waiting: pick('waiting'), ended: pick('ended') };
}

/** Whether an entry no longer lets anybody in. */
export function hasEnded(entry: AccessEntry, nowS: number): boolean {
  return groupOf(entry, nowS) === 'ended';
}

/**
 * The names of all whom taking an entry back would turn out as well: those to whom its holder lent, and so on. Other
 * owners stay, whoever made them.
 */
export function namesBelow(id: string, entries: readonly AccessEntry[], nowS: number): readonly string[] {
  const below = new Set([id]);
  // The list has no order by descent: look again until nobody new is found.
  for (let size = 0; size !== below.size; ) {
    size = below.size;
    for (const entry of entries) {
      const stays = entry.kind === 'grant' && entry.scope.includes('owner');
      if (!stays && entry.by !== null && below.has(entry.by)) below.add(entry.id);
    }
  }
  below.delete(id);
  return entries.filter((entry) => below.has(entry.id) && !hasEnded(entry, nowS)).map(({ name }) => name);
}

/** Whether an entry is the one owner that the camera has. */
export function isLastOwner(entry: AccessEntry, entries: readonly AccessEntry[], nowS: number): boolean {
  const { owners } = groupAccess(entries, nowS);
  return owners.length === 1 && owners[0]?.id === entry.id;
}

function groupOf(entry: AccessEntry, nowS: number): keyof AccessGroups {
  if (entry.kind === 'withdrawn' || (entry.exp !== null && entry.exp <= nowS)) return 'ended';
  if (entry.kind === 'invite') return entry.open_until <= nowS ? 'ended' : 'waiting';
  return entry.scope.includes('owner') ? 'owners' : 'guests';
}

function rank(entry: AccessEntry): number {
  if (entry.kind !== 'grant') return 0;
  return (entry.is_own ? 2 : 0) + (entry.watching > 0 ? 1 : 0);
}
