import type { AudioPacket } from '../webrtc/audio-writer.ts';
import { createEmitter } from '../webrtc/emitter.ts';
import type { PlayingPart, SoundDevices, SoundPart } from './sound-devices.ts';
import type { SoundSettings } from './sound-settings.ts';

/** One who listens to the microphone. */
export interface Listener {
  onAudio(packet: AudioPacket): void;
  /** The microphone has failed: nothing more will come. */
  onFailure(): void;
}

/** One who has the speaker, or the screen. */
export interface Holder {
  readonly isOwner: boolean;
  /** It is no longer theirs: an owner took it, or the device failed. */
  onLost(reason: 'taken' | 'failed'): void;
  /** The screen needs a picture that can be decoded on its own. */
  onKeyframeNeeded(): void;
}

/** What a holder may do with what they hold. */
export interface Hold {
  /** Plays an RTP packet with a plain header. */
  play(packet: Buffer): void;
  /** Lets it go; idempotent. */
  release(): void;
}

export interface SoundOptions {
  readonly settings: SoundSettings;
  readonly devices: SoundDevices;
}

/**
 * The camera's microphone, speaker and screen as phones share them. Any number listen, with one encoder for all; the
 * microphone is open while somebody does. The speaker and the screen are for one at a time, the first who comes, except
 * that an owner takes them from a guest: two voices at once are understood by nobody.
 */
export class Sound {
  readonly #settings: SoundSettings;
  readonly #devices: SoundDevices;
  readonly #listeners = new Set<Listener>();
  readonly #holders = new Map<PlayingPart, Holder>();
  readonly #changes = createEmitter<void>();

  /** Told when the speaker or the screen is taken or let go. */
  readonly onChange = this.#changes.on;

  constructor({ settings, devices }: SoundOptions) {
    this.#settings = settings;
    this.#devices = devices;
    devices.onAudio((packet) => {
      for (const listener of [...this.#listeners]) listener.onAudio(packet);
    });
    devices.onKeyframeNeeded(() => this.#holders.get('screen')?.onKeyframeNeeded());
    devices.onFault(({ part }) => this.#fail(part));
  }

  /** Whether the camera's owner has set such a device up. */
  has(part: SoundPart): boolean {
    return this.#settings[part] !== null;
  }

  /** Whether nobody has it who need not give way. */
  isFree(part: PlayingPart, isOwner: boolean): boolean {
    const present = this.#holders.get(part);
    return !present || (isOwner && !present.isOwner);
  }

  /** Delivers what the microphone hears from now on; the returned function stops that. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    this.#devices.switch('microphone', true);
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0)
        this.#devices.switch('microphone', false);
    };
  }

  /** Takes the speaker or the screen; null while another has it who need not give way. */
  hold(part: PlayingPart, holder: Holder): Hold | null {
    if (!this.isFree(part, holder.isOwner)) return null;
    const present = this.#holders.get(part);
    this.#holders.set(part, holder);
    // A new stream is for a new pipeline.
    this.#devices.switch(part, false);
    this.#devices.switch(part, true);
    present?.onLost('taken');
    this.#changes.emit();
    return {
      play: (packet) => {
        if (this.#holders.get(part) === holder) this.#devices.play(part, packet);
      },
      release: () => {
        if (this.#holders.get(part) !== holder) return;
        this.#holders.delete(part);
        this.#devices.switch(part, false);
        this.#changes.emit();
      },
    };
  }

  #fail(part: SoundPart): void {
    if (part === 'microphone') {
      const listeners = [...this.#listeners];
      this.#listeners.clear();
      for (const listener of listeners) listener.onFailure();
      return;
    }
    const holder = this.#holders.get(part);
    this.#holders.delete(part);
    holder?.onLost('failed');
    this.#changes.emit();
  }
}
