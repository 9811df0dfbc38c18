import type { Farewell } from '#shared/verdicts.ts';
import type { Incoming } from '../channels/channel-server.ts';
import type { PictureCount, PictureLimits } from './broadcast.ts';
import type { View, Viewing, ViewingRequest } from './viewing.ts';

/** The viewing that is still being loaded: nobody watches yet, and who asks waits. */
export class LazyViewing {
  readonly #loading: Promise<Viewing>;
  #viewing: Viewing | null = null;

  constructor(loading: Promise<Viewing>) {
    this.#loading = loading.then((viewing) => {
      this.#viewing = viewing;
      return viewing;
    });
  }

  /** Resolves when it is there. */
  async loaded(): Promise<void> {
    await this.#loading;
  }

  async handle(incoming: Incoming, request: ViewingRequest): Promise<void> {
    const viewing = await this.#loading;
    return viewing.handle(incoming, request);
  }

  /** Pictures that a grant has open. */
  countOf(gid: string): number {
    return this.#viewing?.countOf(gid) ?? 0;
  }

  /** Pictures that are open, whoever has them. */
  get watching(): number {
    return this.#viewing?.watching ?? 0;
  }

  /** How the pictures go that are open, and by whose grants. */
  get views(): readonly View[] {
    return this.#viewing?.views ?? [];
  }

  /** Pictures that the source has made so far. */
  get source(): PictureCount {
    return this.#viewing?.source ?? { pictures: 0, bytes: 0 };
  }

  /** Packets of picture and sound sent so far, and pieces of pictures to keep; also of sessions that are over. */
  get mediaPackets(): number {
    return this.#viewing?.mediaPackets ?? 0;
  }

  /** Hands an envelope to the sessions of a grant. */
  deliver(gid: string, envelope: string): void {
    this.#viewing?.deliver(gid, envelope);
  }

  /** Makes another picture at most. */
  setLimits(limits: PictureLimits): void {
    this.#viewing?.setLimits(limits);
  }

  /** Ends every session whose grant does not allow it any more. */
  review(): void {
    this.#viewing?.review();
  }

  async close(reason: Farewell): Promise<void> {
    const viewing = await this.#loading;
    viewing.close(reason);
  }
}
