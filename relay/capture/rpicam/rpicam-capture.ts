import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Clock } from '#shared/clock.ts';
import { systemClock } from '../../system-clock.ts';
import type { AccessUnit, Capture, CaptureEnd, CaptureFormat } from '../capture.ts';
import { type CaptureAbilities, COPY_ABILITIES } from '../capture-abilities.ts';
import { CaptureError } from '../capture-error.ts';
import { checkFormat, clampBitrate, DEFAULT_BITRATE_BPS, DEFAULT_FORMAT } from '../capture-settings.ts';
import { isKeyframe, splitByteStream } from '../nal-units.ts';
import { type PictureSettings, PLAIN_PICTURE } from '../picture-settings.ts';
import { PictureWatch } from '../picture-watch.ts';
import type { Snapshot } from '../snapshot.ts';
import { snapshotOfStream } from '../snapshot-of-stream.ts';
import { startWithin } from '../start-within.ts';
import { BitrateRestarts } from './bitrate-restarts.ts';
import { DatagramUnits } from './datagram-units.ts';
import { findRpicamVid } from './find-rpicam-vid.ts';
import { encodeRpicamArguments } from './rpicam-arguments.ts';
import { RpicamProcess, type RpicamProgram } from './rpicam-process.ts';

/** Settings of a capture by `rpicam-vid`. */
export interface RpicamCaptureOptions {
  /** Default 1280x720 at 30. */
  readonly format?: CaptureFormat;
  /** Default 1 Mbit/s. */
  readonly bitrateBps?: number;
  /** Default the machine's clock. */
  readonly clock?: Clock;
  /** Default `rpicam-vid`, by whichever name it is installed. */
  readonly program?: RpicamProgram;
}

/** A Pi Zero takes four seconds. */
const START_TIMEOUT_MS = 20_000;
/** Two keyframes of 1080p that nobody has had the time to read. */
const RECEIVE_BUFFER_BYTES = 1024 * 1024;
const ABILITIES: CaptureAbilities = {
  ...COPY_ABILITIES,
  ...{ bitrate: 'restart', format: 'restart', canTurn: true, canExpose: true },
  description: 'Pi camera, recorded by rpicam-vid',
};

/** A Pi's camera without GStreamer: a program that takes no orders while it runs, so it is started anew for each. */
export class RpicamCapture implements Capture {
  readonly abilities = ABILITIES;
  readonly closed: Promise<CaptureEnd>;
  readonly #clock: Clock;
  #program: RpicamProgram | null;
  readonly #listeners = new Set<(unit: AccessUnit) => void>();
  readonly #started = Promise.withResolvers<void>();
  readonly #bitrates: BitrateRestarts;
  readonly #watch: PictureWatch;
  #units = new DatagramUnits();
  #end: (end: CaptureEnd) => void = () => undefined;
  #format: CaptureFormat;
  #picture: PictureSettings = PLAIN_PICTURE;
  #socket: Socket | null = null;
  #process: RpicamProcess | null = null;
  /** The port that the present process sends from; null before its first datagram. */
  #senderPort: number | null = null;
  #restarting: Promise<void> | null = null;
  #state: 'new' | 'starting' | 'running' | 'over' = 'new';

  /** @throws CaptureError `bad_settings` */
  constructor(options: RpicamCaptureOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#program = options.program ?? null;
    this.#format = checkFormat(options.format ?? DEFAULT_FORMAT);
    const bitrateBps = clampBitrate(options.bitrateBps ?? DEFAULT_BITRATE_BPS);
    this.#bitrates = new BitrateRestarts(this.#clock, bitrateBps, () => this.#restart());
    this.#watch = new PictureWatch(this.#clock, 'gone', (error) => this.#fail(error));
    this.#started.promise.catch(() => undefined);
    this.closed = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** The program's process, while there is one. */
  get processId(): number | undefined {
    return this.#process?.pid;
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
      this.#program ??= [(await findRpicamVid(process.env.PATH ?? '')) ?? 'rpicam-vid'];
      await this.#listen();
      if (this.#state === 'starting') this.#spawn();
      await this.#started.promise;
    });
  }

