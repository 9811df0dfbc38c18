import { deriveCheckCode } from '#shared/check-code.ts';
import type { Clock } from '#shared/clock.ts';
import { type InviteLink, parseInviteLink } from '#shared/invite-link.ts';
import { cleanName } from '#shared/message-fields.ts';
import type { KeyStore, PhoneIdentity } from '../identity/key-store.ts';
import type { BorrowRendezvous } from '../rendezvous/rendezvous-pool.ts';
import { type Observable, Subject } from '../state/observable.ts';
import type { CameraRecord } from '../storage/camera-record.ts';
import type { CameraStore } from '../storage/camera-store.ts';
import { ClaimError, claimFailureOf } from './claim-error.ts';
import { type ClaimEvent, type ClaimState, reduceClaim } from './claim-state.ts';
import type { PendingClaims } from './pending-claims.ts';
import { type Redemption, redeem } from './redemption.ts';

/** What a claim needs of the page. */
export interface ClaimServices {
  readonly keys: KeyStore;
  readonly pending: PendingClaims;
  readonly cameras: CameraStore;
  readonly clock: Clock;
  readonly borrowRendezvous: BorrowRendezvous;
  /** Called with each grant once it is stored. */
  readonly onStored: (camera: CameraRecord) => void;
}

const DEFAULT_DEVICE_NAME = 'Phone';

/**
 * Redeems a claim or lend link and stores the grant. Failures are a state; it never throws.
 * A failed claim leaves nothing behind, but for the key where the same link may still succeed.
 */
export function claimCamera(
  services: ClaimServices,
  link: string,
  deviceName: string,
  { signal }: { signal: AbortSignal },
): Observable<ClaimState> {
  const state = new Subject<ClaimState>({ type: 'idle' });
  const dispatch = (event: ClaimEvent) => state.set(reduceClaim(state.value, event));
  dispatch({ type: 'started' });
  runClaim(services, { link, deviceName, signal, dispatch }).catch((error: unknown) => {
    dispatch({ type: 'failed', code: 'storage_failed' });
    // Not a failure we know: the page's error handler should see it.
    queueMicrotask(() => {
      throw error;
    });
  });
  return state;
}

interface ClaimRun {
  readonly link: string;
  readonly deviceName: string;
  readonly signal: AbortSignal;
  readonly dispatch: (event: ClaimEvent) => void;
}

async function runClaim(services: ClaimServices, run: ClaimRun): Promise<void> {
  const link = parseLink(run.link);
  if (link === null) return run.dispatch({ type: 'failed', code: 'not_a_latchkey' });
  let identity: PhoneIdentity | null = null;
  try {
    identity = await services.pending.begin(link);
    run.signal.throwIfAborted();
    run.dispatch({ type: 'key_ready' });
    const redemption = await redeemOver(services, link, identity, run);
    run.dispatch({ type: 'granted' });
    run.dispatch(await storeGrant(services, link, identity, redemption));
  } catch (error) {
    const code = claimFailureOf(error, run.signal);
    // After any other failure the camera may have granted already: the same link with the same key still succeeds.
    if (identity !== null && code === 'already_claimed') {
      await services.pending.abandon(link, identity.thumbprint).catch(() => undefined); // The first error says more.
    }
    run.dispatch({ type: 'failed', code });
  }
}

function parseLink(text: string): InviteLink | null {
  try {
    return parseInviteLink(text);
  } catch {
    return null; // Whatever is wrong with it, it is not one of ours.
  }
}

async function redeemOver(
  services: ClaimServices,
  link: InviteLink,
  identity: PhoneIdentity,
  { deviceName, signal }: ClaimRun,
): Promise<Redemption> {
  const { rendezvous, release } = await services.borrowRendezvous(link.rendezvous ?? null);
  try {
    const name = cleanName(deviceName) ?? DEFAULT_DEVICE_NAME;
    return await redeem({ link, identity, deviceName: name, rendezvous, clock: services.clock, signal });
  } finally {
    release();
  }
}

/** Once the camera has granted, cancelling is too late: the grant is stored in any case. */
async function storeGrant(
  { cameras, pending, onStored }: ClaimServices,
  link: InviteLink,
  identity: PhoneIdentity,
  { grant, cameraJwk }: Redemption,
): Promise<ClaimEvent> {
  if (link.kind === 'claim' && !grant.terms.scope.includes('owner')) {
    throw new ClaimError('already_claimed', 'the camera does not make this phone its owner');
  }
  const { gid, psk, terms, camera_name: name } = grant;
  const camera: CameraRecord = {
    ...{ gid, psk, terms, name, cameraJwk },
    camera: link.camera,
    rendezvous: link.rendezvous ?? null,
    phone: identity.thumbprint,
  };
  await cameras.write(camera, { isPersistent: identity.isPersistent });
  await pending.finish(link);
  onStored(camera);
  const checkCode = await deriveCheckCode(psk, identity.thumbprint);
  return { type: 'stored', cameraId: gid, cameraName: name, checkCode };
}
