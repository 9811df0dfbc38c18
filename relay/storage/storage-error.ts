/** What is wrong with the stored state. The message is for whoever runs the camera, and says what to do. */
export type StorageErrorCode = 'damaged' | 'incomplete' | 'changed' | 'in_use';

/** The camera will not start on state that it cannot trust: that could make it an unclaimed one for strangers. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
