import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { errorCode } from '../log.ts';
import { ControlError, type ControlErrorCode } from './control-error.ts';
import {
  type ControlAnswers,
  type ControlRequest,
  encodeControlLine,
  MAX_ANSWER_BYTES,
  parseControlAnswer,
} from './control-protocol.ts';
import { socketAddressOf } from './socket-address.ts';

/** Longer than the relay takes to say goodbye to everybody. */
const ANSWER_LIMIT_MS = 15_000;

export interface AskOptions {
  /** Default 15,000. */
  readonly timeoutMs?: number;
}

/**
 * Asks the relay that runs on a state directory.
 * @throws ControlError
 */
export async function askRelay<T extends ControlRequest['type']>(
  directory: string,
  request: Extract<ControlRequest, { type: T }>,
  { timeoutMs = ANSWER_LIMIT_MS }: AskOptions = {},
): Promise<ControlAnswers[T]> {
  const line = await exchange(directory, encodeControlLine(request), timeoutMs);
  const reply = parseControlAnswer<T>(request.type, line);
  if (reply === null) throw new ControlError('no_answer');
  if ('refused' in reply) throw new ControlError(reply.refused);
  return reply.answer;
}

async function exchange(directory: string, line: string, timeoutMs: number): Promise<string> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    using address = socketAddressOf(directory);
    const socket = connect({ path: address.path, signal });
    try {
      await once(socket, 'connect', { signal });
      socket.write(line);
      return await readAll(socket);
    } finally {
      socket.destroy();
    }
  } catch (cause) {
    throw cause instanceof ControlError ? cause : new ControlError(codeFor(errorCode(cause)), { cause });
  }
}

async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new ControlError('no_answer');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function codeFor(code: string): ControlErrorCode {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ECONNREFUSED':
      return 'not_running';
    case 'EACCES':
    case 'EPERM':
      return 'not_allowed';
    default:
      return 'no_answer';
  }
}
