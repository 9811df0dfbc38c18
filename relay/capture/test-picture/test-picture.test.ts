import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import type { AccessUnit, CaptureFormat } from '../capture.ts';
import { TestPicture } from './test-picture.ts';

const SECOND_MS = 1000;
const START_MS = Date.UTC(2030, 0, 1);
const formats: CaptureFormat[] = [
  { width: 1280, height: 720, frameRate: 30 },
  { width: 640, height: 480, frameRate: 30 },
  { width: 320, height: 240, frameRate: 15 },
];

let open: TestPicture[] = [];
afterEach(async () => {
  for (const picture of open) await picture.close();
  open = [];
});

async function startPicture(options: { format?: CaptureFormat; bitrateBps?: number } = {}) {
  const clock = new FakeClock(START_MS);
  const picture = new TestPicture({ ...options, clock });
  open.push(picture);
  const units: AccessUnit[] = [];
  picture.onAccessUnit((unit) => units.push(unit));
  await picture.start();
  /** The units of the next `ms`. */
  const play = (ms: number) => {
    const from = units.length;
    clock.advance(ms);
    return units.slice(from);
  };
  return { picture, clock, units, play };
}

const bits = (units: readonly AccessUnit[]) =>
  8 *
  units.reduce((sum, unit) => sum + unit.nalUnits.reduce((bytes, nalUnit) => bytes + nalUnit.length, 0), 0);
const types = (unit: AccessUnit | undefined) => unit?.nalUnits.map((nalUnit) => (nalUnit[0] ?? 0) & 31);

