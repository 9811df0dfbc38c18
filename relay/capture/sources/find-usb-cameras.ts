import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { UsbCamera } from './found-cameras.ts';

/** The kernel's driver of USB cameras; all else under `/dev/video*` of a Pi is decoders and the like. */
const DRIVER = 'uvcvideo';
const MAX_MODEL_CHARS = 60;

/** The USB cameras that the kernel knows, by number; `sysfs` is where it shows its devices. */
export async function findUsbCameras(sysfs = '/sys'): Promise<readonly UsbCamera[]> {
  const folder = join(sysfs, 'class', 'video4linux');
  const names = await readdir(folder).catch(() => []);
  const numbered = names.filter((name) => /^video\d{1,3}$/.test(name)).sort(byNumber);
  const cameras = await Promise.all(numbered.map((name) => lookAt(folder, name)));
  return cameras.filter((camera) => camera !== null);
}

/** Null where it is none, or the second node of one, which has no pictures. */
async function lookAt(folder: string, name: string): Promise<UsbCamera | null> {
  const [driver, index, model] = await Promise.all([
    readlink(join(folder, name, 'device', 'driver')).catch(() => ''),
    readText(join(folder, name, 'index')),
    readText(join(folder, name, 'name')),
  ]);
  if (basename(driver) !== DRIVER || index !== '0') return null;
  return { model: model.replaceAll(/\p{Cc}+/gu, ' ').slice(0, MAX_MODEL_CHARS), device: `/dev/${name}` };
}

async function readText(path: string): Promise<string> {
  return (await readFile(path, 'utf8').catch(() => '')).trim();
}

function byNumber(a: string, b: string): number {
  return Number(a.slice(5)) - Number(b.slice(5));
}
