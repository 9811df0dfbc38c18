/** What the user can do about it: correct the settings, look at the device, install a program, or try again. */
export type CaptureErrorCode = 'bad_settings' | 'failed_to_start' | 'missing_program' | 'no_picture';

/** A capture that cannot begin, or a picture that cannot be taken; `message` is a sentence for the camera's owner. */
export class CaptureError extends Error {
  readonly code: CaptureErrorCode;

  constructor(code: CaptureErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CaptureError';
    this.code = code;
  }
}
