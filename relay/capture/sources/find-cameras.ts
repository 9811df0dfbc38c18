import * as v from 'valibot';
import { systemClock } from '../../system-clock.ts';
import { CaptureError } from '../capture-error.ts';
import { askEngine } from '../gstreamer/ask-engine.ts';
import { findRpicamVid } from '../rpicam/find-rpicam-vid.ts';
import { AUTO_ELEMENTS } from './choose-camera.ts';
import { findPiCameras } from './find-pi-cameras.ts';
import { findUsbCameras } from './find-usb-cameras.ts';
import type { FoundCameras } from './found-cameras.ts';

const answerSchema = v.strictObject({
  version: v.string(),
  elements: v.array(v.picklist(AUTO_ELEMENTS)),
});

/**
 * Looks for cameras and for what can open them; opens none.
 * @throws the signal's reason when it is aborted.
 */
export async function findCameras({ signal }: { readonly signal: AbortSignal }): Promise<FoundCameras> {
  const [pi, usb, elements, rpicamVid] = await Promise.all([
    findPiCameras({ signal }),
    findUsbCameras(),
    findElements(signal),
    findRpicamVid(process.env.PATH ?? ''),
  ]);
  return { pi, usb, elements, rpicamVid };
}

async function findElements(signal: AbortSignal): Promise<FoundCameras['elements']> {
  try {
    const answer = await askEngine(`elements ${AUTO_ELEMENTS.join(' ')}`, { clock: systemClock, signal });
    return answer.type === 'information' ? v.parse(answerSchema, answer.value).elements : null;
  } catch (error) {
    if (error instanceof CaptureError) return null;
    throw error;
  }
}
