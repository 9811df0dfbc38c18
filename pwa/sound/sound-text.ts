import type { MediaState } from '#shared/control-message.ts';
import type { OwnDevice, OwnDeviceFailure } from './own-device.ts';

/** What of the camera a phone uses beside its picture. */
export type Way = 'listen' | 'talk' | 'show';

/** Why a way was closed again, or not opened, by the camera. */
export type Closing = Extract<MediaState, 'busy' | 'denied' | 'failed' | 'absent'>;

/** What to say where the phone's own device is not to be had. */
export function ownFailureWords(device: OwnDevice, failure: OwnDeviceFailure): string {
  switch (failure) {
    case 'blocked':
      return `The ${device} is blocked. Allow it in the browser’s settings for this page`;
    case 'missing':
      return `This phone has no ${device}`;
    case 'in_use':
      return `Another app is using the ${device}`;
    case 'failed':
      return `The ${device} does not start. Try again`;
    default:
      return failure satisfies never;
  }
}

const PARTS: Readonly<Record<Way, string>> = {
  listen: 'The camera’s microphone',
  talk: 'The camera’s speaker',
  show: 'The camera’s screen',
};

/** What to say where the camera closes a way, or does not open it. */
export function closingWords(way: Way, closing: Closing): string {
  switch (closing) {
    case 'busy':
      return way === 'show' ? 'Somebody else is on its screen' : 'Somebody else is talking';
    case 'denied':
      return way === 'listen' ? 'You may no longer listen' : 'You may no longer talk';
    case 'failed':
      return `${PARTS[way]} does not work just now`;
    case 'absent':
      return `${PARTS[way]} is gone`;
    default:
      return closing satisfies never;
  }
}