  onAccessUnit(listener: (unit: AccessUnit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  setBitrate(bitrateBps: number): void {
    this.#bitrates.want(clampBitrate(bitrateBps));
  }

  setLow(): void {
    // There is one encoder, and this program has it.
  }

  requestKeyframe(): void {
    // One comes every two seconds.
  }

  skip(): void {
    // What it has made must not be missing.
  }

  /** @throws CaptureError `bad_settings` */
  setFormat(format: CaptureFormat): void {
    const { width, height, frameRate } = this.#format;
    this.#format = checkFormat(format);
    if (format.width !== width || format.height !== height || format.frameRate !== frameRate) this.#restart();
  }

  setPicture(settings: PictureSettings): void {
    const { rotation, isMirrored, exposureEv } = this.#picture;
    this.#picture = settings;
    const isSame = settings.rotation === rotation && settings.isMirrored === isMirrored;
    if (!isSame || settings.exposureEv !== exposureEv) this.#restart();
  }

  async snapshot(): Promise<Snapshot> {
    if (this.#state !== 'running') throw new CaptureError('no_picture', 'The camera is off.');
    return snapshotOfStream(this, this.#clock);
  }

  async close(): Promise<void> {
    this.#finish({ type: 'closed' }, new CaptureError('failed_to_start', 'The camera was closed.'));
    await this.#restarting;
    await this.#process?.stop();
  }

  async #listen(): Promise<void> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BUFFER_BYTES });
    this.#socket = socket;
    socket.on('message', (datagram, sender) => this.#onDatagram(datagram, sender));
    socket.on('error', (cause) =>
      this.#fail(new CaptureError('failed_to_start', 'This machine has no port to spare.', { cause })),
    );
    socket.bind(0, '127.0.0.1');
    await Promise.race([once(socket, 'listening'), this.closed]);
  }

  #spawn(): void {
    if (!this.#socket || !this.#program) return;
    const { port } = this.#socket.address();
    const settings = { format: this.#format, picture: this.#picture, bitrateBps: this.#bitrates.adopt() };
    this.#units = new DatagramUnits();
    this.#senderPort = null;
    const args = encodeRpicamArguments(settings, port);
    this.#process = new RpicamProcess(this.#clock, this.#program, args, (error) => this.#fail(error));
  }

  /** Several changes at once are one restart. */
  #restart(): void {
    if (this.#state !== 'running' || this.#restarting) return;
    this.#watch.excuse(START_TIMEOUT_MS);
    this.#restarting = this.#swap().finally(() => {
      this.#restarting = null;
    });
  }

  async #swap(): Promise<void> {
    // The camera can be opened once.
    await this.#process?.stop();
    if (this.#state === 'running') this.#spawn();
  }

  #onDatagram(datagram: Uint8Array, { port }: RemoteInfo): void {
    // What the process before has left in the queue, or what somebody else on this machine sends.
    if (this.#restarting || (this.#senderPort !== null && port !== this.#senderPort)) return;
    this.#senderPort = port;
    const byteStream = this.#units.push(datagram);
    const nalUnits = byteStream ? splitByteStream(byteStream) : [];
    if (nalUnits.length > 0) this.#deliver(nalUnits);
  }

  #deliver(nalUnits: readonly Uint8Array[]): void {
    const unit = {
      ...{ nalUnits, isKeyframe: isKeyframe(nalUnits), capturedAtMs: Math.floor(this.#clock.nowMs()) },
      rendition: 'main',
    } as const;
    if (this.#state === 'starting') {
      if (!unit.isKeyframe) return;
      this.#state = 'running';
      this.#watch.start();
      this.#started.resolve();
    }
    if (this.#state !== 'running') return;
    this.#watch.saw();
    for (const listener of [...this.#listeners]) listener(unit);
  }

  #giveUpStarting(): void {
    const seconds = START_TIMEOUT_MS / 1000;
    this.#fail(new CaptureError('failed_to_start', `No picture came within ${seconds} seconds.`));
  }

  #fail(error: CaptureError): void {
    const type = this.#state === 'running' ? 'died' : 'failed-to-start';
    this.#finish({ type, message: error.message, trouble: error.trouble }, error);
  }

  #finish(end: CaptureEnd, error: CaptureError): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#listeners.clear();
    this.#watch.stop();
    this.#bitrates.close();
    this.#socket?.close();
    this.#started.reject(error);
    this.#end(end);
    void this.#process?.stop();
  }
}
