import { afterEach, describe, expect, it } from 'vitest';
import { createLog } from '../../log.ts';
import { readSequenceInfo } from '../sequence-parameter-set.ts';
import { TestPicture } from '../test-picture/test-picture.ts';
import { nextUnit } from '../testing/next-unit.ts';
import { AutoCapture } from './auto-capture.ts';
import type { CameraChoice } from './choose-camera.ts';

const chosen: CameraChoice = { type: 'chosen', source: { type: 'test-picture' }, why: 'There is one.' };
let open: AutoCapture[] = [];
afterEach(async () => {
  for (const capture of open) await capture.close();
  open = [];
});

function create(choose: () => Promise<CameraChoice>) {
  const journal: string[] = [];
  const auto = new AutoCapture({
    choose,
    open: () => new TestPicture({ format: { width: 640, height: 480, frameRate: 30 } }),
    log: createLog((line) => journal.push(line)),
  });
  open.push(auto);
  return { auto, journal };
}

describe('AutoCapture', () => {
  it('opens what was chosen, says why, and does what was asked before', async () => {
    const { auto, journal } = create(async () => chosen);
    const first = nextUnit(auto);
    expect(auto.abilities.canMakeLow).toBe(false);
    auto.setFormat({ width: 320, height: 240, frameRate: 30 });
    auto.setFormat({ width: 160, height: 120, frameRate: 30 });
    await auto.start();
    expect(readSequenceInfo((await first).nalUnits)).toMatchObject({ width: 160, height: 120 });
    expect(auto.abilities.description).toContain('Test picture');
    expect(journal.join()).toContain('There is one.');
  });

  it('says what to do where there is none', async () => {
    const why = 'No camera was found.';
    const { auto } = create(async () => ({ type: 'none', code: 'failed_to_start', why }));
    await expect(auto.start()).rejects.toMatchObject({ code: 'failed_to_start', trouble: 'gone' });
    await expect(auto.closed).resolves.toMatchObject({ type: 'failed-to-start', message: why });
    await expect(auto.snapshot()).rejects.toMatchObject({ code: 'no_picture' });
  });

  it('opens nothing where it was closed while it looked', async () => {
    const looking = Promise.withResolvers<CameraChoice>();
    const { auto } = create(() => looking.promise);
    const started = auto.start();
    await auto.close();
    looking.resolve(chosen);
    await expect(started).rejects.toMatchObject({ code: 'failed_to_start' });
    await expect(auto.closed).resolves.toEqual({ type: 'closed' });
  });
});
