import type { AudioPacket } from '../webrtc/audio-writer.ts';

/** What a camera hears with, speaks with, and shows phones' own pictures on. */
export type SoundPart = 'microphone' | 'speaker' | 'screen';

/** The parts that play what a phone sends. */
export type PlayingPart = Exclude<SoundPart, 'microphone'>;

/** A part that is off again without our doing. */
export interface SoundFault {
  readonly part: SoundPart;
  readonly code: SoundFaultCode;
  /** A sentence for the camera's owner. */
  readonly message: string;
}

export type SoundFaultCode = 'missing_program' | 'failed_to_start' | 'died';

/** The devices themselves: each open only while it is switched on. */
export interface SoundDevices {
  /** Opens or closes a device; what comes of it is heard by `onFault`, where it fails. */
  switch(part: SoundPart, isOn: boolean): void;
  /** Plays an RTP packet with a plain header: Opus at the speaker, H.264 on the screen; dropped while that is off. */
  play(part: PlayingPart, packet: Buffer): void;
  onAudio(listener: (packet: AudioPacket) => void): () => void;
  /** The screen cannot go on without a picture that can be decoded on its own. */
  onKeyframeNeeded(listener: () => void): () => void;
  onFault(listener: (fault: SoundFault) => void): () => void;
  /** Closes every device; idempotent. */
  close(): Promise<void>;
}