describe('TestPicture', () => {
  it('begins with SPS, PPS and an IDR picture, and goes on with P pictures', async () => {
    const { play } = await startPicture();
    const [first, second] = play(100);
    expect(types(first)).toEqual([7, 8, 5]);
    expect(first?.isKeyframe).toBe(true);
    expect(types(second)).toEqual([1]);
    expect(second?.isKeyframe).toBe(false);
  });

  it('is constrained baseline, level 3.1 at 720p', async () => {
    const { play } = await startPicture();
    expect([...(play(10)[0]?.nalUnits[0]?.subarray(0, 4) ?? [])]).toEqual([0x67, 66, 0xe0, 31]);
  });

  it('keeps its rate without drift', async () => {
    const { play } = await startPicture({ format: { width: 320, height: 240, frameRate: 30 } });
    const units = play(20 * SECOND_MS - 1);
    expect(units).toHaveLength(600);
    units.forEach((unit, index) => {
      expect(Math.abs(unit.capturedAtMs - START_MS - index * (1000 / 30))).toBeLessThan(1.5);
    });
  });

  it.each([150_000, 500_000, 1_500_000, 4_000_000])(
    'spends %i bit/s within 15 percent',
    async (bitrateBps) => {
      const { play } = await startPicture({ bitrateBps });
      play(5 * SECOND_MS);
      for (let second = 0; second < 3; second++) {
        const spent = bits(play(SECOND_MS));
        expect(spent / bitrateBps).toBeGreaterThan(0.85);
        expect(spent / bitrateBps).toBeLessThan(1.15);
      }
    },
  );

  it('follows a new bitrate at once', async () => {
    const { picture, play } = await startPicture({ bitrateBps: 3_000_000 });
    play(2 * SECOND_MS);
    picture.setBitrate(600_000);
    expect(bits(play(SECOND_MS)) / 600_000).toBeCloseTo(1, 0);
    picture.setBitrate(3_000_000);
    expect(bits(play(SECOND_MS)) / 3_000_000).toBeCloseTo(1, 0);
  });

  it('makes the next picture a keyframe when asked', async () => {
    const { picture, play } = await startPicture();
    play(SECOND_MS);
    picture.requestKeyframe();
    expect(play(100).map((unit) => unit.isKeyframe)).toEqual([true, false, false]);
  });

  it('leaves out pictures for as long as it is told, and not the keyframe asked for meanwhile', async () => {
    const { picture, play } = await startPicture();
    play(SECOND_MS);
    picture.skip(500);
    picture.requestKeyframe();
    expect(play(499)).toEqual([]);
    expect(play(100)[0]?.isKeyframe).toBe(true);
    picture.skip(500);
    picture.skip(0);
    expect(play(100)).toHaveLength(3);
  });

  it.each(formats)('changes to $width x $height at once, with new parameter sets', async (format) => {
    const { picture, play } = await startPicture({ format: { width: 176, height: 144, frameRate: 30 } });
    const before = play(100)[0]?.nalUnits[0];
    picture.setFormat(format);
    const [first] = play(100);
    expect(types(first)).toEqual([7, 8, 5]);
    expect(first?.nalUnits[0]).not.toEqual(before);
  });

  it('refuses sizes and rates that are none', () => {
    for (const wrong of [
      { width: 641 },
      { height: 0 },
      { frameRate: 0 },
      { width: Number.NaN },
      { height: 9000 },
    ]) {
      const format = { width: 640, height: 480, frameRate: 30, ...wrong };
      expect(() => new TestPicture({ format })).toThrowError(
        expect.objectContaining({ code: 'bad_settings' }),
      );
    }
  });

  it('leaves no timer after close, and says that it was closed', async () => {
    const { picture, clock, play } = await startPicture();
    play(SECOND_MS);
    await picture.close();
    await picture.close();
    expect(clock.pending).toBe(0);
    expect(play(SECOND_MS)).toEqual([]);
    await expect(picture.closed).resolves.toEqual({ type: 'closed' });
  });

  it('does not start when it is told not to', async () => {
    const picture = new TestPicture({ clock: new FakeClock(START_MS) });
    open.push(picture);
    await expect(picture.start({ signal: AbortSignal.abort() })).rejects.toThrow();
  });

  it('takes a snapshot of the full format, however small the picture is at the moment', async () => {
    const { picture, play } = await startPicture({ format: { width: 640, height: 480, frameRate: 30 } });
    picture.setFormat({ width: 320, height: 240, frameRate: 15 });
    const [unit] = play(100);
    const { type, bytes, width, height } = await picture.snapshot();
    expect({ type, width, height }).toEqual({ type: 'video/h264', width: 640, height: 480 });
    expect(bytes.length).toBeGreaterThan(bits(unit ? [unit] : []) / 8);
  });

  it('takes no snapshot while it is off', async () => {
    await expect(new TestPicture().snapshot()).rejects.toMatchObject({ code: 'no_picture' });
  });

  it('makes a low rendition while one is wanted: smaller, every second picture, within its own bitrate', async () => {
    const { picture, play } = await startPicture({ bitrateBps: 2_000_000 });
    expect(play(SECOND_MS).every(({ rendition }) => rendition === 'main')).toBe(true);
    picture.setLow(300_000);
    const units = play(4 * SECOND_MS);
    const low = units.filter(({ rendition }) => rendition === 'low');
    expect(low.map(({ isKeyframe }) => isKeyframe).indexOf(true, 1)).toBe(-1);
    expect(low[0]?.isKeyframe).toBe(true);
    expect(units.length - low.length).toBe(120);
    expect(low.length).toBe(60);
    expect(bits(low) / 4 / 300_000).toBeGreaterThan(0.85);
    expect(bits(low) / 4 / 300_000).toBeLessThan(1.15);
    picture.requestKeyframe('low');
    const [asked] = play(100).filter(({ isKeyframe }) => isKeyframe);
    expect(asked?.rendition).toBe('low');
    picture.setLow(null);
    expect(play(SECOND_MS).every(({ rendition }) => rendition === 'main')).toBe(true);
  });

  it('goes on with the low rendition while pictures of the main one are left out', async () => {
    const { picture, play } = await startPicture();
    picture.setLow(300_000);
    picture.skip(SECOND_MS);
    expect(new Set(play(SECOND_MS - 1).map(({ rendition }) => rendition))).toEqual(new Set(['low']));
  });
});
