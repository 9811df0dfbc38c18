/** What of the phone is asked for. */
export type OwnDevice = 'microphone' | 'camera';

/** Why it was not had. */
export type OwnDeviceFailure = 'blocked' | 'missing' | 'in_use' | 'failed';

/** Asks the browser for a device of this phone; a test may answer in its place. */
export type OpenOwnDevice = (device: OwnDevice) => Promise<MediaStreamTrack>;

/** The phone's own camera needs no more: it is looked at on a small screen, and goes up a phone's uplink. */
const CAMERA: MediaTrackConstraints = {
  facingMode: 'user',
  width: { ideal: 640 },
  height: { ideal: 480 },
  frameRate: { ideal: 24, max: 30 },
};
/** Both ways are open at once, on a loudspeaker: without this each hears itself. */
const MICROPHONE: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

/**
 * Opens the phone's microphone or camera, with the browser's question where it asks one.
 * @throws DOMException as getUserMedia does; see {@link failureOf}.
 */
export async function openOwnDevice(device: OwnDevice): Promise<MediaStreamTrack> {
  // A page that is not served securely has no such thing at all.
  if (!navigator.mediaDevices) throw new DOMException('no media devices', 'NotFoundError');
  const stream = await navigator.mediaDevices.getUserMedia(
    device === 'microphone' ? { audio: MICROPHONE } : { video: CAMERA },
  );
  const [track] = stream.getTracks();
  if (!track) throw new DOMException('no track', 'NotFoundError');
  return track;
}

/** What a failure of getUserMedia means (W3C Media Capture §10.2). */
export function failureOf(error: unknown): OwnDeviceFailure {
  switch (error instanceof DOMException ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'blocked';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'in_use';
    default:
      return 'failed';
  }
}
