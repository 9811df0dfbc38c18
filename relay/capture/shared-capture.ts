import { backoffMs } from '#shared/backoff.ts';
import type { Clock } from '#shared/clock.ts';
import type { Log } from '../log.ts';
import type { AccessUnit, Capture, CaptureEnd, CaptureFormat, Rendition } from './capture.ts';
import type { CaptureAbilities } from './capture-abilities.ts';
import { CaptureError } from './capture-error.ts';
import { KeyframeRequests } from './keyframe-requests.ts';
import type { PictureSettings } from './picture-settings.ts';
import type { Snapshot } from './snapshot.ts';

/** One who looks at the shared picture. */
export interface CaptureListener {
  onAccessUnit(unit: AccessUnit): void;
  /** The picture has stopped; it is being tried again. */
  onInterruption?(reason: CaptureEnd): void;
  /** The picture cannot be had: nothing more will come. */
  onFailure(reason: CaptureEnd): void;
}

/** What a shared capture is made of. */
export interface SharedCaptureOptions {
  /** Makes a capture that is not started, of this format unless it is null; called anew after each end. */
  readonly open: (fullFormat: CaptureFormat | null) => Capture;
  readonly clock: Clock;
  readonly log?: Log;
  /** How long the device stays on after the last viewer, milliseconds; default 3,000: a page being reloaded. */
  readonly lingerMs?: number;
  /** Uniform in [0, 1); default `Math.random`. */
  readonly random?: () => number;
}

const DEFAULT_LINGER_MS = 3_000;
const RETRY_BASE_MS = 500;
const RETRY_CAP_MS = 10_000;
/** With the waits above about half a minute; by then somebody has to look at a device that never gave a picture. */
const MAX_RETRIES = 8;
/** Whoever wants a picture to keep waits no longer; a device that is gone is tried again for those who watch alone. */
const SNAPSHOT_LIMIT_MS = 20_000;
/** A capture that ran this long was well: the count of failures begins anew. */
const WELL_AFTER_MS = 10_000;

/** One capture for any number of viewers: on with the first, off after the last, restarted when it dies. */
export class SharedCapture {
  readonly #options: SharedCaptureOptions;
  readonly #listeners = new Set<CaptureListener>();
  #capture: Capture | null = null;
  #abilities: CaptureAbilities | null = null;
  #bitrateBps: number | null = null;
  #lowBitrateBps: number | null = null;
  /** What the capture is opened with; null for what `open` takes by itself. */
  #fullFormat: CaptureFormat | null = null;
  #format: CaptureFormat | null = null;
  /** What the capture that runs was opened with. */
  #openedFormat: CaptureFormat | null = null;
  #isReopening = false;
  #picture: PictureSettings | null = null;
  #failures = 0;
  /** Whoever watches has seen something: a camera that is plugged in again comes back by itself. */
  #hasShown = false;
  #startedAtMs = 0;
  readonly #keyframes: Readonly<Record<Rendition, KeyframeRequests>>;
  #closing = new AbortController();
  #cancelLinger: (() => void) | null = null;
  #cancelRetry: (() => void) | null = null;

