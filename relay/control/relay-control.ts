import type { CameraHealth } from '#shared/camera-health.ts';
import { type Clock, numericDateOf } from '#shared/clock.ts';
import type { Rendezvous, RendezvousState } from '#shared/rendezvous.ts';
import type { AccessList } from '../access/access-list.ts';
import type { Presences } from '../lending/list.ts';
import { type Withdrawal, withdraw, withoutAnybody } from '../lending/revoke.ts';
import { type Log, shortThumbprint } from '../log.ts';
import type { Claiming, Code } from '../pairing/claiming.ts';
import type { PrivacySwitch } from '../privacy/privacy-switch.ts';
import { switchPrivacy } from '../privacy/switch-privacy.ts';
import type { TrustReason } from '../time/trust-state.ts';
import type { TrustedTime } from '../time/trusted-time.ts';
import type { ControlAnswers } from './control-protocol.ts';

/** Phones are told within this that they are forgotten, or find out by asking. */
const FAREWELL_LIMIT_MS = 1_000;

/** A phone that was let in, as the running relay knows it. */
export interface PhonePresence {
  readonly gid: string;
  /** When the camera last heard of it, NumericDate; null: not since it was started. */
  readonly seen: number | null;
  /** Pictures it has open. */
  readonly watching: number;
}

/** What the command line may ask of a relay that runs. */
export interface RelayControl {
  readonly rendezvousState: RendezvousState;
  /** Why its clock may decide over a guest's time, or may not. */
  readonly clockReason: TrustReason;
  /** Code of why its light does not work; null where it does, or there is none. */
  readonly lightFault: string | null;
  /** Whether it is switched off. */
  readonly isOff: boolean;
  presences(): readonly PhonePresence[];
  /** A fresh code that makes an owner, a further one where there is one. */
  newCode(): Promise<Code>;
  /** Takes back a grant or an invite with all that descends from it. */
  withdraw(id: string): Promise<Withdrawal>;
  /** How the camera is doing. */
  health(): Promise<CameraHealth>;
  /** Switches the camera off or on, or only tells how it stands. */
  privacy(off?: boolean): Promise<ControlAnswers['privacy']>;
  /**
   * Forgets owners, guests and the key, cuts every picture and tells the phones. Whatever comes of it, the relay is good for
   * nothing afterwards but to be closed.
   * @throws Error when what is stored cannot be removed, or not all of it.
   */
  forget(): Promise<void>;
}

export interface RelayControlParts {
  readonly access: AccessList;
  readonly claiming: Claiming;
  readonly presences: Presences;
  readonly rendezvous: Rendezvous;
  readonly time: Pick<TrustedTime, 'reason' | 'isTrusted'>;
  readonly privacy: PrivacySwitch;
  readonly lightFault: () => string | null;
  readonly health: () => Promise<CameraHealth>;
  /** Removes what is stored. */
  readonly erase: () => Promise<void>;
  /** Resolves when the broker has followed the latest change. */
  readonly settled: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What the command line may ask of these parts. */
export function createRelayControl(parts: RelayControlParts): RelayControl {
  const {
    access,
    claiming,
    presences,
    privacy,
    lightFault,
    health,
    rendezvous,
    time,
    erase,
    settled,
    clock,
    log,
  } = parts;
  const now = () => numericDateOf(clock);
  return {
    get rendezvousState() {
      return rendezvous.state;
    },
    get clockReason() {
      return time.reason;
    },
    get lightFault() {
      return lightFault();
    },
    get isOff() {
      return privacy.standing({ now: now(), isTrusted: time.isTrusted }).isOff;
    },
    presences: () =>
      access.state.grants.map(({ gid }) => ({
        gid,
        seen: presences.seen(gid),
        watching: presences.watching(gid),
      })),
    newCode() {
      log.info('code asked for at the command line');
      return claiming.createCode();
    },
    async withdraw(id) {
      const outcome = await access.change((state) => withdraw(state, id, { at: now(), by: null }));
      log.info('taken back at the command line', { entry: shortThumbprint(id), outcome });
      return outcome;
    },
    health,
    async privacy(off) {
      const moment = () => ({ now: now(), isTrusted: time.isTrusted });
      return switchPrivacy(privacy, off, moment);
    },
    async forget() {
      await access.change(
        (state) => ({ state: withoutAnybody(state, { at: now(), by: null }), result: null }),
        erase,
      );
      log.info('forgotten at the command line');
      await within(FAREWELL_LIMIT_MS, settled(), clock);
    },
  };
}

/** Resolves with the work or after `limitMs`, whichever is first. */
async function within(limitMs: number, work: Promise<void>, clock: Clock): Promise<void> {
  const limit = Promise.withResolvers<void>();
  const cancel = clock.after(limitMs, limit.resolve);
  try {
    await Promise.race([work, limit.promise]);
  } finally {
    cancel();
  }
}
