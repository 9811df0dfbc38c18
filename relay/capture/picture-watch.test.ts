import { describe, expect, it } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import type { CaptureError } from './capture-error.ts';
import { PictureWatch } from './picture-watch.ts';

function createWatch() {
  const clock = new FakeClock();
  const errors: CaptureError[] = [];
  const watch = new PictureWatch(clock, 'gone', (error) => errors.push(error));
  watch.start();
  return { clock, errors, watch };
}

describe('PictureWatch', () => {
  it('speaks up once, eight seconds after the last picture', () => {
    const { clock, errors, watch } = createWatch();
    clock.advance(5_000);
    watch.saw();
    clock.advance(7_999);
    expect(errors).toEqual([]);
    clock.advance(60_000);
    expect(errors.map(({ trouble }) => trouble)).toEqual(['gone']);
  });

  it('does not miss the pictures that nobody wanted', () => {
    const { clock, errors, watch } = createWatch();
    watch.excuse(20_000);
    clock.advance(27_999);
    expect(errors).toEqual([]);
  });

  it('leaves no timer', () => {
    const { clock, watch } = createWatch();
    watch.stop();
    expect(clock.pending).toBe(0);
  });
});
