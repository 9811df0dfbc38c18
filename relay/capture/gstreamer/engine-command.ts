import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CaptureFormat } from '../capture.ts';

/** Where the engine's pictures come from. */
export type EngineSource =
  | { readonly type: 'test' }
  /** A recorded video, played over and over. */
  | { readonly type: 'file'; readonly path: string }
  /** A Video4Linux device, such as `/dev/video0`. */
  | { readonly type: 'v4l2'; readonly path: string };

/** What the engine is started with. */
export interface EngineSettings {
  readonly source: EngineSource;
  readonly format: CaptureFormat;
  readonly bitrateBps: number;
  readonly clockStrip: boolean;
}

/** Debian binds GObject to its own Python, whatever else stands first in the search path. */
const DEBIAN_PYTHON = '/usr/bin/python3';

/** How to get everything the engine needs on Debian and Raspberry Pi OS. */
export const INSTALL_GSTREAMER =
  'sudo apt install python3-gi gir1.2-gst-plugins-base-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good ' +
  'gstreamer1.0-plugins-ugly gstreamer1.0-x gstreamer1.0-libav';

/** The program that runs the engine, and its arguments before the settings. */
export function engineProgram(): readonly [program: string, ...args: string[]] {
  const script = fileURLToPath(new URL('./engine.py', import.meta.url));
  return [existsSync(DEBIAN_PYTHON) ? DEBIAN_PYTHON : 'python3', '-u', script];
}

/** The engine's settings as its arguments. */
export function encodeEngineSettings({ source, format, bitrateBps, clockStrip }: EngineSettings): string[] {
  return [
    `--source=${source.type}`,
    ...(source.type === 'test' ? [] : [`--path=${source.path}`]),
    `--width=${format.width}`,
    `--height=${format.height}`,
    `--fps=${format.frameRate}`,
    `--bitrate=${bitrateBps}`,
    ...(clockStrip ? ['--strip'] : []),
  ];
}
