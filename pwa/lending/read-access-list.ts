import type { AccessEntry } from '#shared/down-message.ts';
import type { CameraLink } from '../viewing/camera-link.ts';
import { MAX_ENTRIES } from './access-cache.ts';
import { askCamera, type RequestOptions } from './camera-request.ts';
import { LendingError } from './lending.ts';

/** A list that changes between its pages every time is read again later. */
const MAX_TRIES = 3;

/**
 * The whole access list as it stood at one moment.
 * @throws LendingError, `busy` for one that does not stand still; or the signal's reason.
 */
export async function readAccessList(
  link: CameraLink,
  options: RequestOptions,
): Promise<readonly AccessEntry[]> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const entries = await readPages(link, options);
    if (entries !== null) return entries;
  }
  throw new LendingError('busy');
}

/** Null when the list changed meanwhile: an entry might have slipped from one page to another, and be missed. */
async function readPages(link: CameraLink, options: RequestOptions): Promise<AccessEntry[] | null> {
  const entries: AccessEntry[] = [];
  const read = (after: string | null) =>
    askCamera(link, 'listed', (nonce) => ({ type: 'list', body: { nonce, after } }), options);
  let page = await read(null);
  const { revision } = page;
  for (;;) {
    entries.push(...page.entries);
    if (page.next === null) return entries;
    if (page.entries.length === 0 || entries.length > MAX_ENTRIES) return null; // It would never end.
    page = await read(page.next);
    if (page.revision !== revision) return null;
  }
}
