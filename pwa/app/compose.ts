import { Subject } from '../state/observable.ts';
import type { CameraSummary } from '../viewing/camera.ts';
import type { UseCases } from './model.ts';

/** Joins the parts of the domain into what the page can ask for. */
export function compose(): UseCases {
  const cameras = new Subject<readonly CameraSummary[] | null>([]);
  return {
    listCameras: () => cameras,
    openCamera: () => ({
      state: new Subject({ type: 'ended', code: 'refused' }),
      stream: new Subject(null),
      retry: () => undefined,
      close: () => undefined,
    }),
    claim: () => new Subject({ type: 'failed', code: 'rendezvous_offline' }),
    forgetCamera: () => Promise.resolve(),
    renameCamera: () => Promise.resolve(),
  };
}
