import type { Moment } from '../access/admission.ts';
import type { ControlAnswers } from '../control/control-protocol.ts';
import type { PrivacySwitch } from './privacy-switch.ts';

/** Switches a camera for somebody who stands at it, or only tells how it stands where `off` is undefined. */
export async function switchPrivacy(
  privacy: PrivacySwitch,
  off: boolean | undefined,
  moment: () => Moment,
): Promise<ControlAnswers['privacy']> {
  const outcome = off === undefined ? 'done' : await privacy.change({ off }, moment);
  const { isOff, until, why } = privacy.standing(moment());
  const isKnown = outcome === 'done' || outcome === 'not_stored' || outcome === 'clock_unsynced';
  // Without an end or a revision, no other refusal can come of it.
  if (!isKnown) throw new TypeError(`the switch said ${outcome}`);
  return { outcome, off: isOff, until, why };
}
