import { NO_DEVICES } from '../sound/no-devices.ts';
import { Sound } from '../sound/sound.ts';
import type { PlayingPart, SoundDevices, SoundFault, SoundPart } from '../sound/sound-devices.ts';
import { SILENT } from '../sound/sound-settings.ts';
import type { AudioPacket } from '../webrtc/audio-writer.ts';
import { createEmitter } from '../webrtc/emitter.ts';

/** What the microphone heard. */
export const SOUND: AudioPacket = { payload: Uint8Array.of(1, 2, 3), rtpTimestamp: 960, capturedAtMs: 20 };

/** Microphone, speaker and screen in the hands of a test. */
export class FakeDevices implements SoundDevices {
  readonly on = new Set<SoundPart>();
  readonly switched: string[] = [];
  readonly played: [PlayingPart, string][] = [];
  readonly audio = createEmitter<AudioPacket>();
  readonly keyframe = createEmitter<void>();
  readonly fault = createEmitter<SoundFault>();
  readonly onAudio = this.audio.on;
  readonly onKeyframeNeeded = this.keyframe.on;
  readonly onFault = this.fault.on;

  switch(part: SoundPart, isOn: boolean): void {
    if (this.on.has(part) === isOn) return;
    this.switched.push(`${part} ${isOn ? 'on' : 'off'}`);
    if (isOn) this.on.add(part);
    else this.on.delete(part);
  }

  play(part: PlayingPart, packet: Buffer): void {
    this.played.push([part, packet.toString()]);
  }

  fail(part: SoundPart): void {
    this.on.delete(part);
    this.fault.emit({ part, code: 'died', message: 'unplugged' });
  }

  async close(): Promise<void> {
    this.on.clear();
  }
}

/** A camera's sound with every device, or without any. */
export function buildSound(devices: FakeDevices | null = null): Sound {
  if (!devices) return new Sound({ settings: SILENT, devices: NO_DEVICES });
  const settings = { microphone: 'auto', speaker: 'auto', screen: 'auto', isEchoCancelled: true };
  return new Sound({ settings, devices });
}
