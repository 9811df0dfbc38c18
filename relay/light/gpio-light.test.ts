import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkLight } from '../doctor/light-check.ts';
import { GpioLight } from './gpio-light.ts';

const line = { type: 'gpio', chip: 'gpiochip0', line: '17' } as const;

let directory: string;
let program: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-gpio-'));
  program = join(directory, 'gpioset');
});

afterEach(() => rm(directory, { recursive: true }));

/** A gpioset that writes down what it is asked for, and holds the line until it is told to end. */
async function install(
  version: string,
  body = 'trap "echo released >> $log; exit 0" TERM\necho "$@" >> $log\nwhile :; do sleep 0.01; done',
) {
  const script = `#!/bin/sh\nlog=${directory}/log\nif [ "$1" = --version ]; then echo "${version}"; exit; fi\n${body}\n`;
  await writeFile(program, script);
  await chmod(program, 0o755);
  await writeFile(join(directory, 'log'), '');
}
const logged = async () => (await readFile(join(directory, 'log'), 'utf8')).trim().split('\n');
/** Until the line is held, or the program has ended. */
const pause = () => vi.waitFor(async () => expect((await logged()).at(-1)).toContain('17='));

describe('a line of a GPIO chip', () => {
  it.each([
    ['gpioset (libgpiod) v2.2', '--chip gpiochip0 17=1', '--chip gpiochip0 17=0'],
    ['gpioset (libgpiod) v1.6.3', '--mode=signal gpiochip0 17=1', '--mode=signal gpiochip0 17=0'],
  ])('is held by %s at the level that it is set to, and released at the end', async (version, lit, dark) => {
    await install(version);
    const light = new GpioLight(line, { program, pause });
    await light.set(true);
    await light.set(false);
    await light.close();
    await light.close();
    expect(await logged()).toEqual([lit, 'released', dark, 'released']);
  });

  it('that somebody else holds is a fault', async () => {
    await install('gpioset (libgpiod) v2.2', 'exit 1');
    const light = new GpioLight(line, { program, pause: () => new Promise(() => undefined) });
    await expect(light.set(true)).rejects.toMatchObject({ code: 'line_not_held' });
    await light.close();
  });

  it('cannot be lit without gpioset, which the doctor says', async () => {
    const light = new GpioLight(line, { program: join(directory, 'none') });
    await expect(light.set(true)).rejects.toMatchObject({ code: 'ENOENT' });
    const places = { gpioset: join(directory, 'none'), devices: directory };
    expect((await checkLight(line, places))[0]?.remedy).toContain('gpiod');
  });

  it('is looked for by the doctor', async () => {
    await install('gpioset (libgpiod) v2.2');
    const places = { gpioset: program, devices: directory };
    expect((await checkLight(line, places))[0]?.verdict).toBe('fail');
    await writeFile(join(directory, 'gpiochip0'), '');
    expect((await checkLight(line, places))[0]?.text).toContain('gpioset 2');
  });
});
