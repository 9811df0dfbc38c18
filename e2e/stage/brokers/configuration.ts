import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../house.ts';

/** The configurations that the documentation shows, a folder a broker. */
export const CONFIGURATIONS = join(ROOT, 'deploy', 'brokers');

/**
 * Writes a documented configuration into `directory`, with its ports, paths and passwords replaced by `changes`.
 * @throws TypeError when one of them is not in it.
 */
export async function writeConfiguration(
  folder: string,
  directory: string,
  changes: Readonly<Record<string, string>>,
): Promise<void> {
  const unused = new Set(Object.keys(changes));
  for (const name of await readdir(join(CONFIGURATIONS, folder))) {
    let text = await readFile(join(CONFIGURATIONS, folder, name), 'utf8');
    for (const [from, to] of Object.entries(changes)) {
      if (text.includes(from)) unused.delete(from);
      text = text.replaceAll(from, to);
    }
    await writeFile(join(directory, name), text);
  }
  if (unused.size > 0) throw new TypeError(`${folder} has no ${[...unused].join(', ')}`);
}
