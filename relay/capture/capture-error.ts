/** What the user can do about it: correct the settings, look at the device, or install a program. */
export type CaptureErrorCode = 'bad_settings' | 'failed_to_start' | 'missing_program';

/** A capture that cannot begin; `message` is a sentence for the camera's owner. */
export class CaptureError extends Error {
  readonly code: CaptureErrorCode;

  constructor(code: CaptureErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CaptureError';
    this.code = code;
  }
}
