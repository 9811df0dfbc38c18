import type { CameraHealth } from '#shared/camera-health.ts';
import { type Clock, numericDateOf } from '#shared/clock.ts';
import type { AccessList } from './access/access-list.ts';
import type { Moment } from './access/admission.ts';
import { composeHealth } from './health/compose-health.ts';
import { Examining } from './health/examining.ts';
import { readMachineHealth } from './health/machine-health.ts';
import type { Log } from './log.ts';
import type { PrivacySwitch } from './privacy/privacy-switch.ts';
import { Switching } from './privacy/switching.ts';
import type { Features } from './request-router.ts';
import { Adjusting } from './settings/adjusting.ts';
import { limitsOf, pictureOf } from './settings/capture-values.ts';
import type { SettingsStore } from './settings/settings-store.ts';
import type { PictureSource } from './viewing/broadcast.ts';
import type { LazyViewing } from './viewing/lazy-viewing.ts';

export interface ControlFeaturesOptions {
  readonly access: AccessList;
  readonly privacy: PrivacySwitch;
  readonly settings: SettingsStore;
  readonly source: PictureSource;
  readonly viewing: LazyViewing;
  /** Where the camera keeps its key. */
  readonly stateDirectory: string;
  /** The look, lent by an owner, that a grant comes of. */
  readonly rootOf: (gid: string) => string;
  readonly moment: () => Moment;
  readonly clock: Clock;
  readonly log: Log;
}

/** What answers phones, and, for the command line, how the camera is doing. */
export interface ControlFeatures extends Pick<Features, 'switching' | 'adjusting' | 'examining'> {
  readonly look: () => Promise<CameraHealth>;
}

/** What phones may do with the camera itself: switch it, set it, ask how it is doing. Settings hold from now on. */
export function createControlFeatures(options: ControlFeaturesOptions): ControlFeatures {
  const { privacy, settings, source, viewing, stateDirectory, rootOf, moment, clock, log } = options;
  const since = numericDateOf(clock);
  const access = () => options.access.state;
  source.setPicture?.(pictureOf(settings.values));
  settings.onChange(() => {
    source.setPicture?.(pictureOf(settings.values));
    viewing.setLimits(limitsOf(settings.values));
  });
  const look = async () =>
    composeHealth(await readMachineHealth(stateDirectory), {
      ...{ viewing, since, atMs: clock.nowMs(), source: source.abilities?.description ?? null },
      nameOf: (gid) => options.access.find(gid)?.name ?? null,
    });
  const abilities = () => source.abilities ?? null;
  return {
    switching: new Switching({ privacy, access, moment, log }),
    adjusting: new Adjusting({ settings, abilities, access, rootOf, moment, clock, log }),
    examining: new Examining({ access, moment, look }),
    look,
  };
}
