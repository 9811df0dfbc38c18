import { type ChildProcess, spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Clock } from '#shared/clock.ts';
import { systemClock } from '../../system-clock.ts';
import type { AccessUnit, Capture, CaptureEnd, CaptureFormat, Rendition } from '../capture.ts';
import { type CaptureAbilities, ENCODER_ABILITIES } from '../capture-abilities.ts';
import { CaptureError, type CaptureErrorCode } from '../capture-error.ts';
import { checkFormat, clampBitrate, DEFAULT_BITRATE_BPS, DEFAULT_FORMAT } from '../capture-settings.ts';
import { encodeByteStream, isKeyframe, splitByteStream } from '../nal-units.ts';
import type { Snapshot } from '../snapshot.ts';
import { type EngineSource, encodeEngineSettings, engineProgram } from './engine-command.ts';
import { type EngineMessage, EngineMessageReader } from './engine-message.ts';
import { describeAbsence, describeFault, describeMissingProgram, describeSource } from './engine-words.ts';

/** Settings of a GStreamer capture. */
export interface GstreamerCaptureOptions {
  readonly source: EngineSource;
  /** Default 1280x720 at 30. */
  readonly format?: CaptureFormat;
  /** Default 1 Mbit/s. */
  readonly bitrateBps?: number;
  /** Draws the machine-readable clock into every picture; default false. */
  readonly clockStrip?: boolean;
  /** Default the machine's clock. */
  readonly clock?: Clock;
  /** The engine's program and leading arguments; default Python with our script. */
  readonly program?: readonly [program: string, ...args: string[]];
}

/** A device may need to warm up, and a Pi to load GStreamer from its card. */
const START_TIMEOUT_MS = 20_000;
/** The engine ends by itself within one second; after this it is killed. */
const KILL_AFTER_MS = 2_000;

/** A real encoder in a child process: GStreamer with x264, fed by a device, a file or a test source. */
export class GstreamerCapture implements Capture {
  readonly closed: Promise<CaptureEnd>;
  readonly abilities: CaptureAbilities;
  readonly #options: GstreamerCaptureOptions;
  readonly #clock: Clock;
  readonly #reader = new EngineMessageReader();
  readonly #listeners = new Set<(unit: AccessUnit) => void>();
  readonly #exited = Promise.withResolvers<void>();
  readonly #started = Promise.withResolvers<void>();
  #end: (end: CaptureEnd) => void = () => undefined;
  #format: CaptureFormat;
  #bitrateBps: number;
  #child: ChildProcess | null = null;
  #state: 'new' | 'starting' | 'running' | 'over' = 'new';

