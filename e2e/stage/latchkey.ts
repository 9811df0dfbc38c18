import { once } from 'node:events';
import type { House } from './house.ts';

/** What became of a command. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** `latchkey ...` beside a house's camera, as its owner types it; ends by itself. */
export async function latchkey(house: House, ...args: readonly string[]): Promise<Ended> {
  const child = house.spawnLatchkey(...args);
  const [output, errors] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    once(child, 'close'),
  ]);
  return { code: child.exitCode, output, errors };
}

/** The link of a code that the camera shows on demand: whoever opens it is an owner, the first one or one more. */
export async function freshLink(house: House): Promise<string> {
  return (await latchkey(house, 'qr', '--link')).output.trim();
}

/** The access list as `latchkey access list --json` has it: whole ids, times in ISO 8601. */
export async function listAccess(house: House): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return JSON.parse((await latchkey(house, 'access', 'list', '--json')).output);
}

/** All that a stream has to say. */
export async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
}