  constructor(options: SharedCaptureOptions) {
    this.#options = options;
    const requests = (rendition: Rendition) =>
      new KeyframeRequests(options.clock, () => this.#capture?.requestKeyframe(rendition));
    this.#keyframes = { main: requests('main'), low: requests('low') };
  }

  /** What the source is and can do, as far as that is known before it was first opened; null where there is none. */
  get abilities(): CaptureAbilities | null {
    this.#abilities ??= this.#lookAhead();
    return this.#capture?.abilities ?? this.#abilities;
  }

  /** Delivers every access unit to `listener` from now on; the returned function stops that. */
  acquire(listener: CaptureListener): () => void {
    this.#listeners.add(listener);
    this.#cancelLinger?.();
    this.#cancelLinger = null;
    if (!this.#capture && !this.#cancelRetry && !this.#isReopening) this.#run();
    return () => this.#release(listener);
  }

  /** Bits a second; also for the capture that a later viewer starts. */
  setBitrate(bitrateBps: number): void {
    this.#bitrateBps = bitrateBps;
    this.#capture?.setBitrate(bitrateBps);
  }

  /** Bits a second of the low rendition, or null for none; also for the capture that a later viewer starts. */
  setLow(bitrateBps: number | null): void {
    this.#lowBitrateBps = bitrateBps;
    this.#capture?.setLow(bitrateBps);
  }

  /**
   * Size and rate; also for the capture that a later viewer starts.
   * @throws CaptureError `bad_settings`
   */
  setFormat(format: CaptureFormat): void {
    this.#capture?.setFormat(format);
    this.#format = format;
  }

  /** Size and rate to open the device with, now and for later viewers; a larger one opens it anew. */
  setFullFormat(format: CaptureFormat): void {
    this.#fullFormat = format;
    this.#format = null;
    if (!this.#capture) return;
    if (this.#openedFormat && isWithin(format, this.#openedFormat)) this.setFormat(format);
    else void this.#reopen();
  }

  /** How the picture stands and how bright it is; also for the capture that a later viewer starts. */
  setPicture(settings: PictureSettings): void {
    this.#picture = settings;
    this.#capture?.setPicture(settings);
  }

  /**
   * Takes one picture to keep; opens the device for it where nobody watches.
   * @throws CaptureError `no_picture`
   */
  async snapshot(): Promise<Snapshot> {
    const { promise: shown, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = () => reject(new CaptureError('no_picture', 'The camera gives no picture.'));
    const { signal } = this.#closing;
    signal.addEventListener('abort', giveUp, { once: true });
    const cancelLimit = this.#options.clock.after(SNAPSHOT_LIMIT_MS, giveUp);
    const release = this.acquire({ onAccessUnit: () => resolve(), onFailure: giveUp });
    try {
      await shown;
      const capture = this.#capture;
      if (!capture) throw new CaptureError('no_picture', 'The camera has just ended.');
      return await capture.snapshot();
    } finally {
      signal.removeEventListener('abort', giveUp);
      cancelLimit();
      release();
    }
  }

  /** Leaves out the pictures of the next `forMs`; 0 ends that. */
  skip(forMs: number): void {
    this.#capture?.skip(forMs);
  }

  /** Asks for a keyframe of a rendition: the first request at once, those within 500 ms of it as one. */
  requestKeyframe(rendition: Rendition = 'main'): void {
    if (this.#capture) this.#keyframes[rendition].ask();
  }

  /** Lets every listener go, whoever takes a snapshot too, and the device at once; whoever comes later opens it again. */
  letGo(): void {
    void this.close();
  }

  /** Lets every listener go and releases the device; idempotent. */
  async close(): Promise<void> {
    this.#listeners.clear();
    this.#closing.abort();
    this.#closing = new AbortController();
    await this.#stop();
  }

  #release(listener: CaptureListener): void {
    if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
    const lingerMs = this.#options.lingerMs ?? DEFAULT_LINGER_MS;
    this.#cancelLinger?.();
    this.#cancelLinger = this.#options.clock.after(lingerMs, () => void this.#stop());
  }

  async #stop(): Promise<void> {
    for (const cancel of [this.#cancelLinger, this.#cancelRetry]) cancel?.();
    this.#cancelLinger = this.#cancelRetry = null;
    this.#forgetKeyframes();
    this.#failures = 0;
    this.#hasShown = false;
    const capture = this.#capture;
    this.#capture = null;
    await capture?.close();
  }

  /** Devices take no second opener: the next one waits until the last has let go. */
  async #reopen(): Promise<void> {
    const capture = this.#capture;
    this.#capture = null;
    this.#isReopening = true;
    this.#forgetKeyframes();
    await capture?.close();
    this.#isReopening = false;
    if (this.#listeners.size > 0 && !this.#capture && !this.#cancelRetry) this.#run();
  }

  /** A source that cannot be opened is told to whoever wants its picture. */
  #lookAhead(): CaptureAbilities | null {
    try {
      return this.#options.open(this.#fullFormat).abilities;
    } catch {
      return null;
    }
  }

  #run(): void {
    let capture: Capture;
    try {
      capture = this.#options.open(this.#fullFormat);
      this.#openedFormat = this.#fullFormat;
      if (this.#picture) capture.setPicture(this.#picture);
      if (this.#format) capture.setFormat(this.#format);
    } catch (error) {
      this.#fail(endOf(error));
      return;
    }
    this.#capture = capture;
    this.#startedAtMs = this.#options.clock.nowMs();
    if (this.#bitrateBps !== null) capture.setBitrate(this.#bitrateBps);
    if (this.#lowBitrateBps !== null) capture.setLow(this.#lowBitrateBps);
    capture.onAccessUnit((unit) => this.#deliver(unit));
    void this.#follow(capture);
  }

  /** Starts `capture` and sees to its end. */
  async #follow(capture: Capture): Promise<void> {
    try {
      await capture.start();
      this.#abilities = capture.abilities;
      this.#options.log?.info('capture.opened', { is: capture.abilities.description });
      this.#onEnd(capture, await capture.closed, true);
    } catch (error) {
      this.#onEnd(
        capture,
        endOf(error),
        !(error instanceof CaptureError) || error.code === 'failed_to_start',
      );
      await capture.close();
    }
  }

  #onEnd(capture: Capture, end: CaptureEnd, mayRetry: boolean): void {
    if (this.#capture !== capture || end.type === 'closed') return;
    this.#capture = null;
    this.#forgetKeyframes();
    this.#options.log?.warn('capture.ended', { type: end.type, message: end.message });
    if (this.#options.clock.nowMs() - this.#startedAtMs >= WELL_AFTER_MS) this.#failures = 0;
    const isHopeless = !this.#hasShown && this.#failures >= MAX_RETRIES;
    if (!mayRetry || end.type === 'bad-settings' || isHopeless) this.#fail(end);
    else this.#retry(end);
  }

  #retry(end: CaptureEnd): void {
    for (const listener of [...this.#listeners]) listener.onInterruption?.(end);
    const waitMs = backoffMs(this.#failures++, {
      baseMs: RETRY_BASE_MS,
      capMs: RETRY_CAP_MS,
      random: this.#options.random ?? Math.random,
    });
    this.#cancelRetry = this.#options.clock.after(waitMs, () => {
      this.#cancelRetry = null;
      this.#run();
    });
  }

  #fail(end: CaptureEnd): void {
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    this.#failures = 0;
    this.#hasShown = false;
    for (const listener of listeners) listener.onFailure(end);
  }

  #deliver(unit: AccessUnit): void {
    this.#hasShown = true;
    for (const listener of [...this.#listeners]) listener.onAccessUnit(unit);
  }

  #forgetKeyframes(): void {
    for (const requests of Object.values(this.#keyframes)) requests.reset();
  }
}

function endOf(error: unknown): CaptureEnd {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof CaptureError)) return { type: 'failed-to-start', message, trouble: 'failed' };
  if (error.code === 'bad_settings') return { type: 'bad-settings', message };
  return { type: 'failed-to-start', message, trouble: error.trouble };
}

function isWithin(inner: CaptureFormat, outer: CaptureFormat): boolean {
  return inner.width <= outer.width && inner.height <= outer.height && inner.frameRate <= outer.frameRate;
}
