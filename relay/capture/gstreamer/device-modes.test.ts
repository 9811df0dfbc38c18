import { describe, expect, it } from 'vitest';
import { chooseMode, parseDeviceModes } from './device-modes.ts';

const hd = { width: 1280, height: 720, frameRate: 30 };
const h264 = (width: number, height: number, frameRate = 30) =>
  ({ encoding: 'h264', width, height, frameRate }) as const;
const mjpeg = (width: number, height: number, frameRate = 30) =>
  ({ encoding: 'mjpeg', width, height, frameRate }) as const;
const raw = (width: number, height: number, frameRate = 30) =>
  ({ encoding: 'raw', width, height, frameRate, pixels: 'YUY2' }) as const;

describe('chooseMode', () => {
  it.each([
    ['H.264 before anything', [mjpeg(1280, 720), raw(1280, 720), h264(1280, 720)], h264(1280, 720)],
    ['raw before JPEG, where it is fast enough', [mjpeg(1280, 720), raw(1280, 720)], raw(1280, 720)],
    ['JPEG, where raw is too slow', [mjpeg(1280, 720), raw(1280, 720, 10)], mjpeg(1280, 720)],
    ['what is next larger', [mjpeg(640, 480), mjpeg(1920, 1080), mjpeg(2592, 1944)], mjpeg(1920, 1080)],
    ['the largest there is', [raw(320, 240), raw(640, 480)], raw(640, 480)],
    ['no H.264 larger than asked for', [h264(1920, 1080), mjpeg(1280, 720)], mjpeg(1280, 720)],
    ['no H.264 that is far too small', [h264(640, 360), mjpeg(1280, 720)], mjpeg(1280, 720)],
    [
      'the very size, where the device scales',
      [{ ...raw(2592, 1944), minWidth: 32, minHeight: 32 }],
      raw(1280, 720),
    ],
  ])('takes %s', (_, modes, chosen) => {
    expect(chooseMode(modes, hd)).toEqual(chosen);
  });

  it('refuses a device that offers nothing it could use', () => {
    expect(() => chooseMode([h264(1920, 1080)], hd)).toThrowError(
      expect.objectContaining({ code: 'bad_settings' }),
    );
  });
});

describe('parseDeviceModes', () => {
  it.each([
    [null],
    [{ modes: [{ ...h264(1, 1), extra: 1 }] }],
    [{ modes: [{ ...raw(1, 1), pixels: 'YUY2 ! fakesink' }] }],
    [{ modes: [h264(0, 720)] }],
    [{ modes: Array.from({ length: 2_001 }, () => h264(640, 480)) }],
  ])('refuses %j', (answer) => {
    expect(() => parseDeviceModes(answer)).toThrow();
  });
});
