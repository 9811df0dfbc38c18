import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { PiCamera } from './found-cameras.ts';

/** A program, and the arguments that come first. */
export type Program = readonly [program: string, ...args: string[]];

export interface FindPiCamerasOptions {
  readonly signal: AbortSignal;
  /** Programs that list cameras, by their names of today and of before 2024. */
  readonly programs?: readonly Program[];
}

const PROGRAMS: readonly Program[] = [['rpicam-hello'], ['libcamera-hello']];
/** A Pi Zero takes two for it. */
const LIMIT_MS = 10_000;
const MAX_BYTES = 64 * 1024;
/** `0 : imx708 [4608x2592 10-bit RGGB] (/base/soc/i2c0mux/i2c@1/imx708@1a)` */
const LINE = /^\d{1,2} : (\S{1,40}).* \((\/[^()\s]{1,200})\)\s*$/;

/** The cameras on a Pi's ribbon; none where the programs that list them are not installed. */
export async function findPiCameras({
  signal,
  programs = PROGRAMS,
}: FindPiCamerasOptions): Promise<readonly PiCamera[]> {
  for (const program of programs) {
    const listing = await listBy(program, signal);
    if (listing !== null) return parseCameraList(listing);
  }
  return [];
}

/** Reads what `rpicam-hello --list-cameras` prints; USB cameras, which it lists too, are left out. */
export function parseCameraList(text: string): readonly PiCamera[] {
  return text.split('\n').flatMap((line) => {
    const [, sensor, name] = LINE.exec(line) ?? [];
    return sensor && name && !/usb/i.test(name) ? [{ sensor, name }] : [];
  });
}

/** Null where there is no such program. */
async function listBy([program, ...args]: Program, signal: AbortSignal): Promise<string | null> {
  try {
    const options = { signal, timeout: LIMIT_MS, maxBuffer: MAX_BYTES };
    const { stdout } = await promisify(execFile)(program, [...args, '--list-cameras'], options);
    return stdout;
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? null : '';
  }
}
