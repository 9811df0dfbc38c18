import { INSTALL_GSTREAMER } from '../gstreamer/engine-program.ts';
import type { FoundCameras } from './found-cameras.ts';
import type { CameraSource } from './parse-source.ts';

/** What `auto` comes to, and why, in a sentence for the camera's owner. */
export type CameraChoice =
  | { readonly type: 'chosen'; readonly source: CameraSource; readonly why: string }
  | { readonly type: 'none'; readonly code: 'failed_to_start' | 'missing_program'; readonly why: string };

/** Elements that encode H.264, the best first. */
const ENCODERS = ['v4l2h264enc', 'x264enc', 'openh264enc'] as const;
/** What `auto` wants to know of GStreamer. */
export const AUTO_ELEMENTS = ['libcamerasrc', 'v4l2src', ...ENCODERS] as const;

/** A Pi camera before a USB camera, and GStreamer before the program that can be asked for less. */
export function chooseCamera(found: FoundCameras): CameraChoice {
  return choosePi(found) ?? chooseUsb(found) ?? none(found);
}

function choosePi({ pi, elements, rpicamVid }: FoundCameras): CameraChoice | null {
  const [camera] = pi;
  if (!camera) return null;
  const encoder = ENCODERS.find((name) => elements?.includes(name));
  if (elements?.includes('libcamerasrc') && encoder) {
    const why = `There is the Pi camera ${camera.sensor}, and GStreamer has libcamerasrc and ${encoder}.`;
    return { type: 'chosen', source: { type: 'pi', name: camera.name }, why };
  }
  if (rpicamVid === null) return null;
  const lack = elements === null ? 'no GStreamer' : `no ${encoder ? 'libcamerasrc' : 'encoder'} in GStreamer`;
  const why = `There is the Pi camera ${camera.sensor}, and ${lack}, so ${rpicamVid} records it.`;
  return { type: 'chosen', source: { type: 'rpicam' }, why };
}

function chooseUsb({ usb, elements }: FoundCameras): CameraChoice | null {
  const [camera] = usb;
  if (!camera) return null;
  if (!elements?.includes('v4l2src')) {
    const why = `There is the USB camera ${camera.model}, which needs GStreamer: ${INSTALL_GSTREAMER}`;
    return { type: 'none', code: 'missing_program', why };
  }
  const why = `There is the USB camera ${camera.model} at ${camera.device}.`;
  return { type: 'chosen', source: { type: 'v4l2', path: camera.device }, why };
}

function none({ pi }: FoundCameras): CameraChoice {
  if (pi.length > 0) {
    const why = `There is a Pi camera, but nothing to record it with: sudo apt install rpicam-apps`;
    return { type: 'none', code: 'missing_program', why };
  }
  const why = 'No camera was found: none on the ribbon, none on USB. Is it plugged in?';
  return { type: 'none', code: 'failed_to_start', why };
}
