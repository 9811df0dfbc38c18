import { fileURLToPath } from 'node:url';
import type { RpicamProgram } from '../rpicam/rpicam-process.ts';

/** `rpicam-vid` and `rpicam-hello` without a Pi, and what becomes of it. */
export function standinRpicam(fate: 'none' | 'gone' | 'busy' | 'silent' = 'none'): RpicamProgram {
  const script = fileURLToPath(new URL('./rpicam-program.ts', import.meta.url));
  return ['/usr/bin/env', `RPICAM_STANDIN=${fate}`, process.execPath, script];
}
