/** Something the app cannot do without. */
export type MissingFeature = 'secure_context' | 'webrtc' | 'indexeddb' | 'crypto';

/** The first thing this browser lacks, or `null` when it has all. */
export function findMissingFeature(scope: object = globalThis): MissingFeature | null {
  if (!('isSecureContext' in scope && scope.isSecureContext)) return 'secure_context';
  if (!('RTCPeerConnection' in scope)) return 'webrtc';
  if (!('indexedDB' in scope && scope.indexedDB)) return 'indexeddb';
  if (!('crypto' in scope && crypto.subtle && 'CompressionStream' in scope)) return 'crypto';
  return null;
}
