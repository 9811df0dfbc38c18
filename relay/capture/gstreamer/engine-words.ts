import { type EngineSource, INSTALL_GSTREAMER } from './engine-command.ts';
import type { EngineMessage } from './engine-message.ts';

/** What a source is, in a few words. */
export function describeSource(source: EngineSource): string {
  switch (source.type) {
    case 'test':
      return 'GStreamer test source, software encoder';
    case 'file':
      return 'Recording, software encoder';
    case 'v4l2':
      return `Camera at ${source.path}, software encoder`;
    default:
      return source satisfies never;
  }
}

/** What to say of a file or a device that cannot be opened. */
export function describeAbsence(source: Exclude<EngineSource, { type: 'test' }>): string {
  return source.type === 'file'
    ? `There is no video that can be read at ${source.path}.`
    : `There is no camera that can be opened at ${source.path}. Is it plugged in, and is this user in the group "video"?`;
}

/** What to say of a fault that the engine reports. */
export function describeFault(fault: Extract<EngineMessage, { type: 'fault' }>): string {
  if (fault.code !== 'missing_program') return `The camera cannot be used: ${fault.message}`;
  return `This camera needs GStreamer. Install it with: ${INSTALL_GSTREAMER}`;
}

/** What to say where the engine cannot even be started. */
export function describeMissingProgram(program: string): string {
  return `${program} cannot be run. Python and GStreamer are needed: ${INSTALL_GSTREAMER}`;
}
