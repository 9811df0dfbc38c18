import { execFile } from 'node:child_process';
import { readdir, readFile, statfs } from 'node:fs/promises';
import { availableParallelism, loadavg, uptime } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CameraHealth } from '#shared/camera-health.ts';
import { parseThrottled, type Strains } from './throttled.ts';

/** Where to look; tests bring their own. */
export interface MachinePlaces {
  /** Default `/sys`. */
  readonly sys?: string;
  /** Default `vcgencmd`, which Raspberry Pi OS has. */
  readonly vcgencmd?: string;
}

/** Of the firmware of a Raspberry Pi, where the kernel tells it. */
const GET_THROTTLED = 'devices/platform/soc/soc:firmware/get_throttled';
/** A Pi answers in milliseconds. */
const PROGRAM_LIMIT_MS = 2_000;

/** How the machine is doing on which a camera runs that keeps its state in `directory`. */
export async function readMachineHealth(
  directory: string,
  { sys = '/sys', vcgencmd = 'vcgencmd' }: MachinePlaces = {},
): Promise<CameraHealth['machine']> {
  const [temperature, strains, disk_free] = await Promise.all([
    readTemperature(join(sys, 'class/thermal')),
    readStrains(join(sys, GET_THROTTLED), vcgencmd),
    readFree(directory),
  ]);
  const [load = 0] = loadavg();
  return {
    temperature,
    strains,
    load: load / availableParallelism(),
    uptime: Math.floor(uptime()),
    disk_free,
  };
}

/** That of the processor where a zone is called so, else of the first zone; Celsius (Documentation/driver-api/thermal). */
async function readTemperature(thermal: string): Promise<number | null> {
  const names = (await readdir(thermal).catch(() => [])).filter((name) => /^thermal_zone\d+$/.test(name));
  const zones = await Promise.all(
    names.sort().map(async (name) => ({
      type: await read(join(thermal, name, 'type')),
      millidegrees: Number((await read(join(thermal, name, 'temp'))) ?? Number.NaN),
    })),
  );
  const known = zones.filter(({ millidegrees }) => Number.isFinite(millidegrees));
  const zone = known.find(({ type }) => /cpu|x86_pkg/i.test(type ?? '')) ?? known[0];
  if (zone === undefined) return null;
  const celsius = Math.round(zone.millidegrees / 100) / 10;
  return celsius > -100 && celsius < 300 ? celsius : null;
}

async function readStrains(path: string, vcgencmd: string): Promise<Strains | null> {
  const told = await read(path);
  if (told !== null) return parseThrottled(told);
  try {
    const { stdout } = await promisify(execFile)(vcgencmd, ['get_throttled'], { timeout: PROGRAM_LIMIT_MS });
    return parseThrottled(stdout);
  } catch {
    return null; // No Raspberry Pi, or not one that says it to this user.
  }
}

async function readFree(directory: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  } catch {
    return null;
  }
}

/** Null for what is not there, or may not be read. */
async function read(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch {
    return null;
  }
}
