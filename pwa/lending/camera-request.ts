import type { Clock } from '#shared/clock.ts';
import type { MessageBody } from '#shared/message.ts';
import { RendezvousError } from '#shared/rendezvous-error.ts';
import type { UpMessage } from '#shared/up-message.ts';
import type { AnswerMessage, CameraLink } from '../viewing/camera-link.ts';
import { LendingError } from './lending.ts';

/** A camera writes to disk before it answers, and a slow card takes a second or two. */
const ANSWER_LIMIT_MS = 4_000;
/** One may be lost on the way, with a phone that changes networks just then. */
const MAX_COPIES = 2;

/** What answers a request, by type of message. */
interface Answers {
  readonly lent: MessageBody<'lent'>;
  readonly done: MessageBody<'done'>;
  readonly listed: MessageBody<'listed'>;
  readonly logged: MessageBody<'logged'>;
  readonly switched: MessageBody<'switched'>;
  readonly adjusted: MessageBody<'adjusted'>;
  readonly examined: MessageBody<'examined'>;
}

export interface RequestOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/**
 * Asks the camera for one thing, and once more where no answer comes or the nonce has gone stale: requests may arrive
 * twice. `build` is given the nonce.
 * @throws LendingError with the camera's refusal, `camera_offline` or `rendezvous_offline`; or the signal's reason.
 */
export async function askCamera<T extends keyof Answers>(
  link: CameraLink,
  answer: T,
  build: (nonce: string) => UpMessage,
  { clock, signal }: RequestOptions,
): Promise<Answers[T]> {
  signal?.throwIfAborted();
  // It has stopped to listen to this grant, and would say nothing at all.
  if (link.ending.value !== null) throw new LendingError('invalid_grant');
  const { promise, resolve, reject } = Promise.withResolvers<Answers[T]>();
  const request = new CameraRequest({ link, answer, build, clock, resolve, reject });
  const abort = () => reject(signal?.reason);
  signal?.addEventListener('abort', abort);
  try {
    request.start();
    return await promise;
  } finally {
    signal?.removeEventListener('abort', abort);
    request.close();
  }
}

interface CameraRequestOptions<T extends keyof Answers> {
  readonly link: CameraLink;
  readonly answer: T;
  readonly build: (nonce: string) => UpMessage;
  readonly clock: Clock;
  readonly resolve: (body: Answers[T]) => void;
  readonly reject: (reason: unknown) => void;
}

class CameraRequest<T extends keyof Answers> {
  readonly #options: CameraRequestOptions<T>;
  readonly #stops: readonly (() => void)[];
  /** Hashes of the copies that wait for an answer; any of them may get it. */
  readonly #asked = new Set<string>();
  #copies = 0;
  #hasRenewed = false;
  #cancelLimit: () => void = () => undefined;

  constructor(options: CameraRequestOptions<T>) {
    this.#options = options;
    const { link } = options;
    this.#stops = [
      link.onMessage((message) => this.#receive(message)),
      link.onNonce(() => this.#asked.size === 0 && this.#send()),
      link.ending.subscribe((ending) => ending !== null && options.reject(new LendingError('invalid_grant'))),
    ];
  }

  start(): void {
    this.#copies += 1;
    this.#send();
    this.#limit();
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#cancelLimit();
  }

  #limit(): void {
    const { clock, link, reject } = this.#options;
    this.#cancelLimit();
    this.#cancelLimit = clock.after(ANSWER_LIMIT_MS, () => {
      // Where the camera is not there anyway, one is enough to find out whether that is still so.
      const copies = link.presence.value === 'offline' ? 1 : MAX_COPIES;
      if (this.#copies < copies) this.start();
      else reject(this.#silence());
    });
  }

  /** Without a nonce nothing can be asked yet: it is sent when the camera has announced one. */
  #send(): void {
    const { link, build, reject } = this.#options;
    if (link.nonce === null) return;
    const onSealed = (hash: string) => this.#asked.add(hash);
    link.send(build(link.nonce), onSealed).catch((error: unknown) => {
      // Nobody took it: the same as no answer.
      if (!(error instanceof RendezvousError)) reject(error);
    });
  }

  #receive({ type, body }: AnswerMessage): void {
    if (!this.#asked.has(body.rq)) return;
    if (type === 'refused') this.#handleRefusal(body);
    // It has the form of its type, which is the one asked for; TypeScript does not follow the comparison.
    else if (type === this.#options.answer) this.#options.resolve(body as Answers[T]);
  }

  #handleRefusal({ rq, code, nonce }: MessageBody<'refused'>): void {
    const { link, reject } = this.#options;
    this.#asked.delete(rq);
    if (code !== 'use_nonce' || nonce === undefined) {
      reject(new LendingError(code));
    } else if (!this.#hasRenewed) {
      this.#hasRenewed = true;
      link.renewNonce(nonce);
      this.#send();
      this.#limit();
    } else if (this.#asked.size === 0) {
      reject(new LendingError(code)); // Otherwise another copy is still to be answered.
    }
  }

  #silence(): LendingError {
    const isCutOff = this.#options.link.rendezvous.state !== 'online';
    return new LendingError(isCutOff ? 'rendezvous_offline' : 'camera_offline');
  }
}
