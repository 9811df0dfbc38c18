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
  readonly stream: MediaStream;
  readonly sound: MediaStreamTrack;
  readonly ownSound = new FakeSenderOf();
  readonly ownPicture = new FakeSenderOf();
  readonly audio: RTCRtpTransceiver;
  readonly ownVideo: RTCRtpTransceiver | null;
  readonly state = new Subject<MediaStateMessage | null>(null);
  readonly said: MediaMessage[] = [];
  isOpen = true;
  /** The camera gives all that is asked for, at once. */
  answers = false;

  constructor({ hasCamera = true, stream = new MediaStream() } = {}) {
    this.stream = stream;
    this.sound = openTrack();
    this.audio = asTransceiver({ sender: this.ownSound, receiver: { track: this.sound } });
    setMediaPort(this);
    this.ownVideo = hasCamera ? asTransceiver({ sender: this.ownPicture }) : null;
  }

  send(message: MediaMessage): boolean {
    if (!this.isOpen) return false;
    this.said.push(message);
    const { value: state } = this.state;
    const answer = (way: 'listen' | 'talk' | 'show') => {
      if (state === null || state[way] === 'absent') return 'absent';
      return message[way] ? 'on' : 'off';
    };
    if (this.answers)
      queueMicrotask(() =>
        this.say({ listen: answer('listen'), talk: answer('talk'), show: answer('show') }),
      );
    return true;
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
