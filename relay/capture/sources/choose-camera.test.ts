import { describe, expect, it } from 'vitest';
import { chooseCamera } from './choose-camera.ts';
import type { FoundCameras } from './found-cameras.ts';

const NOTHING: FoundCameras = { pi: [], usb: [], elements: null, rpicamVid: null };
const pi = [{ sensor: 'imx708', name: '/base/imx708@1a' }];
const usb = [{ model: 'HD Webcam', device: '/dev/video2' }];
const ALL = ['libcamerasrc', 'v4l2src', 'v4l2h264enc', 'x264enc'];
const choose = (found: Partial<FoundCameras>) => chooseCamera({ ...NOTHING, ...found });

describe('chooseCamera', () => {
  it('takes the Pi camera before one on USB, by GStreamer where that can', () => {
    const choice = choose({ pi, usb, elements: ALL, rpicamVid: 'rpicam-vid' });
    expect(choice).toMatchObject({ type: 'chosen', source: { type: 'pi', name: '/base/imx708@1a' } });
    expect(choice.why).toMatch(/imx708.*v4l2h264enc/);
  });

  it.each([
    ['no GStreamer', null],
    ['no libcamerasrc', ['v4l2src', 'x264enc']],
    ['no encoder', ['libcamerasrc', 'v4l2src']],
  ])('falls back on rpicam-vid where there is %s, and says so', (lack, elements) => {
    const choice = choose({ pi, elements, rpicamVid: 'rpicam-vid' });
    expect(choice).toMatchObject({ type: 'chosen', source: { type: 'rpicam' } });
    expect(choice.why).toContain(lack);
  });

  it('takes a USB camera where nothing can record from the Pi camera', () => {
    const choice = choose({ pi, usb, elements: ['v4l2src', 'x264enc'] });
    expect(choice).toMatchObject({ type: 'chosen', source: { type: 'v4l2', path: '/dev/video2' } });
  });

  it.each([
    ['no camera', {}, 'failed_to_start', 'plugged in'],
    ['a USB camera without GStreamer', { usb }, 'missing_program', 'apt install'],
    ['a Pi camera without programs', { pi }, 'missing_program', 'rpicam-apps'],
  ])('says what to do about %s', (_, found, code, words) => {
    expect(choose(found)).toMatchObject({ type: 'none', code, why: expect.stringContaining(words) });
  });
});
