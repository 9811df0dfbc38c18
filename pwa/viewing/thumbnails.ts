import * as v from 'valibot';
import { type Clock, numericDateOf } from '#shared/clock.ts';
import { id, numericDate } from '#shared/message-fields.ts';
import { hasScope } from '#shared/scope.ts';
import type { Observable, Subject } from '../state/observable.ts';
import type { RecordStore } from '../storage/record-store.ts';
import type { CameraSummary, LastPicture } from './camera.ts';
import { areKept, setKept } from './kept-pictures.ts';

/** Pixels: what a card of the list shows, on a sharp screen. */
const WIDTH_PX = 320;
const QUALITY = 0.6;
/** Soon enough that a short look is kept. */
const FIRST_MS = 1_500;
const PERIOD_MS = 20_000;
/** A picture of this size has 10 to 30 KB. */
const MAX_BYTES = 200_000;

const schema = v.strictObject({
  gid: id,
  /** When it was on show. */
  at: numericDate,
  jpeg: v.pipe(v.instance(Blob), v.maxSize(MAX_BYTES)),
});

export interface ThumbnailsOptions {
  readonly records: RecordStore;
  readonly cameras: Observable<readonly CameraSummary[] | null>;
  /** What is shown of them, by `gid`. */
  readonly shown: Subject<ReadonlyMap<string, LastPicture>>;
  readonly clock: Clock;
  /** Told of what went wrong where nobody waits for it. */
  readonly report: (error: unknown) => void;
}

/**
 * The last picture of each camera, small, for the list: kept on this phone alone, as long as the phone may look through the
 * camera and take snapshots of it.
 */
export class Thumbnails {
  readonly #options: ThumbnailsOptions;
  readonly #timers = new WeakMap<HTMLVideoElement, ReturnType<typeof setTimeout>>();
  #turn: Promise<void> = Promise.resolve();
  #isOpen = false;

  /** Shows what is kept of the cameras that there are, and deletes what is kept of others, now and as they go. */
  constructor(options: ThumbnailsOptions) {
    this.#options = options;
    options.cameras.subscribe(() => this.#follow());
    this.#follow();
  }

  /** Whether they are kept at all; they are unless somebody said no. */
  get areKept(): boolean {
    return areKept();
  }

  /** Keeps them from now on, or deletes them all. @throws StorageError */
  async setKept(isKept: boolean): Promise<void> {
    setKept(isKept);
    if (isKept) return;
    await this.#inTurn(async () => {
      for (const name of await this.#options.records.names()) await this.#remove(name);
    });
  }

  #open(): Promise<void> {
    return this.#inTurn(async () => {
      const { records } = this.#options;
      const isAny = areKept();
      for (const name of await records.names()) {
        const parsed = v.safeParse(schema, await records.read(name));
        const isKept = isAny && parsed.success && parsed.output.gid === name && this.#mayKeep(name);
        if (!isKept) await this.#remove(name);
        else this.#show(name, parsed.output);
      }
    });
  }

  #follow(): void {
    const { cameras, shown, report } = this.#options;
    if (cameras.value === null) return;
    if (!this.#isOpen) this.#open().catch(report);
    this.#isOpen = true;
    for (const gid of shown.value.keys())
      if (!this.#mayKeep(gid)) this.#inTurn(() => this.#remove(gid)).catch(report);
  }

  /** Keeps what a video shows of a camera now and then, for as long as it is on the page and shows anything. */
  watch(gid: string, video: HTMLVideoElement): void {
    this.#wait(gid, video, FIRST_MS);
  }

  #wait(gid: string, video: HTMLVideoElement, ms: number): void {
    clearTimeout(this.#timers.get(video));
    const next = () => {
      if (!video.isConnected || video.srcObject === null) return;
      this.keep(gid, video).catch(this.#options.report);
      this.#wait(gid, video, PERIOD_MS);
    };
    this.#timers.set(video, setTimeout(next, ms));
  }

  /** Keeps what a video shows just now; nothing where it shows nothing, or none may be kept of that camera. */
  keep(gid: string, video: HTMLVideoElement): Promise<void> {
    const canvas = areKept() ? draw(video) : null;
    return this.#inTurn(async () => {
      const jpeg = canvas && (await encode(canvas));
      if (!jpeg || jpeg.size > MAX_BYTES || !this.#mayKeep(gid)) return;
      const picture = { gid, at: numericDateOf(this.#options.clock), jpeg };
      await this.#options.records.write(gid, picture);
      this.#show(gid, picture);
    });
  }

  #mayKeep(gid: string): boolean {
    const camera = this.#options.cameras.value?.find(({ id }) => id === gid);
    return camera !== undefined && camera.ending === null && hasScope(camera.terms.scope, 'snapshot');
  }

  #show(gid: string, { at, jpeg }: v.InferOutput<typeof schema>): void {
    const { shown } = this.#options;
    const before = shown.value.get(gid);
    shown.set(new Map(shown.value).set(gid, { at, url: URL.createObjectURL(jpeg) }));
    if (before) URL.revokeObjectURL(before.url);
  }

  async #remove(gid: string): Promise<void> {
    const { shown, records } = this.#options;
    const before = shown.value.get(gid);
    if (before) {
      shown.set(new Map([...shown.value].filter(([other]) => other !== gid)));
      URL.revokeObjectURL(before.url);
    }
    await records.remove(gid);
  }

  /** One after the other: what is deleted is not written again by what began before. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined); // Whoever asked for it is told.
    return turn;
  }
}

/** At once, for the next frame may be the end. */
function draw(video: HTMLVideoElement): HTMLCanvasElement | null {
  const { videoWidth, videoHeight } = video;
  if (videoWidth === 0) return null;
  const canvas = document.createElement('canvas');
  canvas.width = Math.min(WIDTH_PX, videoWidth);
  canvas.height = Math.max(1, Math.round((canvas.width * videoHeight) / videoWidth));
  canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function encode(canvas: HTMLCanvasElement): Promise<Blob | null> {
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
}
