import { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { FrameGuard } from '#shared/mqtt-frames.ts';
import { RendezvousError } from '#shared/rendezvous-error.ts';

/** Read bytes that may wait for aedes before reading pauses. */
const READ_AHEAD_BYTES = 32 * 1024;
/** Control packet types a client may send (MQTT 3.1.1 §2.2.1), but those of QoS 2. */
const CLIENT_TYPES: readonly number[] = [1, 3, 4, 8, 10, 12, 14];
const PUBLISH_TYPE = 3;
const QOS_2_BIT = 0x04;
/** What a WebSocket message costs in which no packet begins: MQTT.js sends a packet in about five. */
const PIECE_COST = 0.1;

export interface WebSocketStreamOptions {
  /** Told how many packets begin, or a fraction for less; returns how many milliseconds to stop reading. */
  readonly onPackets: (count: number) => number;
  readonly maxUnreadBytes: number;
}

/**
 * A client's WebSocket as aedes wants it. Reading: packets over the size limit, above QoS 1 or not for brokers end it
 * before aedes gathers them, and a client over its rate is read later. Writing: never waits, for in aedes one client
 * that does not read would hold up all others; one that leaves too much unread is cut off instead.
 */
export class WebSocketStream extends Duplex {
  readonly #socket: WebSocket;
  readonly #options: WebSocketStreamOptions;
  readonly #guard = new FrameGuard();
  /** Messages that came before the pause took hold: what one read of the TCP socket holds. */
  #waiting: { data: Uint8Array; packets: number }[] = [];
  #isFull = false;
  #resting: NodeJS.Timeout | null = null;

  constructor(socket: WebSocket, options: WebSocketStreamOptions) {
    super({
      readableHighWaterMark: READ_AHEAD_BYTES,
      writableHighWaterMark: options.maxUnreadBytes * 2,
      emitClose: true,
    });
    this.#socket = socket;
    this.#options = options;
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('ping', (data) => this.#answerPing(data));
    socket.on('error', () => this.destroy());
    socket.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#isFull = false;
    this.#drain();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#send(chunk);
    done();
  }

  /** One WebSocket message for what was written in one turn: mqtt-packet writes each packet in several pieces. */
  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error) => void): void {
    this.#send(Buffer.concat(chunks.map(({ chunk }) => chunk)));
    done();
  }

  override _final(done: (error?: Error) => void): void {
    this.#socket.close();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (this.#resting !== null) clearTimeout(this.#resting);
    this.#waiting = [];
    // What was written last, a refusal for instance, still goes out; a client that then stays is cut off by `ws`.
    if (error === null && this.#socket.bufferedAmount <= this.#options.maxUnreadBytes) this.#socket.close();
    else this.#socket.terminate();
    done(error);
  }

  #receive(data: unknown, isBinary: boolean): void {
    if (this.destroyed) return;
    if (!isBinary || !(data instanceof Uint8Array)) {
      this.destroy(new RendezvousError('protocol', 'not one binary message'));
      return;
    }
    let packets = 0;
    try {
      this.#guard.push(data, (first) => {
        packets++;
        expectClientPacket(first);
      });
    } catch (error) {
      this.destroy(
        error instanceof Error ? error : new RendezvousError('protocol', 'failed', { cause: error }),
      );
      return;
    }
    this.#waiting.push({ data, packets });
    this.#drain();
  }

  /** Hands on what has come, as far as aedes and the client's rate allow, and pauses the socket past that. */
  #drain(): void {
    while (!this.#isFull && this.#resting === null) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#rest(this.#options.onPackets(next.packets || PIECE_COST));
      this.#isFull = !this.push(next.data);
    }
    if (this.#isFull || this.#resting !== null) this.#socket.pause();
    else if (this.#socket.isPaused) this.#socket.resume();
  }

  #answerPing(data: Buffer): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.pong(data);
    this.#cutOffIfUnread();
    this.#rest(this.#options.onPackets(1));
    this.#drain();
  }

  #rest(ms: number): void {
    if (ms === 0) return;
    if (this.#resting !== null) clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      this.#resting = null;
      this.#drain();
    }, ms);
  }

  #send(bytes: Buffer): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(bytes, { binary: true });
    this.#cutOffIfUnread();
  }

  #cutOffIfUnread(): void {
    if (this.#socket.bufferedAmount > this.#options.maxUnreadBytes) {
      this.destroy(new RendezvousError('busy', 'client does not read'));
    }
  }
}

function expectClientPacket(first: number): void {
  const type = first >> 4;
  const isQos2 = type === PUBLISH_TYPE && (first & QOS_2_BIT) !== 0;
  if (isQos2 || !CLIENT_TYPES.includes(type))
    throw new RendezvousError('protocol', 'packet not for this broker');
}
