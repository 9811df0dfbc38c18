import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '#shared/clock.ts';
import { errorCode, type Log } from '../log.ts';
import type { ControlHandler } from './control-handler.ts';
import {
  type ControlRefusal,
  encodeControlLine,
  MAX_REQUEST_BYTES,
  parseControlRequest,
} from './control-protocol.ts';
import { LineReader } from './line-reader.ts';
import { type SocketAddress, socketAddressOf } from './socket-address.ts';

/** A command on this machine writes its request within a millisecond. */
export const REQUEST_LIMIT_MS = 2_000;
/** For whoever does not close its end, or does not read. */
export const LINGER_MS = 1_000;
/** People type one command at a time. */
export const MAX_CONVERSATIONS = 4;
/** Beyond this a connection is not even told that it is one too many. */
const MAX_CONNECTIONS = 16;
/** Takes every right from others: the socket may be used by its owner only from the moment it is there. */
const OWNER_ONLY_UMASK = 0o177;

type Reply = { readonly answer: unknown } | { readonly refused: ControlRefusal };

export interface ControlServerOptions {
  /** The state directory, which this process has locked: a socket that is there is one left behind. */
  readonly directory: string;
  readonly handle: ControlHandler;
  readonly clock: Clock;
  readonly log: Log;
}

/** Listens to the command line: one request a connection, on a socket that only the camera's own user can reach. */
export class ControlServer {
  readonly #options: ControlServerOptions;
  readonly #address: SocketAddress;
  readonly #server: Server;
  /** Resolved when the connection is gone, with its timers. */
  readonly #connections = new Map<Socket, Promise<void>>();
  readonly #closing = new AbortController();
  #unanswered = 0;

  private constructor(options: ControlServerOptions) {
    this.#options = options;
    this.#address = socketAddressOf(options.directory);
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /**
   * Replaces a socket that was left behind, and listens.
   * @throws Error of Node where that cannot be, as on a file system without sockets.
   */
  static async open(options: ControlServerOptions): Promise<ControlServer> {
    const control = new ControlServer(options);
    try {
      await control.#listen();
      return control;
    } catch (error) {
      control.#address[Symbol.dispose]();
      throw error;
    }
  }

  /** Answers what was asked already, and listens no more; idempotent. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await Promise.all([closed, ...this.#connections.values()]);
    this.#address[Symbol.dispose]();
  }

  async #listen(): Promise<void> {
    rmSync(this.#address.path, { force: true });
    const listening = once(this.#server, 'listening');
    // Bound within the call, so the umask holds for this socket and for no other file.
    const umask = process.umask(OWNER_ONLY_UMASK);
    this.#server.listen(this.#address.path);
    process.umask(umask);
    await listening;
    this.#server.on('error', (error) => this.#options.log.warn('control socket', { code: errorCode(error) }));
  }

  #accept(socket: Socket): void {
    // What becomes of a connection is heard by its `close`.
    socket.on('error', () => undefined);
    const gone = new Promise<void>((resolve) => {
      socket.once('close', () => {
        this.#connections.delete(socket);
        resolve();
      });
    });
    this.#connections.set(socket, gone);
    if (this.#unanswered >= MAX_CONVERSATIONS) this.#reply(socket, { refused: 'busy' });
    else void this.#converse(socket);
  }

  async #converse(socket: Socket): Promise<void> {
    this.#unanswered += 1;
    const reply = await this.#replyTo(socket);
    this.#unanswered -= 1;
    this.#reply(socket, reply);
  }

  #reply(socket: Socket, reply: Reply): void {
    if (socket.destroyed) return;
    const cancelLinger = this.#options.clock.after(LINGER_MS, () => socket.destroy());
    socket.once('close', cancelLinger);
    socket.end(encodeControlLine(reply));
    socket.resume();
  }

  async #replyTo(socket: Socket): Promise<Reply> {
    const { clock, log } = this.#options;
    const line = await readRequestLine(socket, { clock, closing: this.#closing.signal });
    const request = typeof line === 'string' ? line : parseControlRequest(line.text);
    if (typeof request === 'string') return { refused: request };
    try {
      return { answer: await this.#options.handle(request) };
    } catch (error) {
      log.warn('command failed', { command: request.type, code: errorCode(error) });
      return { refused: 'failed' };
    }
  }
}

/** The one line that a connection is for, or why it is not to be had. */
async function readRequestLine(
  socket: Socket,
  { clock, closing }: { clock: Clock; closing: AbortSignal },
): Promise<{ readonly text: string } | ControlRefusal> {
  const { promise, resolve } = Promise.withResolvers<{ readonly text: string } | ControlRefusal>();
  const reader = new LineReader(MAX_REQUEST_BYTES);
  const hear = (chunk: Buffer) => {
    const read = reader.push(chunk);
    if (read === 'too_large') resolve(read);
    else if (read !== null) resolve(read.isLast ? { text: read.line } : 'malformed');
  };
  const miss = () => resolve('malformed');
  const stop = () => resolve('failed');
  const cancelTimeout = clock.after(REQUEST_LIMIT_MS, () => resolve('too_slow'));
  socket.on('data', hear).once('end', miss).once('close', miss);
  closing.addEventListener('abort', stop);
  try {
    return await promise;
  } finally {
    cancelTimeout();
    socket.off('data', hear).off('end', miss).off('close', miss);
    closing.removeEventListener('abort', stop);
  }
}
