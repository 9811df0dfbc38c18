import {
  encodeSnapshotMessage,
  parseSnapshotAnswer,
  SNAPSHOT_CHUNK_BYTES,
  type SnapshotHeader,
} from '#shared/snapshot-message.ts';
import type { Refusal } from '#shared/verdicts.ts';

/** A camera that sends nothing for so long sends nothing more. */
const PATIENCE_MS = 8_000;

/** Why there is no picture from the camera. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
  readonly code: Refusal | 'no_channel' | 'malformed';

  constructor(code: SnapshotError['code'], options?: ErrorOptions) {
    super(`no snapshot: ${code}`, options);
    this.code = code;
  }
}

/** A picture as the camera sent it. */
export interface ReceivedSnapshot {
  readonly header: SnapshotHeader;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Asks for one picture on a data channel `snapshot`, which opens in its own time, and takes it in, confirming what has
 * arrived. The channel is then good for another one.
 * @throws SnapshotError
 */
export async function receiveSnapshot(channel: RTCDataChannel): Promise<ReceivedSnapshot> {
  const { promise, resolve, reject } = Promise.withResolvers<ReceivedSnapshot>();
  const arrival = new Arrival(channel, resolve);
  const listening = new AbortController();
  const { signal } = listening;
  const fail = (code: SnapshotError['code'], cause?: unknown) => reject(new SnapshotError(code, { cause }));
  let patience = setTimeout(fail, PATIENCE_MS, 'no_channel');
  channel.binaryType = 'arraybuffer';
  channel.addEventListener('close', () => fail('no_channel'), { signal });
  channel.addEventListener(
    'message',
    ({ data }) => {
      clearTimeout(patience);
      patience = setTimeout(fail, PATIENCE_MS, 'no_channel');
      try {
        arrival.take(data);
      } catch (error) {
        if (error instanceof SnapshotError) reject(error);
        else fail('malformed', error);
      }
    },
    { signal },
  );
  try {
    if (channel.readyState === 'open') arrival.ask();
    else if (channel.readyState === 'connecting')
      channel.addEventListener('open', () => arrival.ask(), { signal });
    else fail('no_channel');
    return await promise;
  } finally {
    listening.abort();
    clearTimeout(patience);
  }
}

/** What has arrived of a picture. */
class Arrival {
  readonly #channel: RTCDataChannel;
  readonly #done: (snapshot: ReceivedSnapshot) => void;
  #picture: { readonly header: SnapshotHeader; readonly bytes: Uint8Array<ArrayBuffer> } | null = null;
  #got = 0;

  constructor(channel: RTCDataChannel, done: (snapshot: ReceivedSnapshot) => void) {
    this.#channel = channel;
    this.#done = done;
  }

  ask(): void {
    this.#channel.send(encodeSnapshotMessage({ type: 'take' }));
  }

  /** @throws SnapshotError | ProtocolError */
  take(data: unknown): void {
    if (data instanceof ArrayBuffer) this.#append(new Uint8Array(data));
    else this.#begin(data);
  }

  #begin(data: unknown): void {
    const answer = parseSnapshotAnswer(data);
    if (answer.type === 'refused') throw new SnapshotError(answer.code);
    if (this.#picture) throw new SnapshotError('malformed');
    this.#picture = { header: answer, bytes: new Uint8Array(answer.bytes) };
  }

  #append(chunk: Uint8Array): void {
    const picture = this.#picture;
    // What is left of one that was given up before.
    if (!picture) return;
    const isWrong = chunk.length === 0 || chunk.length > SNAPSHOT_CHUNK_BYTES;
    if (isWrong || this.#got + chunk.length > picture.bytes.length) throw new SnapshotError('malformed');
    picture.bytes.set(chunk, this.#got);
    this.#got += chunk.length;
    this.#channel.send(encodeSnapshotMessage({ type: 'got', bytes: this.#got }));
    if (this.#got === picture.bytes.length) this.#done(picture);
  }
}
