import type { AppCopy } from './service-worker.ts';

/** A short message over the page. */
export interface AppMessage {
  readonly id: 'failed' | 'part_missing' | 'update_ready' | 'kept_offline';
  readonly text: string;
  /** The word on its button; empty for none. */
  readonly action: string;
}

/** What there might be to say. */
export interface MessageSigns {
  /** Whether something the user asked for did not work. */
  readonly hasFailed: boolean;
  /** Whether a part of the app did not load. */
  readonly isPartMissing: boolean;
  readonly copy: AppCopy | null;
  /** What the user has waved away. */
  readonly dismissedCopy: AppCopy;
}

/** The one message to show: what stands in the way first, then what can wait; `null` for none. */
export function chooseMessage({
  hasFailed,
  isPartMissing,
  copy,
  dismissedCopy,
}: MessageSigns): AppMessage | null {
  if (hasFailed) return { id: 'failed', text: 'That did not work. Please try again.', action: '' };
  if (isPartMissing) {
    return { id: 'part_missing', text: 'This part did not load. Check your network.', action: 'Try again' };
  }
  if (copy === null || copy === dismissedCopy) return null;
  switch (copy) {
    case 'unknown':
      return null;
    case 'update_ready':
      return { id: 'update_ready', text: 'A new version is ready', action: 'Update' };
    case 'kept_offline':
      return { id: 'kept_offline', text: 'Ready to open without a network', action: '' };
    default:
      return copy satisfies never;
  }
}
