import type { MediaMessage, MediaStateMessage } from '#shared/control-message.ts';
import { Subject } from '../state/observable.ts';
import type { MediaPort } from '../viewing/camera.ts';

/** A sender that keeps what it was given; a peer connection is not needed for it. */
export class FakeSenderOf {
  track: MediaStreamTrack | null = null;

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
  readonly microphone: RTCRtpSender;
  readonly camera: RTCRtpSender | null;
  readonly state = new Subject<MediaStateMessage | null>(null);
  readonly said: MediaMessage[] = [];
  isOpen = true;

  constructor({ hasCamera = true }: { readonly hasCamera?: boolean } = {}) {
    this.sound = openTrack();
    this.microphone = this.ownSound as unknown as RTCRtpSender;
    this.camera = hasCamera ? (this.ownPicture as unknown as RTCRtpSender) : null;
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

/** A track without a device: that of a connection that is never made. */
export function openTrack(kind: 'audio' | 'video' = 'audio'): MediaStreamTrack {
  const connection = new RTCPeerConnection();
  return connection.addTransceiver(kind).receiver.track;
}
