import type { Log } from '../../log.ts';
import type { AccessUnit, Capture, CaptureEnd, CaptureFormat, Rendition } from '../capture.ts';
import { type CaptureAbilities, COPY_ABILITIES } from '../capture-abilities.ts';
import { CaptureError } from '../capture-error.ts';
import type { PictureSettings } from '../picture-settings.ts';
import type { Snapshot } from '../snapshot.ts';
import type { CameraChoice } from './choose-camera.ts';
import type { CameraSource } from './parse-source.ts';

export interface AutoCaptureOptions {
  readonly choose: (options: { readonly signal: AbortSignal }) => Promise<CameraChoice>;
  /** Makes the capture of what was chosen, not started yet. */
  readonly open: (source: CameraSource) => Capture;
  readonly log?: Log;
}

/** The camera that is there when it is started; looks anew with each start, so one that is plugged in later is found. */
export class AutoCapture implements Capture {
  readonly closed: Promise<CaptureEnd>;
  readonly #options: AutoCaptureOptions;
  readonly #closing = new AbortController();
  readonly #listeners = new Set<(unit: AccessUnit) => void>();
  /** What was asked for before there was anybody to ask, the last of each kind. */
  readonly #wishes = new Map<string, (capture: Capture) => void>();
  #end: (end: CaptureEnd) => void = () => undefined;
  #capture: Capture | null = null;

  constructor(options: AutoCaptureOptions) {
    this.#options = options;
    this.closed = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** Nothing is promised before it is known which camera it is. */
  get abilities(): CaptureAbilities {
    return this.#capture?.abilities ?? { ...COPY_ABILITIES, description: 'Whatever camera is there' };
  }

  async start({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
    const either = AbortSignal.any([this.#closing.signal, ...(signal ? [signal] : [])]);
    try {
      const capture = await this.#open(either);
      either.throwIfAborted();
      this.#capture = capture;
      for (const wish of this.#wishes.values()) wish(capture);
      capture.onAccessUnit((unit) => this.#deliver(unit));
      void capture.closed.then(this.#end);
      await capture.start(signal ? { signal } : {});
    } catch (error) {
      this.#end(endOf(error));
      throw error;
    }
  }

  onAccessUnit(listener: (unit: AccessUnit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  setBitrate(bitrateBps: number): void {
    this.#wish('bitrate', (capture) => capture.setBitrate(bitrateBps));
  }

  setLow(bitrateBps: number | null): void {
    this.#wish('low', (capture) => capture.setLow(bitrateBps));
  }

  setFormat(format: CaptureFormat): void {
    this.#wish('format', (capture) => capture.setFormat(format));
  }

  setPicture(settings: PictureSettings): void {
    this.#wish('picture', (capture) => capture.setPicture(settings));
  }

  requestKeyframe(rendition?: Rendition): void {
    this.#capture?.requestKeyframe(rendition);
  }

  skip(forMs: number): void {
    this.#capture?.skip(forMs);
  }

  async snapshot(): Promise<Snapshot> {
    if (!this.#capture) throw new CaptureError('no_picture', 'The camera is off.');
    return this.#capture.snapshot();
  }

  async close(): Promise<void> {
    this.#closing.abort(new CaptureError('failed_to_start', 'The camera was closed.'));
    this.#listeners.clear();
    await this.#capture?.close();
    this.#end({ type: 'closed' });
  }

  async #open(signal: AbortSignal): Promise<Capture> {
    const choice = await this.#options.choose({ signal });
    const trouble = choice.type === 'none' && choice.code === 'failed_to_start' ? 'gone' : 'failed';
    if (choice.type === 'none') throw new CaptureError(choice.code, choice.why, { trouble });
    this.#options.log?.info('capture.chosen', { source: choice.source.type, why: choice.why });
    return this.#options.open(choice.source);
  }

  #wish(kind: string, wish: (capture: Capture) => void): void {
    if (this.#capture) wish(this.#capture);
    else this.#wishes.set(kind, wish);
  }

  #deliver(unit: AccessUnit): void {
    for (const listener of [...this.#listeners]) listener(unit);
  }
}

function endOf(error: unknown): CaptureEnd {
  const message = error instanceof Error ? error.message : String(error);
  const trouble = error instanceof CaptureError ? error.trouble : 'failed';
  return { type: 'failed-to-start', message, trouble };
}
