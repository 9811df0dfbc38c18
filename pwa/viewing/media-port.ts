import type { MediaMessage, MediaStateMessage } from '#shared/control-message.ts';
import type { Observable } from '../state/observable.ts';

/** The way that sound, and the phone's own picture, take beside the camera's picture: there with each peer connection. */
export interface MediaPort {
  /** What is shown. */
  readonly stream: MediaStream;
  /** The camera's microphone, silent until it is asked for, and the phone's own. */
  readonly audio: RTCRtpTransceiver;
  /** For the phone's own camera; `null` where the browser encodes no H.264. */
  readonly ownVideo: RTCRtpTransceiver | null;
  /** What the camera has said last of how these stand; `null` from one that has none of them. */
  readonly state: Observable<MediaStateMessage | null>;
  /** Tells the camera what shall flow; false where that is not possible yet. */
  send(message: MediaMessage): boolean;
}

/** A stream stands for its connection: whoever shows it finds the rest by it, and nothing of it outlives it. */
const ports = new WeakMap<MediaStream, MediaPort>();

/** Has a way be found by its stream. */
export function setMediaPort(port: MediaPort): void {
  ports.set(port.stream, port);
}

/** The way that goes with a picture; null for a stream of something else. */
export function mediaPortOf(stream: MediaStream | null): MediaPort | null {
  return (stream && ports.get(stream)) ?? null;
}
