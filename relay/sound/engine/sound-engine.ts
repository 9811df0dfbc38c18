import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Clock } from '#shared/clock.ts';
import type { Log } from '../../log.ts';
import { monotonicUs } from '../../system-clock.ts';
import type { AudioPacket } from '../../webrtc/audio-writer.ts';
import { createEmitter } from '../../webrtc/emitter.ts';
import type { PlayingPart, SoundDevices, SoundFault, SoundPart } from '../sound-devices.ts';
import type { SoundSettings } from '../sound-settings.ts';
import { type SoundMessage, SoundMessageReader } from './sound-message.ts';

/** What the engine is made of. */
export interface SoundEngineOptions {
  readonly settings: SoundSettings;
  readonly clock: Clock;
  readonly log: Log;
  /** The engine's program and leading arguments; default Python with our script. */
  readonly program?: readonly [program: string, ...args: string[]];
  /** Microseconds on a clock that is never set; default the machine's. */
  readonly nowUs?: () => number;
}

/** Debian binds GObject to its own Python, whatever else stands first in the search path. */
const DEBIAN_PYTHON = '/usr/bin/python3';
/** Devices are closed at once; a program that has been started is of use to whoever holds the button again. */
const LINGER_MS = 3_000;
/** The engine ends by itself within one second; after this it is killed. */
const KILL_AFTER_MS = 2_000;
/** An engine that has not taken so much hangs: what is not heard now is not worth hearing later. */
const MAX_WAITING_BYTES = 128 * 1024;
/** How to get everything the engine needs on Debian and Raspberry Pi OS. */
export const INSTALL_SOUND =
  'sudo apt install python3-gi gir1.2-gst-plugins-base-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good ' +
  'gstreamer1.0-plugins-bad gstreamer1.0-alsa gstreamer1.0-libav';

/** The program that runs the engine, and its arguments before the settings. */
export function soundEngineProgram(): readonly [program: string, ...args: string[]] {
  const script = fileURLToPath(new URL('./sound-engine.py', import.meta.url));
  return [existsSync(DEBIAN_PYTHON) ? DEBIAN_PYTHON : 'python3', '-u', script];
}

/** The settings as the engine's arguments. */
export function encodeSoundSettings(settings: SoundSettings): string[] {
  const parts = (['microphone', 'speaker', 'screen'] as const).flatMap((part) => {
    const setting = settings[part];
    return setting === null ? [] : [`--${part}=${setting}`];
  });
  return settings.isEchoCancelled ? [...parts, '--echo-cancel'] : parts;
}

/** The devices by GStreamer, in a child process that is there while any of them is on, and a moment longer. */
export class SoundEngine implements SoundDevices {
  readonly #options: SoundEngineOptions;
  readonly #audio = createEmitter<AudioPacket>();
  readonly #keyframes = createEmitter<void>();
  readonly #faults = createEmitter<SoundFault>();
  readonly #on = new Set<SoundPart>();
  #run: Run | null = null;
  #cancelLinger: () => void = () => undefined;
  /** Those that were told to end. */
  readonly #ending = new Set<Run>();

  readonly onAudio = this.#audio.on;
  readonly onKeyframeNeeded = this.#keyframes.on;
  readonly onFault = this.#faults.on;

  constructor(options: SoundEngineOptions) {
    this.#options = options;
  }

  /** The engine's process, while there is one. */
  get processId(): number | undefined {
    return this.#run?.processId;
  }

