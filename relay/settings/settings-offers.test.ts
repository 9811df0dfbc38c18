import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config.ts';
import { COPIED, ENCODING } from '../testing/abilities.ts';
import { usualSettings } from './capture-values.ts';
import { offersOf } from './settings-offers.ts';
import { isOffered } from './settings-state.ts';

const usual = usualSettings(loadConfig({}));

describe('what can be chosen', () => {
  it('of a source that encodes is size, rate and bits, of the shape that it has', () => {
    const { sizes, frame_rates, max_bitrates } = offersOf(ENCODING, usual);
    expect(sizes.map(({ width, height }) => `${width}x${height}`)).toEqual([
      '1920x1080',
      '1280x720',
      '960x540',
      '640x360',
    ]);
    expect(sizes.every(({ width, height }) => width % 2 === 0 && height % 2 === 0)).toBe(true);
    expect([frame_rates.at(-1), max_bitrates[0]]).toEqual([30, 500_000]);
  });

  it('of a picture of 4 to 3 keeps its shape, and has its own size among the others', () => {
    const { sizes } = offersOf(ENCODING, usualSettings(loadConfig({ LATCHKEY_FORMAT: '640x480@7' })));
    expect(sizes.at(-1)).toEqual({ width: 640, height: 480 });
    expect(sizes.every(({ width, height }) => Math.abs(width / height - 4 / 3) < 0.01)).toBe(true);
  });

  it('of a source whose picture comes encoded is nothing', () => {
    const { source, ...offers } = offersOf(COPIED, usual);
    expect(source).toBe(COPIED.description);
    expect(offers).toEqual({
      ...{ sizes: [], frame_rates: [], max_bitrates: [], rotations: [0] },
      ...{ mirror: false, exposure: false, restarts: false },
    });
  });

  it.each([
    [{ canTurn: true, canTurnSideways: false }, [0, 180], true],
    [{ canTurn: true, canTurnSideways: true }, [0, 90, 180, 270], true],
    [{ canTurn: false, canTurnSideways: false }, [0], false],
  ])('of a source that can turn its picture is as far as it can: %o', (can, rotations, mirror) => {
    expect(offersOf({ ...ENCODING, ...can }, usual)).toMatchObject({ rotations, mirror });
  });

  it('of a source that nobody knows is nothing either', () => {
    expect(offersOf(null, usual)).toMatchObject({ source: null, sizes: [], rotations: [0] });
  });
});

describe('a change', () => {
  const offers = offersOf({ ...ENCODING, canTurn: true }, usual);

  it.each([
    [{ width: 640, height: 360 }],
    [{ width: null, height: null }],
    [{ frame_rate: 15, max_bitrate: 500_000 }],
    [{ rotation: 180 as const, mirrored: true }],
    [{ exposure: 0, mirrored: null }],
  ])('to %o is offered', (change) => {
    expect(isOffered(change, offers)).toBe(true);
  });

  it.each([
    [{ width: 640 }],
    [{ width: 640, height: null }],
    [{ width: 640, height: 480 }],
    [{ frame_rate: 240 }],
    [{ max_bitrate: 100_000_000 }],
    [{ exposure: 1 }],
  ])('to %o is not', (change) => {
    expect(isOffered(change, offers)).toBe(false);
  });

  it('to what it was set up with is offered by every source', () => {
    const all = { width: null, height: null, frame_rate: null, rotation: null, max_bitrate: null };
    expect(isOffered({ ...all, exposure: null, mirrored: null }, offersOf(null, usual))).toBe(true);
  });
});
