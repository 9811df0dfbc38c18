import { fileURLToPath } from 'node:url';
import type { EngineProgram } from '../gstreamer/engine-process.ts';
import { engineProgram } from '../gstreamer/engine-program.ts';

/** The engine with an imitated USB camera that offers one kind of picture, and what happens to it. */
export function standinDevice(
  camera: 'h264' | 'mjpeg' | 'raw',
  fate: 'none' | 'busy' | 'unplugged' | 'stubborn' | 'openh264' = 'none',
): EngineProgram {
  const [python] = engineProgram();
  return [python, '-B', fileURLToPath(new URL('./standin_engine.py', import.meta.url)), camera, fate];
}
