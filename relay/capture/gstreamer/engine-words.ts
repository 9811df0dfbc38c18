import { CaptureError, type CaptureErrorCode, type CaptureTrouble } from '../capture-error.ts';
import type { EngineMessage, FaultCode } from './engine-message.ts';
import type { EngineExit } from './engine-process.ts';
import { INSTALL_GSTREAMER } from './engine-program.ts';
import type { EngineSource } from './engine-source.ts';

/** A file or a device that cannot be opened. */
export function absenceOf(
  source: Extract<EngineSource, { type: 'file' | 'v4l2' }>,
  cause: unknown,
): CaptureError {
  if (source.type === 'file') {
    return new CaptureError('bad_settings', `There is no video that can be read at ${source.path}.`, {
      cause,
    });
  }
  if (isDenied(cause)) {
    const message = `${source.path} is not this user's to open. Add it to the group "video": sudo usermod -aG video $USER`;
    return new CaptureError('failed_to_start', message, { cause, trouble: 'refused' });
  }
  const message = `There is no camera at ${source.path}. Is it plugged in?`;
  return new CaptureError('failed_to_start', message, { cause, trouble: 'gone' });
}

/** A fault that the engine reports. */
export function errorOfFault(
  { code, message }: Extract<EngineMessage, { type: 'fault' }>,
  source: EngineSource,
): CaptureError {
  const trouble = TROUBLES[code];
  return new CaptureError(ERRORS[code], sentenceFor(code, message, source), {
    // What is wrong with a camera in the network, and it says nothing of it, is most often the network.
    trouble:
      source.type === 'network' && (trouble === 'failed' || trouble === 'gone') ? 'unreachable' : trouble,
  });
}

/** An engine that ended without being told to. */
export function errorOfExit(exit: EngineExit): CaptureError {
  switch (exit.type) {
    case 'not-found':
      return new CaptureError(
        'missing_program',
        `${exit.program} cannot be run. Python and GStreamer are needed: ${INSTALL_GSTREAMER}`,
        { cause: exit.cause },
      );
    case 'nonsense':
      return new CaptureError('failed_to_start', 'The camera engine sent something that is no picture.', {
        cause: exit.cause,
      });
    case 'exited':
      return new CaptureError('failed_to_start', `The camera engine ended unexpectedly, ${exit.how}.`);
    default:
      return exit satisfies never;
  }
}

function sentenceFor(code: FaultCode, message: string, source: EngineSource): string {
  switch (code) {
    case 'missing_program':
      return `This camera needs GStreamer: ${message} Install it with: ${INSTALL_GSTREAMER}${
        source.type === 'pi' ? ' gstreamer1.0-libcamera' : ''
      }`;
    case 'busy':
      return 'Another program has the camera. End that, and it comes back by itself.';
    case 'refused':
      return source.type === 'network'
        ? 'The camera wants another user name or password.'
        : `The camera may not be opened: ${message}`;
    case 'gone':
      return `The camera is not there any more: ${message}`;
    case 'unreachable':
      return `The camera does not answer: ${message}`;
    case 'bad_settings':
    case 'failed_to_start':
    case 'died':
      return `The camera cannot be used: ${message}`;
    default:
      return code satisfies never;
  }
}

const ERRORS: Readonly<Record<FaultCode, CaptureErrorCode>> = {
  missing_program: 'missing_program',
  bad_settings: 'bad_settings',
  failed_to_start: 'failed_to_start',
  died: 'failed_to_start',
  busy: 'failed_to_start',
  gone: 'failed_to_start',
  refused: 'failed_to_start',
  unreachable: 'failed_to_start',
};

const TROUBLES: Readonly<Record<FaultCode, CaptureTrouble>> = {
  missing_program: 'failed',
  bad_settings: 'failed',
  failed_to_start: 'failed',
  died: 'failed',
  busy: 'busy',
  gone: 'gone',
  refused: 'refused',
  unreachable: 'unreachable',
};

function isDenied(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'EACCES' || cause.code === 'EPERM');
}
