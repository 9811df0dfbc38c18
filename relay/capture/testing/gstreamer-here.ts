import { execFileSync } from 'node:child_process';
import { engineProgram } from '../gstreamer/engine-program.ts';

/** Whether this machine's GStreamer, as the engine uses it, has all these elements. */
export function hasGstreamer(...elements: readonly string[]): boolean {
  const [python] = engineProgram();
  const check =
    'import sys, gi; gi.require_version("Gst","1.0"); gi.require_version("GstApp","1.0"); from gi.repository import Gst;' +
    'Gst.init(None); exit(0 if all(Gst.ElementFactory.find(name) for name in sys.argv[1:]) else 1)';
  try {
    execFileSync(python, ['-c', check, ...elements], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
