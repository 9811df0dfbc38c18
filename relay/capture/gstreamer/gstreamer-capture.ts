import { access, constants } from 'node:fs/promises';
import type { Clock } from '#shared/clock.ts';
import type { Log } from '../../log.ts';
import { systemClock } from '../../system-clock.ts';
import type { AccessUnit, Capture, CaptureEnd, CaptureFormat, Rendition } from '../capture.ts';
import type { CaptureAbilities } from '../capture-abilities.ts';
import { CaptureError } from '../capture-error.ts';
import {
  checkFormat,
  clampBitrate,
  clampLowBitrate,
  DEFAULT_BITRATE_BPS,
  DEFAULT_FORMAT,
  lowFormatOf,
} from '../capture-settings.ts';
import { isKeyframe, splitByteStream } from '../nal-units.ts';
import { type PictureSettings, PLAIN_PICTURE } from '../picture-settings.ts';
import { directionOf, turnedFormat } from '../picture-turn.ts';
import { PictureWatch } from '../picture-watch.ts';
import type { Snapshot } from '../snapshot.ts';
import { snapshotOfStream } from '../snapshot-of-stream.ts';
import { startWithin } from '../start-within.ts';
import { chooseMode, parseDeviceModes } from './device-modes.ts';
import { abilitiesOf } from './engine-abilities.ts';
import type { EngineFound, EngineMessage } from './engine-message.ts';
import { planEngine } from './engine-plan.ts';
import { type EngineExit, EngineProcess, type EngineProgram } from './engine-process.ts';
import type { EngineSource } from './engine-source.ts';
import { absenceOf, errorOfExit, errorOfFault } from './engine-words.ts';
import { SnapshotRequests } from './snapshot-requests.ts';

/** Settings of a GStreamer capture. */
export interface GstreamerCaptureOptions {
  readonly source: EngineSource;
  /** Default 1280x720 at 30. */
  readonly format?: CaptureFormat;
  /** Default 1 Mbit/s. */
  readonly bitrateBps?: number;
  /** Draws the machine-readable clock into every picture that is encoded here; default false. */
  readonly clockStrip?: boolean;
  /** Default the machine's clock. */
  readonly clock?: Clock;
  readonly log?: Log;
  /** Default Python with our engine. */
  readonly program?: EngineProgram;
}

/** A device may need to warm up, and a Pi to load GStreamer from its card. */
const START_TIMEOUT_MS = 20_000;

/** Everything that GStreamer opens, in a child process: devices, recordings, cameras in the network. */
export class GstreamerCapture implements Capture {
  readonly closed: Promise<CaptureEnd>;
  readonly #options: GstreamerCaptureOptions;
  readonly #clock: Clock;
  readonly #fullFormat: CaptureFormat;
  readonly #listeners = new Set<(unit: AccessUnit) => void>();
  readonly #started = Promise.withResolvers<void>();
  readonly #snapshots: SnapshotRequests;
  readonly #watch: PictureWatch;
  #end: (end: CaptureEnd) => void = () => undefined;
  #format: CaptureFormat;
  #bitrateBps: number;
  #lowBitrateBps: number | null = null;
  #picture: PictureSettings = PLAIN_PICTURE;
  #found: EngineFound | null = null;
  #engine: EngineProcess | null = null;
  #isPlanned = false;
  #state: 'new' | 'starting' | 'running' | 'over' = 'new';

