import type { PictureTrouble } from '#shared/control-message.ts';
import type { Terms } from '#shared/terms.ts';
import type { Ending } from '#shared/verdicts.ts';
import type { Observable } from '../state/observable.ts';

/** One camera this phone holds a grant for, as the list shows it. */
export interface CameraSummary {
  /** The grant's `gid`. */
  readonly id: string;
  readonly name: string;
  /** `checking` until the camera's presence, or its absence, is known. */
  readonly presence: 'checking' | 'online' | 'offline';
  readonly role: 'owner' | 'guest';
  /** What its grant allows, as the camera said last. */
  readonly terms: Terms;
  /** Why it is over, where it is; `null` while it holds. */
  readonly ending: Ending | null;
  /** That it is switched off; `null` while it is on. */
  readonly off: SwitchedOff | null;
  /** For its owners: how many pictures of it are open. */
  readonly watching: number;
  /** The last picture that this phone has kept of it; `null` for none. */
  readonly picture: LastPicture | null;
}

/** What a camera showed last. */
export interface LastPicture {
  readonly url: string;
  /** When, NumericDate. */
  readonly at: number;
}

/** Whether the last picture of each camera is kept on this phone. */
export interface KeptPictures {
  readonly areKept: boolean;
  /** Keeps them from now on, or deletes them all. @throws StorageError */
  setKept(isKept: boolean): Promise<void>;
}

/** That a camera is switched off. */
export interface SwitchedOff {
  /** NumericDate; `null`: until somebody switches it on, or it is not known. */
  readonly until: number | null;
}

/** Where a session is, from the tap to its end. */
export type LiveState =
  | { readonly type: 'connecting'; readonly step: ConnectingStep }
  | {
      readonly type: 'live';
      readonly path: 'direct' | 'relayed';
      /** The path carries but a picture every few seconds. */
      readonly isSeldom?: boolean;
    }
  | { readonly type: 'reconnecting'; readonly reason: ReconnectReason }
  | { readonly type: 'ended'; readonly code: LiveEndCode };

/** In this order: the meeting point answers, the camera answers, a path is found, the first frame is drawn. */
export type ConnectingStep = 'rendezvous' | 'camera' | 'path' | 'picture';

/** Why the picture is being fetched again. */
export type ReconnectReason = 'no_frames' | 'path_lost' | 'resumed' | PictureTrouble;

/** Why a session came to its end. */
export type LiveEndCode =
  | 'camera_offline'
  | 'rendezvous_offline'
  | 'refused'
  | 'revoked'
  | 'expired'
  /** What was lent begins later. */
  | 'not_yet'
  /** It was lent for other hours of the week. */
  | 'outside_hours'
  /** The camera does not know the time, so it lets in owners only. */
  | 'clock_unsynced'
  | 'capture_failed'
  /** It is switched off. */
  | 'private'
  | 'unsupported';

/** One viewing of one camera. Whoever opened it closes it. */
export interface LiveSession {
  readonly state: Observable<LiveState>;
  /** The picture (and sound, when there is any); `null` before the first track. */
  readonly stream: Observable<MediaStream | null>;
  /** Begins again after the state `ended`; does nothing otherwise. */
  retry(): void;
  /** The channel on which the camera hands over pictures to keep; `null` while there is no path. */
  openSnapshots(): RTCDataChannel | null;
  /** Ends it and frees everything; idempotent. */
  close(): void;
}
