/** Why the phone's own camera cannot be used to scan. */
export type ScanCameraFailure = 'denied' | 'none' | 'busy' | 'insecure' | 'failed';

/** The phone's camera did not open. */
export class ScanCameraError extends Error {
  readonly code: ScanCameraFailure;
  constructor(code: ScanCameraFailure, options?: ErrorOptions) {
    super(`the phone's camera did not open: ${code}`, options);
    this.name = 'ScanCameraError';
    this.code = code;
  }
}

/** Enough for a code that fills a third of the picture; more only costs time to decode. */
const constraints: MediaStreamConstraints = {
  audio: false,
  video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 720 } },
};

/** Opens the camera at the back, where there is one. @throws ScanCameraError */
export async function openScanCamera(): Promise<MediaStream> {
  if (!isSecureContext || !navigator.mediaDevices) throw new ScanCameraError('insecure');
  try {
    return await navigator.mediaDevices.getUserMedia(constraints);
  } catch (cause) {
    throw new ScanCameraError(readFailure(cause), { cause });
  }
}

/** Stops the camera, so that the phone's own sign for it goes out. */
export function closeScanCamera(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** Whether the camera has a lamp that can be switched (W3C Image Capture §8). */
export function hasTorch(stream: MediaStream): boolean {
  const track = stream.getVideoTracks()[0];
  const capabilities: object = track?.getCapabilities?.() ?? {};
  return 'torch' in capabilities && capabilities.torch === true;
}

/** Switches the lamp; says whether it did. */
export async function setTorch(stream: MediaStream, isOn: boolean): Promise<boolean> {
  const torch = { torch: isOn } as MediaTrackConstraintSet;
  try {
    await stream.getVideoTracks()[0]?.applyConstraints({ advanced: [torch] });
    return true;
  } catch {
    return false; // The lamp is in use or too hot: scanning goes on without it.
  }
}

/** The names are those of W3C Media Capture §10.2. */
function readFailure(cause: unknown): ScanCameraFailure {
  const name = cause instanceof DOMException ? cause.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'none';
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy';
  return 'failed';
}
