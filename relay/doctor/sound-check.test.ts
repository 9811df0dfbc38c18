import { describe, expect, it } from 'vitest';
import { trySoundEngine } from '../sound/engine/try-sound-engine.ts';
import { SILENT } from '../sound/sound-settings.ts';
import { checkSound } from './sound-check.ts';

const { signal } = new AbortController();
const settings = { ...SILENT, microphone: 'tone', speaker: 'auto', screen: 'kms' };
/** A stand-in for the engine that says so much, and ends; the first byte of each frame is its kind. */
const saying = (script: string) => ['/bin/sh', '-c', `${script}`, 'engine'] as const;
const READY = `printf 'R\\000\\000\\000\\012microphone' >&3`;
const MISSING = `printf 'F\\000\\000\\000\\037speaker\\nmissing_program\\nno sink' >&3`;
const DIED = `printf 'F\\000\\000\\000\\035screen\\nfailed_to_start\\nno card' >&3`;

const look = (script: string) =>
  checkSound(settings, (wanted, options) => trySoundEngine(wanted, { ...options, program: saying(script) }), {
    signal,
  });

describe('doctor, about sound', () => {
  it('says of each device whether it opens, and what to do where it does not', async () => {
    const findings = await look(`${READY}; ${MISSING}; ${DIED}`);
    expect(findings.map(({ verdict }) => verdict)).toEqual(['ok', 'fail', 'warn']);
    expect(findings[1]?.remedy).toContain('apt install');
  });

  it.each(['exit 0', 'printf nonsense >&3', 'exit 1'])(
    'is not deceived by an engine that does %s',
    async (script) => {
      expect((await look(script)).map(({ verdict }) => verdict)).toEqual(['warn', 'warn', 'warn']);
    },
  );

  it('asks nobody where no device is set up', async () => {
    const findings = await checkSound(SILENT, trySoundEngine, { signal });
    expect(findings.map(({ verdict }) => verdict)).toEqual(['ok']);
  });

  it('ends with whoever asked, and leaves nothing running', async () => {
    const aborting = new AbortController();
    const looking = trySoundEngine(settings, { signal: aborting.signal, program: saying('exec sleep 60') });
    aborting.abort();
    await expect(looking).rejects.toMatchObject({ name: 'AbortError' });
  });
});
