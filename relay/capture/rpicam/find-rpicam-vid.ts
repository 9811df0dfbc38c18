import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** By its names of today and of before 2024. */
const NAMES = ['rpicam-vid', 'libcamera-vid'];

/** The program that records from a Pi's camera, found in the folders of `path`; null where there is none. */
export async function findRpicamVid(path: string): Promise<string | null> {
  const folders = path.split(delimiter).filter((each) => each !== '');
  for (const name of NAMES) {
    for (const folder of folders) if (await isRunnable(join(folder, name))) return name;
  }
  return null;
}

async function isRunnable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
