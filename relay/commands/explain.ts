import { CaptureError } from '../capture/capture-error.ts';
import { ConfigError } from '../config.ts';
import { ControlError } from '../control/control-error.ts';
import { StorageError, type StorageErrorCode } from '../storage/storage-error.ts';
import { EXIT } from './exit-code.ts';
import { UsageError } from './usage-error.ts';

/** What to say of a command that failed, and how it ends. */
export interface Explanation {
  readonly text: string;
  readonly exitCode: number;
}

/** Words for whoever typed the command; null for what is a fault of ours, which is not explained away. */
export function explain(error: unknown): Explanation | null {
  if (error instanceof UsageError) return { text: error.message, exitCode: EXIT.usage };
  if (error instanceof ConfigError) {
    const faults = error.faults.map((fault) => `  ${fault}`);
    return { text: ['the settings cannot be used:', ...faults].join('\n'), exitCode: EXIT.config };
  }
  if (error instanceof CaptureError) {
    return { text: `LATCHKEY_CAMERA: ${error.message}`, exitCode: EXIT.config };
  }
  if (error instanceof StorageError) return { text: error.message, exitCode: exitCodeOf(error.code) };
  if (error instanceof ControlError) return explainControl(error);
  return isSystemError(error) ? explainSystem(error) : null;
}

function exitCodeOf(code: StorageErrorCode): number {
  return code === 'in_use' ? EXIT.inUse : EXIT.data;
}

function explainControl({ code }: ControlError): Explanation {
  switch (code) {
    case 'not_running':
      return { text: 'the camera does not run; start it with: latchkey run', exitCode: EXIT.unavailable };
    case 'not_allowed':
      return {
        text: 'the camera runs as another user; say this as that one, or as root: sudo -u USER latchkey ...',
        exitCode: EXIT.notAllowed,
      };
    case 'busy':
      return { text: 'the camera is answering other commands; try again', exitCode: EXIT.inUse };
    case 'failed':
      return { text: 'the camera could not do it; its log says why', exitCode: EXIT.io };
    case 'no_answer':
    case 'too_slow':
      return {
        text: 'the camera does not answer; restart it if it goes on like that',
        exitCode: EXIT.unavailable,
      };
    case 'unknown_request':
    case 'malformed':
    case 'too_large':
      return {
        text: 'the camera that runs is another version; restart it, so that it is this one',
        exitCode: EXIT.unavailable,
      };
    default:
      return code satisfies never;
  }
}

/** What the operating system refuses: the path and its words for it are all there is to say. */
function explainSystem({ code, message }: Error & { readonly code: string }): Explanation {
  const isForbidden = code === 'EACCES' || code === 'EPERM';
  return { text: message, exitCode: isForbidden ? EXIT.notAllowed : EXIT.io };
}

function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && 'syscall' in error && typeof error.code === 'string';
}