  /** @throws CaptureError `bad_settings` */
  constructor(options: GstreamerCaptureOptions) {
    this.#options = options;
    this.abilities = { ...ENCODER_ABILITIES, description: describeSource(options.source) };
    this.#clock = options.clock ?? systemClock;
    this.#format = checkFormat(options.format ?? DEFAULT_FORMAT);
    this.#bitrateBps = clampBitrate(options.bitrateBps ?? DEFAULT_BITRATE_BPS);
    // Whoever never starts the capture need not handle that it did not start.
    this.#started.promise.catch(() => undefined);
    this.closed = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** The engine's process, while there is one. */
  get processId(): number | undefined {
    return this.#child?.pid;
  }

  async start({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
    signal?.throwIfAborted();
    if (this.#state !== 'new') throw new TypeError('a capture starts once');
    this.#state = 'starting';
    const abort = () => void this.close();
    signal?.addEventListener('abort', abort, { once: true });
    const cancelTimeout = this.#clock.after(START_TIMEOUT_MS, () => this.#giveUpStarting());
    try {
      await this.#checkSource();
      if (this.#state === 'starting') this.#spawn();
      await this.#started.promise;
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      cancelTimeout();
      signal?.removeEventListener('abort', abort);
    }
  }

  onAccessUnit(listener: (unit: AccessUnit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  setBitrate(bitrateBps: number): void {
    this.#bitrateBps = clampBitrate(bitrateBps);
    this.#command(`bitrate ${this.#bitrateBps}`);
  }

  setLow(): void {
    // There is one rendition.
  }

  requestKeyframe(rendition: Rendition = 'main'): void {
    if (rendition === 'main') this.#command('keyframe');
  }

  skip(forMs: number): void {
    this.#command(`skip ${Math.max(0, Math.round(forMs))}`);
  }

  /** @throws CaptureError `bad_settings` */
  setFormat(format: CaptureFormat): void {
    this.#format = checkFormat(format);
    this.#command(`format ${format.width} ${format.height} ${format.frameRate}`);
  }

  setPicture(): void {
    // The picture stands as the source gives it.
  }

  async snapshot(): Promise<Snapshot> {
    if (this.#state !== 'running') throw new CaptureError('no_picture', 'The camera is off.');
    const { promise, resolve } = Promise.withResolvers<AccessUnit>();
    const stop = this.onAccessUnit((unit) => unit.isKeyframe && resolve(unit));
    this.requestKeyframe();
    const unit = await Promise.race([promise, this.closed]);
    stop();
    if ('type' in unit) throw new CaptureError('no_picture', 'The camera has just ended.');
    const { width, height } = this.#format;
    return { type: 'video/h264', bytes: encodeByteStream(unit.nalUnits), width, height };
  }

  async close(): Promise<void> {
    this.#finish({ type: 'closed' }, new CaptureError('failed_to_start', 'The camera was closed.'));
    if (this.#child) await this.#exited.promise;
  }

  async #checkSource(): Promise<void> {
    const { source } = this.#options;
    if (source.type === 'test') return;
    try {
      await access(source.path, constants.R_OK);
    } catch (cause) {
      this.#fail(source.type === 'file' ? 'bad_settings' : 'failed_to_start', describeAbsence(source), cause);
    }
  }

  #spawn(): void {
    const [program, ...args] = this.#options.program ?? engineProgram();
    const settings = encodeEngineSettings({
      source: this.#options.source,
      format: this.#format,
      bitrateBps: this.#bitrateBps,
      clockStrip: this.#options.clockStrip ?? false,
    });
    const child = spawn(program, [...args, ...settings], { stdio: ['pipe', 'ignore', 'ignore', 'pipe'] });
    this.#child = child;
    child.on('error', (cause) => this.#onSpawnError(program, cause));
    child.on('close', (code, signal) => this.#onExit(code, signal));
    const messages = child.stdio[3] as Readable;
    // A pipe to an engine that has just ended: its end is reported by 'close'.
    for (const pipe of [child.stdin, messages]) pipe?.on('error', () => undefined);
    messages.on('data', (chunk: Uint8Array) => this.#onBytes(chunk));
  }

  #command(line: string): void {
    if (this.#state !== 'over') this.#child?.stdin?.write(`${line}\n`);
  }

  #onBytes(chunk: Uint8Array): void {
    if (this.#state === 'over') return;
    try {
      for (const message of this.#reader.push(chunk)) this.#onMessage(message);
    } catch (cause) {
      this.#child?.kill('SIGKILL');
      this.#fail('failed_to_start', 'The camera engine sent something that is no picture.', cause);
    }
  }

  #onMessage(message: EngineMessage): void {
    switch (message.type) {
      case 'ready':
        if (this.#state === 'starting') this.#state = 'running';
        this.#started.resolve();
        return;
      case 'picture':
        this.#deliver(message.byteStream, message.capturedAtMs);
        return;
      case 'fault':
        this.#fail(message.code === 'died' ? 'failed_to_start' : message.code, describeFault(message));
        return;
      default:
        message satisfies never;
    }
  }

  #deliver(byteStream: Uint8Array, capturedAtMs: number): void {
    const nalUnits = splitByteStream(byteStream);
    if (nalUnits.length === 0 || this.#state !== 'running') return;
    const unit = { nalUnits, isKeyframe: isKeyframe(nalUnits), capturedAtMs, rendition: 'main' } as const;
    for (const listener of [...this.#listeners]) listener(unit);
  }

  #onSpawnError(program: string, cause: Error): void {
    this.#exited.resolve();
    this.#fail('missing_program', describeMissingProgram(program), cause);
  }

  #onExit(code: number | null, signal: string | null): void {
    this.#exited.resolve();
    const how = signal === null ? `with code ${code}` : `by ${signal}`;
    this.#fail('failed_to_start', `The camera engine ended unexpectedly, ${how}.`);
  }

  #giveUpStarting(): void {
    this.#fail('failed_to_start', `No picture came within ${START_TIMEOUT_MS / 1000} seconds.`);
  }

  /** Ends the capture for a fault: before the first picture it failed to start, afterwards it died. */
  #fail(code: CaptureErrorCode, message: string, cause?: unknown): void {
    const type = code === 'bad_settings' ? 'bad-settings' : 'failed-to-start';
    const end: CaptureEnd = { type: this.#state === 'running' ? 'died' : type, message };
    this.#finish(end, new CaptureError(code, message, { cause }));
  }

  #finish(end: CaptureEnd, error: CaptureError): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#listeners.clear();
    this.#started.reject(error);
    this.#end(end);
    this.#stopChild();
  }

  #stopChild(): void {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.stdin?.end('quit\n');
    const cancel = this.#clock.after(KILL_AFTER_MS, () => child.kill('SIGKILL'));
    child.once('close', cancel);
  }
}
