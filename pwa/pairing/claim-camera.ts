import { deriveCheckCode } from '#shared/check-code.ts';
import type { Clock } from '#shared/clock.ts';
import { deriveInviteId } from '#shared/invite-id.ts';
import { type InviteLink, parseInviteLink } from '#shared/invite-link.ts';
import { cleanName } from '#shared/message-fields.ts';
import { hasScope } from '#shared/scope.ts';
import type { KeyStore, PhoneIdentity } from '../identity/key-store.ts';
import type { BorrowRendezvous } from '../rendezvous/rendezvous-pool.ts';
import { Subject } from '../state/observable.ts';
import type { CameraRecord } from '../storage/camera-record.ts';
import type { CameraStore } from '../storage/camera-store.ts';
import type { RecordStore } from '../storage/record-store.ts';
import { ClaimError, claimFailureOf } from './claim-error.ts';
import { type Claim, type ClaimEvent, type ClaimState, reduceClaim } from './claim-state.ts';
import { CodeEntry } from './code-entry.ts';
import { PendingClaims } from './pending-claims.ts';
import { type Redemption, redeem } from './redemption.ts';

/** What a claim needs of the page. */
export interface ClaimServices {
  readonly keys: KeyStore;
  /** Keys of claims that are under way. */
  readonly pending: RecordStore;
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
): Claim {
  const state = new Subject<ClaimState>({ type: 'idle' });
  const code = new CodeEntry();
  const dispatch = (event: ClaimEvent) => state.set(reduceClaim(state.value, event));
  const askCode = async (wasWrong: boolean) => {
    dispatch({ type: 'needs_code', wasWrong });
    const digits = await code.ask(signal);
    dispatch({ type: 'code_entered' });
    return digits;
  };
  dispatch({ type: 'started' });
  runClaim(services, { link, deviceName, signal, dispatch, askCode }).catch((error: unknown) => {
    dispatch({ type: 'failed', code: 'storage_failed' });
    // Not a failure we know: the page's error handler should see it.
    queueMicrotask(() => {
      throw error;
    });
  });
  return { state, enterCode: (text) => code.give(text) };
}

interface ClaimRun {
  readonly link: string;
  readonly deviceName: string;
  readonly signal: AbortSignal;
  readonly dispatch: (event: ClaimEvent) => void;
  readonly askCode: (wasWrong: boolean) => Promise<string>;
}

async function runClaim(services: ClaimServices, run: ClaimRun): Promise<void> {
  const { signal, dispatch } = run;
  const { keys, cameras, clock } = services;
  const pending = new PendingClaims(services.pending, keys, cameras, clock);
  const link = parseLink(run.link);
  if (link === null) {
    dispatch({ type: 'failed', code: 'not_a_latchkey' });
    return;
  }
  let identity: PhoneIdentity | null = null;
  try {
    const known = await cameras.read(await deriveInviteId(link.secret, link.camera));
    if (known !== null) {
      reopen(known, dispatch);
      return;
    }
    identity = await pending.begin(link);
    signal.throwIfAborted();
    dispatch({ type: 'key_ready' });
    const redemption = await redeemOver(services, link, identity, run);
    dispatch({ type: 'granted' });
    const camera = await storeGrant(services, link, identity, redemption);
    await pending.finish(link);
    services.onStored(camera);
    // Whoever was lent to has nothing to compare: nobody but the first phone gets in, and the lender sees which it was.
    const isClaim = link.kind === 'claim';
    const checkCode = isClaim ? await deriveCheckCode(camera.psk, identity.thumbprint) : null;
    dispatch(storedEvent(camera, checkCode));
  } catch (error) {
    const code = claimFailureOf(error, signal);
    // After any other failure the camera may have granted already: the same link with the same key still succeeds.
    if (identity !== null && error instanceof ClaimError && error.isFinal) {
      await pending.abandon(link, identity.thumbprint).catch(() => undefined); // The first error says more.
    }
    dispatch({ type: 'failed', code });
  }
}

function parseLink(text: string): InviteLink | null {
  try {
    return parseInviteLink(text);
  } catch {
    return null; // Whatever is wrong with it, it is not one of ours.
  }
}

/** The link has made a grant of this phone before: there it is, unless it is over. */
function reopen(camera: CameraRecord, dispatch: (event: ClaimEvent) => void): void {
  const { ending } = camera;
  if (ending !== null) dispatch({ type: 'failed', code: ending === 'expired' ? 'expired' : 'withdrawn' });
  dispatch({ type: 'key_ready' });
  dispatch({ type: 'granted' });
  dispatch(storedEvent(camera, null));
}

async function redeemOver(
  services: ClaimServices,
  link: InviteLink,
  identity: PhoneIdentity,
  { deviceName, signal, askCode }: ClaimRun,
): Promise<Redemption> {
  const { rendezvous, release } = await services.borrowRendezvous(link.rendezvous ?? null);
  const { clock } = services;
  try {
    const name = cleanName(deviceName) ?? DEFAULT_DEVICE_NAME;
    return await redeem({ link, identity, deviceName: name, rendezvous, clock, signal, askCode });
  } finally {
    release();
  }
}

/** Once the camera has granted, cancelling is too late: the grant is stored in any case. */
async function storeGrant(
  { cameras }: ClaimServices,
  link: InviteLink,
  identity: PhoneIdentity,
  { grant, cameraJwk }: Redemption,
): Promise<CameraRecord> {
  const { gid, psk, terms, camera_name: name } = grant;
  if (link.kind === 'claim' && !terms.scope.includes('owner')) {
    throw new ClaimError('already_claimed', 'the camera has another owner', { isFinal: true });
  }
  const camera: CameraRecord = {
    ...{ gid, psk, terms, name, cameraJwk, ending: null },
    camera: link.camera,
    rendezvous: link.rendezvous ?? null,
    phone: identity.thumbprint,
  };
  await cameras.write(camera, { isPersistent: identity.isPersistent });
  return camera;
}

function storedEvent({ gid, name, terms }: CameraRecord, checkCode: string | null): ClaimEvent {
  const role = hasScope(terms.scope, 'owner') ? 'owner' : 'guest';
  return { type: 'stored', cameraId: gid, cameraName: name, role, checkCode };
}
