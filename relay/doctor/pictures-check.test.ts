import { describe, expect, it } from 'vitest';
import type { CameraHealth } from '#shared/camera-health.ts';
import { ControlError } from '../control/control-error.ts';
import { checkPictures } from './pictures-check.ts';

const view = {
  name: 'Anna',
  path: 'direct',
  pictures: 300,
  bytes: 900_000,
  round_trip: 12,
  loss: 0,
} as const;
const health: CameraHealth = {
  ...{ at_ms: 1_000, version: '1.2.3', since: 1, views: [view] },
  machine: { temperature: null, strains: null, load: 0, uptime: 0, disk_free: null },
  picture: { source: 'Pi camera, hardware encoder', pictures: 300, bytes: 1_000_000 },
};
const later = (change: Partial<CameraHealth['views'][number]> = {}): CameraHealth => ({
  ...health,
  at_ms: 2_000,
  picture: { ...health.picture, pictures: 330, bytes: 1_250_000 },
  views: [{ ...view, pictures: 328, bytes: 1_100_000, ...change }],
});

/** What is found of a camera that answers this, one after another. */
function check(...answers: CameraHealth[]) {
  const left = [...answers];
  return checkPictures(
    async () => left.shift() ?? Promise.reject(new ControlError('not_running')),
    async () => undefined,
  );
}

describe('of the pictures that flow the doctor', () => {
  it('says how many are made, and what each viewer gets', async () => {
    expect((await check(health, later())).map(({ text }) => text)).toEqual([
      'Pi camera, hardware encoder makes 30 pictures a second (2000 kbit/s).',
      'Anna gets 28 pictures a second (1600 kbit/s), straight, 12 ms there and back, 0 % lost.',
    ]);
  });

  it('finds a path that loses much', async () => {
    const [, found] = await check(health, later({ path: 'relayed', loss: 0.3, round_trip: null }));
    expect(found).toMatchObject({
      verdict: 'warn',
      text: expect.stringContaining('through a relay, 30 % lost'),
    });
  });

  it('measures nothing where nobody watches', async () => {
    expect(await check({ ...health, views: [] })).toMatchObject([{ verdict: 'ok' }]);
  });

  it('says nothing of a camera that does not run: that is said already', async () => {
    expect(await check()).toEqual([]);
  });
});
