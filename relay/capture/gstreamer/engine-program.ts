import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Debian binds GObject to its own Python, whatever else stands first in the search path. */
const DEBIAN_PYTHON = '/usr/bin/python3';

/** How to get everything the engine needs on Debian and Raspberry Pi OS. */
export const INSTALL_GSTREAMER =
  'sudo apt install python3-gi gir1.2-gst-plugins-base-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good ' +
  'gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly gstreamer1.0-x gstreamer1.0-libav';

/** The program that runs the engine, and its arguments before the settings. */
export function engineProgram(): readonly [program: string, ...args: string[]] {
  const script = fileURLToPath(new URL('./engine/main.py', import.meta.url));
  return [existsSync(DEBIAN_PYTHON) ? DEBIAN_PYTHON : 'python3', '-B', script];
}
