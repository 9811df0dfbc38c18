import { describe, expect, it } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import type { Capture } from '../../capture/capture.ts';
import { COPY_ABILITIES } from '../../capture/capture-abilities.ts';
import { CaptureError } from '../../capture/capture-error.ts';
import { TestPicture } from '../../capture/test-picture/test-picture.ts';
import type { Finding } from '../finding.ts';
import { tryPicture } from './try-picture.ts';

const format = { width: 320, height: 240, frameRate: 15 };

/** Tries it while time passes; what was found. */
async function tryOut(change: (camera: TestPicture) => void = () => undefined) {
  const clock = new FakeClock();
  const capture: Capture = new TestPicture({ format, clock });
  change(capture as TestPicture);
  let findings: readonly Finding[] | null = null;
  const trying = tryPicture({ capture, clock, format }).then((found) => {
    findings = found;
  });
  while (!findings) {
    await new Promise((resolve) => setImmediate(resolve));
    if (!findings) clock.advance(50);
  }
  await trying;
  return { findings: findings as readonly Finding[], clock, capture };
}

const verdicts = (findings: readonly Finding[]) => findings.map(({ verdict }) => verdict);

describe('a camera that is tried', () => {
  it('that does all it says is well, and is let go', async () => {
    const { findings, clock, capture } = await tryOut();
    expect(findings.map(({ text }) => text)[0]).toContain('Test picture');
    expect(new Set(verdicts(findings))).toEqual(new Set(['ok']));
    await expect(capture.closed).resolves.toEqual({ type: 'closed' });
    expect(clock.pending).toBe(0);
  });

  it('whose encoder does not obey fails at that', async () => {
    const { findings } = await tryOut((camera) => {
      camera.setBitrate(3_000_000);
      camera.setBitrate = () => undefined;
      camera.setFormat = () => undefined;
      camera.requestKeyframe = () => undefined;
    });
    expect(findings.filter(({ verdict }) => verdict === 'fail').length).toBeGreaterThanOrEqual(3);
  });

  it('that comes encoded is warned of, not failed', async () => {
    const { findings } = await tryOut((camera) => {
      Object.defineProperty(camera, 'abilities', { value: { ...COPY_ABILITIES, description: 'Copied' } });
    });
    expect(verdicts(findings)).not.toContain('fail');
    expect(verdicts(findings).filter((verdict) => verdict === 'warn')).toHaveLength(2);
  });

  it('that cannot be opened says why', async () => {
    const { findings } = await tryOut((camera) => {
      camera.start = () => Promise.reject(new CaptureError('failed_to_start', 'Another program has it.'));
    });
    expect(findings).toEqual([
      expect.objectContaining({ verdict: 'fail', remedy: 'Another program has it.' }),
    ]);
  });
});
