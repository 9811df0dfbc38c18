/** Why something of value is not kept on this phone. */
export type StorageErrorCode =
  /** The browser refused to store it: private mode, lockdown mode, or a full disk. */
  | 'storage_failed'
  /** The browser took it without complaint, and what it gives back is nothing, or something else. */
  | 'storage_lost';

/** The browser's storage did not do its part; `code` is stable, the message is for logs. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