  switch(part: SoundPart, isOn: boolean): void {
    if (this.#on.has(part) === isOn) return;
    if (isOn) this.#on.add(part);
    else this.#on.delete(part);
    if (isOn) this.#run ??= this.#start();
    this.#run?.write('C', Buffer.from(`${part} ${isOn ? 'on' : 'off'}`));
    this.#linger();
  }

  play(part: PlayingPart, packet: Buffer): void {
    if (this.#on.has(part)) this.#run?.write(part === 'speaker' ? 'S' : 'V', packet);
  }

  async close(): Promise<void> {
    this.#on.clear();
    this.#end();
    for (const emitter of [this.#audio, this.#keyframes, this.#faults]) emitter.clear();
    await Promise.all([...this.#ending].map(({ exited }) => exited));
  }

  #start(): Run {
    const { settings, program = soundEngineProgram(), clock, log, nowUs = monotonicUs } = this.#options;
    const [command, ...args] = program;
    const run: Run = new Run([command, ...args, ...encodeSoundSettings(settings)], {
      ...{ clock, nowUs },
      onMessage: (message, packet) => this.#run === run && this.#handle(message, packet),
      onExit: (fault) => {
        this.#ending.delete(run);
        if (this.#run !== run) return;
        log.warn('sound engine ended', { code: fault.code });
        this.#run = null;
        for (const part of [...this.#on]) this.#fail({ ...fault, part });
      },
    });
    return run;
  }

  /** Ends the engine when nothing has been on for a while. */
  #linger(): void {
    this.#cancelLinger();
    if (this.#on.size > 0 || !this.#run) return;
    this.#cancelLinger = this.#options.clock.after(LINGER_MS, () => this.#end());
  }

  #end(): void {
    this.#cancelLinger();
    const run = this.#run;
    this.#run = null;
    if (!run) return;
    this.#ending.add(run);
    run.end();
  }

  #handle(message: SoundMessage, packet: AudioPacket | null): void {
    switch (message.type) {
      case 'ready':
        this.#options.log.info('sound device open', { part: message.part });
        return;
      case 'audio':
        if (packet) this.#audio.emit(packet);
        return;
      case 'keyframe-needed':
        this.#keyframes.emit();
        return;
      case 'fault':
        if (message.part === 'engine')
          for (const part of [...this.#on]) this.#fail({ ...message.fault, part });
        else this.#fail({ ...message.fault, part: message.part });
        return;
      default:
        message satisfies never;
    }
  }

  #fail(fault: SoundFault): void {
    if (!this.#on.delete(fault.part)) return;
    const { part, code } = fault;
    const message =
      code === 'missing_program' ? `${fault.message} Install it: ${INSTALL_SOUND}` : fault.message;
    this.#options.log.warn('sound device failed', { part, code, message });
    // It may tell of an opening before the last one: what is on for nobody is closed.
    this.#run?.write('C', Buffer.from(`${part} off`));
    this.#linger();
    this.#faults.emit({ part, code, message });
  }
}

interface RunOptions {
  readonly clock: Clock;
  readonly nowUs: () => number;
  readonly onMessage: (message: SoundMessage, packet: AudioPacket | null) => void;
  /** Called once, also where the program could not be started. */
  readonly onExit: (fault: Omit<SoundFault, 'part'>) => void;
}

/** 48 kHz */
const TICKS_A_MS = 48;

/** One life of the engine's process. */
class Run {
  readonly exited: Promise<void>;
  readonly #options: RunOptions;
  readonly #child: ChildProcess;
  readonly #reader = new SoundMessageReader();
  /** Added to the number of a sample, so that RTP time goes on from one life to the next (RFC 3550 §5.1). */
  #shift: number | null = null;

  constructor([command, ...args]: readonly [string, ...string[]], options: RunOptions) {
    this.#options = options;
    this.#child = spawn(command, args, { stdio: ['pipe', 'ignore', 'ignore', 'pipe'] });
    const exit = Promise.withResolvers<void>();
    this.exited = exit.promise;
    const finish = (fault: Omit<SoundFault, 'part'>) => {
      exit.resolve();
      options.onExit(fault);
    };
    this.#child.once('error', (cause) => finish({ code: 'missing_program', message: `${cause.message}.` }));
    this.#child.once('close', (code, signal) =>
      finish({ code: 'died', message: `The sound engine ended, ${signal ?? `with code ${code}`}.` }),
    );
    const messages = this.#child.stdio[3] as Readable;
    // A pipe to an engine that has just ended: its end is reported by 'close'.
    for (const pipe of [this.#child.stdin, messages]) pipe?.on('error', () => undefined);
    messages.on('data', (chunk: Buffer) => this.#receive(chunk));
  }

  get processId(): number | undefined {
    return this.#child.pid;
  }

  write(kind: 'C' | 'S' | 'V', payload: Buffer): void {
    const { stdin } = this.#child;
    if (!stdin?.writable || (kind !== 'C' && stdin.writableLength > MAX_WAITING_BYTES)) return;
    const header = Buffer.alloc(5);
    header.write(kind, 'latin1');
    header.writeUInt32BE(payload.length, 1);
    stdin.write(Buffer.concat([header, payload]));
  }

  end(): void {
    this.#child.stdin?.end();
    const cancel = this.#options.clock.after(KILL_AFTER_MS, () => this.#child.kill('SIGKILL'));
    void this.exited.then(cancel);
  }

  #receive(chunk: Buffer): void {
    try {
      for (const message of this.#reader.push(chunk))
        this.#options.onMessage(message, message.type === 'audio' ? this.#packetOf(message) : null);
    } catch {
      // What speaks otherwise than agreed is not listened to any longer.
      this.#child.kill('SIGKILL');
    }
  }

  #packetOf({ opus, sample, capturedAtMs }: Extract<SoundMessage, { type: 'audio' }>): AudioPacket {
    this.#shift ??= Math.round((this.#options.nowUs() / 1000) * TICKS_A_MS) - sample + RTP_ORIGIN;
    return { payload: opus, rtpTimestamp: (sample + this.#shift) % 2 ** 32, capturedAtMs };
  }
}

/** Random (RFC 3550 §5.1). */
const RTP_ORIGIN = randomInt(2 ** 32);
