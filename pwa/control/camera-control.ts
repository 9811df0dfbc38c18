import { type CameraHealth, parseCameraHealth } from '#shared/camera-health.ts';
import { type PrivacyTold, parsePrivacyTold } from '#shared/camera-privacy.ts';
import { type Adjustment, parseSettingsTold, type SettingsTold } from '#shared/camera-settings.ts';
import type { Clock } from '#shared/clock.ts';
import type { WeeklyHours } from '#shared/weekly-hours.ts';
import { askCamera } from '../lending/camera-request.ts';
import { LendingError } from '../lending/lending.ts';
import type { CameraLink } from '../viewing/camera-link.ts';

/** What is wished of the switch; what is absent stays. */
export interface PrivacyWish {
  readonly off?: boolean;
  /** With `off`: until when, NumericDate; null: until somebody switches it on. */
  readonly until?: number | null;
  /** When it is off each week; null: never by itself. */
  readonly hours?: WeeklyHours | null;
}

/** What can be asked of a camera besides its picture, and whether it is watched or not. */
export interface CameraControl {
  /** Switches it off at once, or on again, whatever it was. @throws LendingError */
  switch(isOff: boolean): Promise<void>;
  /** How the switch stands. @throws LendingError */
  readPrivacy(): Promise<PrivacyTold>;
  /** Changes the switch as it was at `revision`. @throws LendingError, `changed` when it is not so any more */
  changePrivacy(revision: number, wish: PrivacyWish): Promise<PrivacyTold>;
  /** How it makes its picture, and what it could do instead. @throws LendingError */
  readSettings(): Promise<SettingsTold>;
  /** Changes how it makes its picture. @throws LendingError */
  adjust(change: Adjustment): Promise<SettingsTold>;
  /** How it is doing. @throws LendingError */
  readHealth(): Promise<CameraHealth>;
}

/** Opens what can be asked of a camera. @throws LendingError `invalid_grant` for one that this phone does not have */
export function openCameraControl(link: CameraLink | null, clock: Clock): CameraControl {
  if (link === null) throw new LendingError('invalid_grant');
  const askSwitch = async (wish: PrivacyWish & { readonly revision?: number }) => {
    const { told } = await askCamera(
      link,
      'switched',
      (nonce) => ({ type: 'switch', body: { nonce, ...wish } }),
      { clock },
    );
    // What the camera announces of it may be lost on the way.
    link.check();
    return parsePrivacyTold(told);
  };
  const askAdjust = async (change: Adjustment) => {
    const build = (nonce: string) => ({ type: 'adjust', body: { nonce, ...change } }) as const;
    return parseSettingsTold((await askCamera(link, 'adjusted', build, { clock })).told);
  };
  return {
    async switch(isOff) {
      if (isOff) await askSwitch({ off: true });
      else await askSwitch({ off: false, revision: (await askSwitch({})).revision });
    },
    readPrivacy: () => askSwitch({}),
    changePrivacy: (revision, wish) => askSwitch({ revision, ...wish }),
    readSettings: () => askAdjust({}),
    adjust: askAdjust,
    async readHealth() {
      const build = (nonce: string) => ({ type: 'examine', body: { nonce } }) as const;
      return parseCameraHealth((await askCamera(link, 'examined', build, { clock })).told);
    },
  };
}
