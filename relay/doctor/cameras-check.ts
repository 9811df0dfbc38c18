import { chooseCamera } from '../capture/sources/choose-camera.ts';
import type { FoundCameras } from '../capture/sources/found-cameras.ts';
import { type Finding, findingsOn } from './finding.ts';

const { ok, warn } = findingsOn('cameras');

/** Which cameras this machine has, and which of them `auto` would take, and why. */
export async function checkCameras(
  find: (options: { readonly signal: AbortSignal }) => Promise<FoundCameras>,
  options: { readonly signal: AbortSignal },
): Promise<readonly Finding[]> {
  const found = await find(options);
  const cameras = [
    ...found.pi.map(({ sensor }) => ok(`Pi camera ${sensor}.`)),
    ...found.usb.map(({ model, device }) => ok(`USB camera ${model} at ${device}.`)),
  ];
  const choice = chooseCamera(found);
  if (cameras.length === 0) return [ok('None on the ribbon, none on USB.')];
  if (choice.type === 'none') return [...cameras, warn('None that could be used.', choice.why)];
  return [...cameras, ok(`LATCHKEY_CAMERA=auto would take ${choice.source.type}. ${choice.why}`)];
}
