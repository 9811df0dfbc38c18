/** Something the app cannot do without. */
export type MissingFeature = 'secure_context' | 'webrtc' | 'indexeddb' | 'crypto';

/** The globals that are looked at; unlike TypeScript's, any of them may be absent. */
export interface BrowserScope {
  readonly isSecureContext?: boolean;
  readonly RTCPeerConnection?: unknown;
  readonly indexedDB?: unknown;
  readonly crypto?: { readonly subtle?: unknown };
  readonly CompressionStream?: unknown;
}

/** The first thing this browser lacks, or `null` when it has all. */
export function findMissingFeature(scope: BrowserScope = globalThis): MissingFeature | null {
  if (!scope.isSecureContext) return 'secure_context';
  if (!scope.RTCPeerConnection) return 'webrtc';
  if (!scope.indexedDB) return 'indexeddb';
  if (!scope.crypto?.subtle || !scope.CompressionStream) return 'crypto';
  return null;
}
