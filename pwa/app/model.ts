import type { CameraControl } from '../control/camera-control.ts';
import type { Lending } from '../lending/lending.ts';
import type { Claim } from '../pairing/claim-state.ts';
import type { Observable } from '../state/observable.ts';
import type { CameraSummary, KeptPictures, LiveSession } from '../viewing/camera.ts';

/** Everything the page can ask for; `compose.ts` makes the real one. */
export interface UseCases {
  /** The cameras of this phone; `null` until the store has been read. The same observable at each call. */
  listCameras(): Observable<readonly CameraSummary[] | null>;
  /** Says whether the list of cameras is being looked at: then connections are made ready for a tap. */
  showList(isShown: boolean): void;
  /** Starts a viewing at once; an unknown id gives a session that is `ended` with `refused`. */
  openCamera(id: string): LiveSession;
  /**
   * Redeems a claim link. It reports failures as a state and never throws.
   * `deviceName` is how this phone appears in the camera's list of owners.
   */
  claim(link: string, deviceName: string, options: { signal: AbortSignal }): Claim;
  /** Opens a camera's access list; its code is loaded when it is first asked for. @throws LendingError */
  openLending(id: string): Promise<Lending>;
  /** Opens what can be asked of a camera besides its picture. @throws LendingError */
  openControl(id: string): Promise<CameraControl>;
  /** The last pictures of cameras that this phone keeps. */
  openThumbnails(): Promise<KeptPictures>;
  /** Keeps what a video shows, as long as it shows anything, as the last picture of its camera. */
  keepLastPicture(id: string, video: HTMLVideoElement): void;
  /** Switches a camera off, so that nobody has a picture, or on again. @throws LendingError */
  switchCamera(id: string, isOff: boolean): Promise<void>;
  /** Gives the grant back when the camera can be told, and deletes it here in any case. */
  forgetCamera(id: string): Promise<void>;
  /** @throws RangeError for a name that is empty or longer than 64 characters. */
  renameCamera(id: string, name: string): Promise<void>;
}
