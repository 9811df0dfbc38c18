import { describe, expect, test } from 'vitest';
import { LendingError } from '../lending/lending.ts';
import { eventually } from '../testing/eventually.ts';
import { createLendingBench } from '../testing/lending-bench.ts';
import { openCameraControl } from './camera-control.ts';

async function setUp() {
  const bench = await createLendingBench();
  await bench.online();
  return { ...bench, control: openCameraControl(bench.link, bench.clock) };
}

describe('the control of a camera', () => {
  test('switches it off, on again, and has the camera’s word for it', async () => {
    const { camera, control, link } = await setUp();
    await control.switch(true);
    await eventually(() => link.news.value.off !== null);
    await control.switch(false);
    await eventually(() => link.news.value.off === null);
    expect(camera.privacy).toMatchObject({ off: false, revision: 2 });
    link.close();
  });

  test('does not change what somebody else has changed meanwhile', async () => {
    const { camera, control, link } = await setUp();
    const { revision } = await control.readPrivacy();
    camera.privacy = { ...camera.privacy, revision: revision + 1 };
    const hours = { tz: 'UTC', spans: [{ days: [1 as const], from: 0, until: 60 }] };
    await expect(control.changePrivacy(revision, { hours })).rejects.toMatchObject({ code: 'changed' });
    expect(await control.changePrivacy(revision + 1, { hours })).toMatchObject({ hours });
    link.close();
  });

  test('of a camera that this phone does not have cannot be opened', async () => {
    const { clock, link } = await setUp();
    expect(() => openCameraControl(null, clock)).toThrow(LendingError);
    link.close();
  });
});
