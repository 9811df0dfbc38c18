import type { CameraHealth } from '#shared/camera-health.ts';
import type { PrivacyTold } from '#shared/camera-privacy.ts';
import type { Adjustment, CameraSettings, SettingsOffers, SettingsTold } from '#shared/camera-settings.ts';
import type { CameraControl, PrivacyWish } from '../../control/camera-control.ts';
import { LendingError, type LendingFailure } from '../../lending/lending.ts';

/** What a camera with everything offers. */
export const ALL_OFFERS: SettingsOffers = {
  source: 'Pi camera, hardware encoder',
  sizes: [
    { width: 1920, height: 1080 },
    { width: 1280, height: 720 },
    { width: 960, height: 540 },
    { width: 640, height: 360 },
  ],
  frame_rates: [5, 10, 15, 25, 30],
  max_bitrates: [500_000, 1_000_000, 2_500_000, 5_000_000, 8_000_000],
  rotations: [0, 90, 180, 270],
  ...{ mirror: true, exposure: true, restarts: false },
};

/** What one offers whose picture comes encoded. */
export const NO_OFFERS: SettingsOffers = {
  source: 'Camera at 192.168.1.20, H.264 as it comes',
  ...{ sizes: [], frame_rates: [], max_bitrates: [], rotations: [0] },
  ...{ mirror: false, exposure: false, restarts: false },
};

/** A camera that is well. */
export function buildHealth(changes: Partial<CameraHealth['machine']> = {}): CameraHealth {
  return {
    ...{ at_ms: 10_000, version: '0.2.0', since: 1 },
    machine: {
      ...{ temperature: 52.4, strains: { now: [], before: [] }, load: 0.23, uptime: 260_000 },
      ...{ disk_free: 21_400_000_000, ...changes },
    },
    picture: { source: 'Pi camera, hardware encoder', pictures: 300, bytes: 1_500_000 },
    views: [
      { name: 'Owner', path: 'direct', pictures: 300, bytes: 1_500_000, round_trip: 12, loss: 0 },
      { name: 'Anna', path: 'relayed', pictures: 240, bytes: 1_100_000, round_trip: 85, loss: 0.04 },
    ],
  };
}

/** A camera's control in memory: it does as it is told, and remembers what that was. */
export class FakeControl implements CameraControl {
  privacy: PrivacyTold = { off: false, until: null, why: null, hours: null, revision: 0 };
  values: CameraSettings = {
    ...{ width: 1280, height: 720, frame_rate: 30, rotation: 0, mirrored: false, max_bitrate: 2_500_000 },
    exposure: 0,
  };
  offers: SettingsOffers = ALL_OFFERS;
  health = buildHealth();
  /** What it answers everything with, if anything. */
  failure: LendingFailure | null = null;
  /** Refuses changes of a switch that was moved meanwhile. */
  isStrict = false;
  readonly asked: (Adjustment | PrivacyWish | 'health')[] = [];
  /** What takes its time before an answer. */
  untilAnswer: () => Promise<void> = async () => undefined;

  async switch(isOff: boolean): Promise<void> {
    await this.#answer({ off: isOff });
  }

  async readPrivacy(): Promise<PrivacyTold> {
    await this.#answer();
    return this.privacy;
  }

  async changePrivacy(revision: number, wish: PrivacyWish): Promise<PrivacyTold> {
    await this.#answer(wish);
    if (this.isStrict && revision !== this.privacy.revision) throw new LendingError('changed');
    const { off = this.privacy.off, until = null, hours = this.privacy.hours } = wish;
    this.privacy = { off, until, why: off ? 'hand' : null, hours, revision: revision + 1 };
    return this.privacy;
  }

  async readSettings(): Promise<SettingsTold> {
    await this.#answer();
    return { values: this.values, offers: this.offers };
  }

  async adjust(change: Adjustment): Promise<SettingsTold> {
    await this.#answer(change);
    const chosen = Object.entries(change).filter(([, value]) => value != null);
    this.values = { ...this.values, ...Object.fromEntries(chosen) };
    return { values: this.values, offers: this.offers };
  }

  async readHealth(): Promise<CameraHealth> {
    await this.#answer('health');
    const told = this.health;
    const seconds = 2;
    this.health = {
      ...told,
      at_ms: told.at_ms + seconds * 1000,
      picture: count(told.picture, 30 * seconds, 260_000 * seconds),
      views: told.views.map((view, index) =>
        count(view, (index === 0 ? 30 : 22) * seconds, 230_000 * seconds),
      ),
    };
    return told;
  }

  async #answer(asked?: Adjustment | PrivacyWish | 'health'): Promise<void> {
    if (asked !== undefined) this.asked.push(asked);
    await this.untilAnswer();
    if (this.failure !== null) throw new LendingError(this.failure);
  }
}

function count<T extends { readonly pictures: number; readonly bytes: number }>(
  of: T,
  pictures: number,
  bytes: number,
): T {
  return { ...of, pictures: of.pictures + pictures, bytes: of.bytes + bytes };
}
