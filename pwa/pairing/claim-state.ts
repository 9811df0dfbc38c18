/** Where a claim is: from the code read to the grant stored and used once. */
export type ClaimState =
  | { readonly type: 'idle' }
  | { readonly type: 'claiming'; readonly step: ClaimStep }
  | {
      readonly type: 'claimed';
      /** The grant's `gid`, to open the camera with. */
      readonly cameraId: string;
      readonly cameraName: string;
      /** Four decimal digits, the same as the camera shows. */
      readonly checkCode: string;
    }
  | { readonly type: 'failed'; readonly code: ClaimFailure };

/** In this order: this phone's key is ready, the camera is asked, the grant is stored. */
export type ClaimStep = 'key' | 'camera' | 'storing';

/** Why a claim came to nothing. */
export type ClaimFailure =
  | 'not_a_latchkey'
  | 'already_claimed'
  | 'expired'
  | 'camera_offline'
  | 'rendezvous_offline'
  /** Whoever answered does not hold the key the code names. */
  | 'wrong_camera'
  /** The browser would not store the key. */
  | 'storage_failed'
  /** The key was stored and could not be read back. */
  | 'storage_lost'
  | 'cancelled'
  /** The user saw other digits on the camera; the page says this, no use case does. */
  | 'check_code_differs';