  /** @throws CaptureError `bad_settings` */
  constructor(options: GstreamerCaptureOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#format = this.#fullFormat = checkFormat(options.format ?? DEFAULT_FORMAT);
    this.#bitrateBps = clampBitrate(options.bitrateBps ?? DEFAULT_BITRATE_BPS);
    this.#snapshots = new SnapshotRequests(this.#clock, () => this.#command('snapshot'));
    const silence = options.source.type === 'network' ? 'unreachable' : 'gone';
    this.#watch = new PictureWatch(this.#clock, silence, (error) => this.#fail(error));
    // Whoever never starts the capture need not handle that it did not start.
    this.#started.promise.catch(() => undefined);
    this.closed = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  get abilities(): CaptureAbilities {
    return abilitiesOf(this.#options.source, this.#found);
  }

  /** The engine's process, while there is one. */
  get processId(): number | undefined {
    return this.#engine?.pid;
  }

  async start({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
    signal?.throwIfAborted();
    if (this.#state !== 'new') throw new TypeError('a capture starts once');
    this.#state = 'starting';
    const bounds = {
      ...{ clock: this.#clock, limitMs: START_TIMEOUT_MS, signal },
      onLimit: () => this.#giveUpStarting(),
      onAbort: () => void this.close(),
    };
    await startWithin(bounds, async () => {
      await this.#checkSource();
      if (this.#state === 'starting') this.#spawn();
      await this.#started.promise;
    });
  }

  onAccessUnit(listener: (unit: AccessUnit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  setBitrate(bitrateBps: number): void {
    this.#bitrateBps = clampBitrate(bitrateBps);
    this.#command(`bitrate ${this.#bitrateBps}`);
  }

  setLow(bitrateBps: number | null): void {
    this.#lowBitrateBps = bitrateBps === null ? null : clampLowBitrate(bitrateBps);
    this.#commandLow();
  }

  requestKeyframe(rendition: Rendition = 'main'): void {
    this.#command(`keyframe ${rendition}`);
  }

  skip(forMs: number): void {
    const skippedMs = Math.max(0, Math.round(forMs));
    this.#watch.excuse(skippedMs);
    this.#command(`skip ${skippedMs}`);
  }

  /** @throws CaptureError `bad_settings` */
  setFormat(format: CaptureFormat): void {
    this.#format = checkFormat(format);
    this.#commandFormat();
  }

  setPicture(settings: PictureSettings): void {
    const before = this.#picture;
    this.#picture = settings;
    if (settings.exposureEv !== before.exposureEv) this.#command(`exposure ${settings.exposureEv}`);
    if (directionOf(settings) === directionOf(before)) return;
    this.#command(`turn ${directionOf(settings)}`);
    this.#commandFormat();
    if (this.#lowBitrateBps !== null) this.#commandLow();
  }

  async snapshot(): Promise<Snapshot> {
    if (this.#state !== 'running') throw new CaptureError('no_picture', 'The camera is off.');
    return this.#found?.encoder === 'none' ? snapshotOfStream(this, this.#clock) : this.#snapshots.ask();
  }

  async close(): Promise<void> {
    this.#finish({ type: 'closed' }, new CaptureError('failed_to_start', 'The camera was closed.'));
    await this.#engine?.gone;
  }

  async #checkSource(): Promise<void> {
    const { source } = this.#options;
    if (source.type !== 'file' && source.type !== 'v4l2') return;
    try {
      await access(source.path, constants.R_OK);
    } catch (cause) {
      this.#fail(absenceOf(source, cause));
    }
  }

  #spawn(): void {
    const { source, program } = this.#options;
    this.#engine = new EngineProcess({
      clock: this.#clock,
      onMessage: (message) => this.#onMessage(message),
      onExit: (exit) => this.#onExit(exit),
      ...(program ? { program } : {}),
    });
    if (source.type === 'v4l2') this.#engine.command(`modes ${source.path}`);
    else this.#run();
  }

  #run(modes: unknown = null): void {
    const { source, clockStrip = false } = this.#options;
    const mode = source.type === 'v4l2' ? chooseMode(parseDeviceModes(modes), this.#fullFormat) : null;
    const plan = planEngine(
      {
        ...{ source, clockStrip, fullFormat: this.#fullFormat, format: this.#format },
        ...{ bitrateBps: this.#bitrateBps, picture: this.#picture },
      },
      mode,
    );
    this.#engine?.command(`run ${JSON.stringify(plan)}`);
    this.#isPlanned = true;
    if (this.#lowBitrateBps !== null) this.#commandLow();
  }

  /** What is said before the plan is part of it. */
  #command(line: string): void {
    if (this.#isPlanned && this.#state !== 'over') this.#engine?.command(line);
  }

  #commandFormat(): void {
    const { width, height, frameRate } = turnedFormat(this.#format, this.#picture);
    this.#command(`format ${width} ${height} ${frameRate}`);
  }

  #commandLow(): void {
    const { width, height, frameRate } = turnedFormat(lowFormatOf(this.#fullFormat), this.#picture);
    this.#command(
      this.#lowBitrateBps === null ? 'low off' : `low ${this.#lowBitrateBps} ${width} ${height} ${frameRate}`,
    );
  }

  #onMessage(message: EngineMessage): void {
    switch (message.type) {
      case 'ready':
        this.#onReady(message.found);
        return;
      case 'picture':
        this.#deliver(message);
        return;
      case 'snapshot':
        this.#snapshots.give(message);
        return;
      case 'information':
        this.#onModes(message.value);
        return;
      case 'complaint':
        this.#options.log?.warn('capture.refused', { message: message.message });
        return;
      case 'fault':
        this.#fail(errorOfFault(message, this.#options.source));
        return;
      default:
        message satisfies never;
    }
  }

  #onReady(found: EngineFound): void {
    if (this.#state !== 'starting') return;
    this.#state = 'running';
    this.#found = found;
    this.#watch.start();
    this.#started.resolve();
  }

  #onModes(modes: unknown): void {
    if (this.#isPlanned || this.#state !== 'starting') return;
    try {
      this.#run(modes);
    } catch (cause) {
      this.#fail(
        cause instanceof CaptureError
          ? cause
          : new CaptureError('failed_to_start', 'The camera says nothing sensible of itself.', { cause }),
      );
    }
  }

  #deliver({ rendition, capturedAtMs, byteStream }: Extract<EngineMessage, { type: 'picture' }>): void {
    const nalUnits = splitByteStream(byteStream);
    if (nalUnits.length === 0 || this.#state !== 'running') return;
    if (rendition === 'main') this.#watch.saw();
    const unit = { nalUnits, isKeyframe: isKeyframe(nalUnits), capturedAtMs, rendition };
    for (const listener of [...this.#listeners]) listener(unit);
  }

  #onExit(exit: EngineExit): void {
    this.#fail(errorOfExit(exit));
  }

  #giveUpStarting(): void {
    this.#fail(
      new CaptureError('failed_to_start', `No picture came within ${START_TIMEOUT_MS / 1000} seconds.`),
    );
  }

  /** Ends the capture for a fault: before the first picture it failed to start, afterwards it died. */
  #fail(error: CaptureError): void {
    const { message, trouble, code } = error;
    if (code === 'bad_settings') this.#finish({ type: 'bad-settings', message }, error);
    else
      this.#finish({ type: this.#state === 'running' ? 'died' : 'failed-to-start', message, trouble }, error);
  }

  #finish(end: CaptureEnd, error: CaptureError): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#listeners.clear();
    this.#watch.stop();
    this.#snapshots.close();
    this.#started.reject(error);
    this.#end(end);
    this.#engine?.stop();
  }
}
