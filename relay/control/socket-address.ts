import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { SOCKET_FILE } from './control-protocol.ts';

/** Bytes of `sun_path` with its terminating zero (unix(7)). */
const SUN_PATH_BYTES = 108;

/** A path by which the socket of a state directory can be bound and reached, until it is released. */
export interface SocketAddress extends Disposable {
  readonly path: string;
}

/**
 * Where the control socket of `directory` is. A path that is too long for an address is said by way of an open descriptor
 * of the directory, which is the same file at any length (proc(5), `/proc/self/fd`).
 * @throws Error of Node when that directory cannot be opened.
 */
export function socketAddressOf(directory: string): SocketAddress {
  const path = join(directory, SOCKET_FILE);
  if (Buffer.byteLength(path) < SUN_PATH_BYTES) return { path, [Symbol.dispose]: () => undefined };
  const descriptor = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  return {
    path: `/proc/self/fd/${descriptor}/${SOCKET_FILE}`,
    [Symbol.dispose]: () => closeSync(descriptor),
  };
}
