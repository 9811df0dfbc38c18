import type { MediaMessage, MediaStateMessage } from '#shared/control-message.ts';
import { Subject } from '../state/observable.ts';
import { type MediaPort, setMediaPort } from '../viewing/media-port.ts';

/** A sender that keeps what it was given; a peer connection is not needed for it. */
export class FakeSenderOf {
  track: MediaStreamTrack | null = null;

  getParameters(): { encodings: RTCRtpEncodingParameters[] } {
    return { encodings: [] };
  }

  async setParameters(): Promise<void> {
    // A sender without a connection has nothing to bound.
  }

  async replaceTrack(track: MediaStreamTrack | null): Promise<void> {
    this.track = track;
  }
}

/** The way for sound of a connection, in the hands of a test. */
export class FakePort implements MediaPort {
  readonly stream = new MediaStream();
  readonly sound: MediaStreamTrack;
  readonly ownSound = new FakeSenderOf();
  readonly ownPicture = new FakeSenderOf();
  readonly audio: RTCRtpTransceiver;
  readonly ownVideo: RTCRtpTransceiver | null;
  readonly state = new Subject<MediaStateMessage | null>(null);
  readonly said: MediaMessage[] = [];
  isOpen = true;

  constructor({ hasCamera = true }: { readonly hasCamera?: boolean } = {}) {
    this.sound = openTrack();
    this.audio = asTransceiver({ sender: this.ownSound, receiver: { track: this.sound } });
    setMediaPort(this);
    this.ownVideo = hasCamera ? asTransceiver({ sender: this.ownPicture }) : null;
  }

  send(message: MediaMessage): boolean {
    if (this.isOpen) this.said.push(message);
    return this.isOpen;
  }

  /** The camera says how things stand; what a test does not name, it has not. */
  say(state: Partial<MediaStateMessage>): void {
    this.state.set({ type: 'media-state', listen: 'absent', talk: 'absent', show: 'absent', ...state });
  }
}

/** Of a transceiver, what a desk uses. */
function asTransceiver(parts: object): RTCRtpTransceiver {
  return parts as RTCRtpTransceiver;
}

/** A track without a device: that of a connection that is never made. */
export function openTrack(kind: 'audio' | 'video' = 'audio'): MediaStreamTrack {
  const connection = new RTCPeerConnection();
  return connection.addTransceiver(kind).receiver.track;
}
