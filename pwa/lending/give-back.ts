import type { Clock } from '#shared/clock.ts';
import type { CameraLink } from '../viewing/camera-link.ts';
import { askCamera } from './camera-request.ts';
import { LendingError } from './lending.ts';

/** A camera that is there answers within a second; nobody waits longer for one that is forgotten in any case. */
const PATIENCE_MS = 3_000;

/**
 * Tells the camera that its grant is not wanted any more. A camera that cannot be told keeps the entry, and so does one
 * whose last owner goes: it must be reset before anybody can have it.
 */
export async function giveBack(link: CameraLink, clock: Clock): Promise<void> {
  const { gid: id } = link.camera;
  const patience = new AbortController();
  const cancel = clock.after(PATIENCE_MS, () => patience.abort());
  try {
    const options = { clock, signal: patience.signal };
    await askCamera(link, 'done', (nonce) => ({ type: 'revoke', body: { nonce, id } }), options);
  } catch (error) {
    if (!(error instanceof LendingError) && !patience.signal.aborted) throw error;
  } finally {
    cancel();
  }
}
