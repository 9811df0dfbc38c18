import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PLAIN_PICTURE } from '../picture-settings.ts';
import type { EngineSettings } from './engine-plan.ts';
import { tryEngine } from './try-engine.ts';

const format = { width: 320, height: 240, frameRate: 30 };
const settings: EngineSettings = {
  ...{ source: { type: 'test' }, fullFormat: format, format, bitrateBps: 300_000 },
  ...{ picture: PLAIN_PICTURE, clockStrip: false },
};
const { signal } = new AbortController();

/** A stand-in for the engine: a shell script that has our descriptor 3. */
const shell = (script: string) => ['/bin/sh', '-c', script] as const;
const attempt = (script: string) => tryEngine(settings, { signal, program: shell(script) });

describe('an engine that is tried', () => {
  it('could run where it says so', async () => {
    await attempt(`printf 'R\\0\\0\\0\\002{}' >&3`);
  });

  it.each([
    ['a part is missing', `printf 'F\\0\\0\\0\\023missing_program\\ngi.' >&3; exit 1`, 'missing_program'],
    ['the settings cannot be', `printf 'F\\0\\0\\0\\016bad_settings\\nx' >&3; exit 1`, 'bad_settings'],
    ['it says nothing', 'exit 7', 'failed_to_start'],
    ['it talks nonsense, and does not end', `printf 'junk!junk!' >&3; exec sleep 60`, 'failed_to_start'],
  ])('could not where %s', async (_, script, code) => {
    await expect(attempt(script)).rejects.toMatchObject({ code });
  });

  it('could not where there is no such program', async () => {
    const tried = tryEngine(settings, { signal, program: ['/nonexistent/python3'] });
    await expect(tried).rejects.toMatchObject({ code: 'missing_program' });
  });

  it('is not even asked where there is no device', async () => {
    const source = { type: 'v4l2', path: '/dev/video-none' } as const;
    const tried = tryEngine({ ...settings, source }, { signal, program: shell('exit 0') });
    await expect(tried).rejects.toMatchObject({ code: 'failed_to_start' });
  });

  it('is ended when nobody waits any more', async () => {
    const abort = new AbortController();
    const tried = tryEngine(settings, { signal: abort.signal, program: shell('exec sleep 60') });
    abort.abort(new Error('no longer wanted'));
    await expect(tried).rejects.toThrow('no longer wanted');
  });

  it('opens nothing: a file that is no video passes, for only its first viewer would find out', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'latchkey-try-'));
    const path = join(directory, 'video.mp4');
    await writeFile(path, 'no video');
    const outcome = await tryEngine({ ...settings, source: { type: 'file', path } }, { signal }).then(
      () => 'could',
      (error: { code: string }) => error.code,
    );
    // Where GStreamer is not installed, that is what it says instead.
    expect(['could', 'missing_program']).toContain(outcome);
    await rm(directory, { recursive: true });
  });
});
