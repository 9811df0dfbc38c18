import type { PictureTrouble } from '#shared/control-message.ts';

/** What the user can do about it: correct the settings, look at the device, install a program, or try again. */
export type CaptureErrorCode = 'bad_settings' | 'failed_to_start' | 'missing_program' | 'no_picture';

/** What keeps a picture away, as far as it tells people where to look; they see words for it on the phone. */
export type CaptureTrouble = PictureTrouble;

/** A capture that cannot begin, or a picture that cannot be taken; `message` is a sentence for the camera's owner. */
export class CaptureError extends Error {
  readonly code: CaptureErrorCode;
  readonly trouble: CaptureTrouble;

  constructor(
    code: CaptureErrorCode,
    message: string,
    options: ErrorOptions & { readonly trouble?: CaptureTrouble } = {},
  ) {
    super(message, options);
    this.name = 'CaptureError';
    this.code = code;
    this.trouble = options.trouble ?? 'failed';
  }
}
