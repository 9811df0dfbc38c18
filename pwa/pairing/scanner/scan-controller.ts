import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { CodeReader } from './code-reader.ts';
import {
  closeScanCamera,
  hasTorch,
  openScanCamera,
  ScanCameraError,
  type ScanCameraFailure,
  setTorch,
} from './scan-camera.ts';

/** Where the scanning is. */
export type ScanState =
  | { readonly type: 'starting' }
  | { readonly type: 'scanning'; readonly stream: MediaStream; readonly torch: 'none' | 'off' | 'on' }
  | { readonly type: 'stopped'; readonly code: ScanCameraFailure };

/** What the controller needs of its page. */
export interface ScanHost extends ReactiveControllerHost {
  /** The video that shows the stream; `null` before the first drawing. */
  readonly video: HTMLVideoElement | null;
  /** Gets every text that a code held, again and again while the code stays in view. */
  handleCode(text: string): void;
}

/** Runs the phone's camera and the reader while the page is shown; frees both when it is hidden or left. */
export class ScanController implements ReactiveController {
  readonly #host: ScanHost;
  readonly #openReader: () => Promise<CodeReader>;
  #state: ScanState = { type: 'starting' };
  #reader: Promise<CodeReader> | null = null;
  /** Grows with each start and stop, so that what an earlier start still awaits comes to nothing. */
  #run = 0;

  constructor(host: ScanHost, openReader: () => Promise<CodeReader>) {
    this.#host = host;
    this.#openReader = openReader;
    host.addController(this);
  }

  get state(): ScanState {
    return this.#state;
  }

  hostConnected(): void {
    document.addEventListener('visibilitychange', this.#handleVisibility);
    if (!document.hidden) this.start();
  }

  hostDisconnected(): void {
    document.removeEventListener('visibilitychange', this.#handleVisibility);
    this.#stop();
    void this.#reader?.then((reader) => reader.close());
    this.#reader = null;
  }

  /** Opens the camera, again too after it was refused. */
  start(): void {
    this.#stop();
    this.#set({ type: 'starting' });
    void this.#open(this.#run);
  }

  /** Looks for a code in a photo; `null` when there is none. */
  async readPhoto(photo: Blob): Promise<string | null> {
    try {
      return await (await this.#readerOnce()).readPhoto(photo);
    } catch {
      return null; // No picture the browser knows, or the reader did not load: as good as no code.
    }
  }

  /** Switches the lamp on or off. */
  async toggleTorch(): Promise<void> {
    const state = this.#state;
    if (state.type !== 'scanning' || state.torch === 'none') return;
    const isOn = state.torch === 'off';
    const isDone = await setTorch(state.stream, isOn);
    if (this.#state === state && isDone) this.#set({ ...state, torch: isOn ? 'on' : 'off' });
  }

  readonly #handleVisibility = (): void => {
    if (document.hidden) this.#stop();
    else this.start();
  };

  async #open(run: number): Promise<void> {
    try {
      const stream = await openScanCamera();
      if (run !== this.#run) return closeScanCamera(stream);
      this.#set({ type: 'scanning', stream, torch: hasTorch(stream) ? 'off' : 'none' });
      await this.#read(run);
    } catch (error) {
      if (run === this.#run) this.#fail(error);
    }
  }

  async #read(run: number): Promise<void> {
    const reader = await this.#readerOnce();
    await this.#host.updateComplete;
    while (run === this.#run && this.#host.video) {
      await nextFrame(this.#host.video);
      if (run !== this.#run) return;
      const text = await reader.readFrame(this.#host.video);
      if (text !== null && run === this.#run) this.#host.handleCode(text);
    }
  }

  #fail(error: unknown): void {
    this.#stop();
    this.#set({ type: 'stopped', code: error instanceof ScanCameraError ? error.code : 'failed' });
  }

  #stop(): void {
    this.#run += 1;
    if (this.#state.type === 'scanning') closeScanCamera(this.#state.stream);
    if (this.#state.type === 'scanning') this.#set({ type: 'starting' });
  }

  #readerOnce(): Promise<CodeReader> {
    this.#reader ??= this.#openReader();
    return this.#reader;
  }

  #set(state: ScanState): void {
    this.#state = state;
    this.#host.requestUpdate();
  }
}

/** A new frame of the video; Safari stops a hidden one, and then none comes until it is shown again. */
function nextFrame(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => {
    video.requestVideoFrameCallback(() => resolve());
  });
}
