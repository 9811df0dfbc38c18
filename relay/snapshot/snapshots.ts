import type { Clock } from '#shared/clock.ts';
import type { Scope } from '#shared/scope.ts';
import type { Refusal } from '#shared/verdicts.ts';
import { Allowance } from '../access/allowance.ts';
import { isOwner } from '../access/grant.ts';
import { CaptureError } from '../capture/capture-error.ts';
import type { Snapshot } from '../capture/snapshot.ts';
import type { Admission } from '../viewing/viewing.ts';

/** By all who hold what comes of one look: each costs the encoder a keyframe or a JPEG, and the path a second of picture. */
const SNAPSHOTS = { burst: 10, perSecond: 1 / 10 };

export interface SnapshotsOptions {
  /** Whether somebody may have a picture just now. */
  readonly admit: (gid: string, right: Scope) => Admission;
  /** The look, lent by an owner, that a grant comes of. */
  readonly rootOf: (gid: string) => string;
  readonly source: { snapshot?(): Promise<Snapshot> };
  readonly clock: Clock;
}

/** Takes pictures to keep, for those with the right to them. */
export class Snapshots {
  readonly #options: SnapshotsOptions;
  readonly #allowance: Allowance;

  constructor(options: SnapshotsOptions) {
    this.#options = options;
    this.#allowance = new Allowance({ clock: options.clock, ...SNAPSHOTS });
  }

  /** A picture for the grant `gid`, or why there is none; a grant that ends meanwhile gets none. */
  async take(gid: string): Promise<Snapshot | Refusal> {
    const { admit, rootOf, source } = this.#options;
    const standing = admit(gid, 'snapshot');
    if (standing.type === 'refused') return standing.code;
    if (!isOwner(standing.terms)) {
      const root = rootOf(gid);
      if (this.#allowance.isSpent(root)) return 'busy';
      this.#allowance.spend(root);
    }
    try {
      const snapshot = await source.snapshot?.();
      const after = admit(gid, 'snapshot');
      if (after.type === 'refused') return after.code;
      return snapshot ?? 'capture_failed';
    } catch (error) {
      if (error instanceof CaptureError) return 'capture_failed';
      throw error;
    }
  }
}
