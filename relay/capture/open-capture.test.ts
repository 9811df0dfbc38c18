import { describe, expect, it } from 'vitest';
import { GstreamerCapture } from './gstreamer/gstreamer-capture.ts';
import { openCapture } from './open-capture.ts';
import { RpicamCapture } from './rpicam/rpicam-capture.ts';
import { AutoCapture } from './sources/auto-capture.ts';
import { TestPicture } from './test-picture/test-picture.ts';

const format = { width: 320, height: 240, frameRate: 30 };

describe('openCapture', () => {
  it('knows the test picture and everything that GStreamer plays', () => {
    expect(openCapture('test-picture', format)).toBeInstanceOf(TestPicture);
    for (const source of ['gstreamer:test', 'file:/a:b.mp4', 'v4l2:/dev/video0']) {
      expect(openCapture(source, format)).toBeInstanceOf(GstreamerCapture);
    }
  });

  it('knows the programs of a Pi, and how to choose by itself', () => {
    expect(openCapture('rpicam', format)).toBeInstanceOf(RpicamCapture);
    expect(openCapture('auto', format)).toBeInstanceOf(AutoCapture);
    expect(openCapture('pi', format)).toBeInstanceOf(GstreamerCapture);
  });

  it('refuses what it does not know', () => {
    expect(() => openCapture('testpicture', format)).toThrowError(
      expect.objectContaining({ code: 'bad_settings' }),
    );
  });

  it('refuses a format that no capture could deliver', () => {
    const odd = { ...format, width: 321 };
    for (const source of ['test-picture', 'gstreamer:test']) {
      expect(() => openCapture(source, odd)).toThrowError(expect.objectContaining({ code: 'bad_settings' }));
    }
  });
});
