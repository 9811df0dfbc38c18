import { describe, expect, it } from 'vitest';
import { GstreamerCapture } from './gstreamer/gstreamer-capture.ts';
import { CAPTURE_SOURCES, openCapture } from './open-capture.ts';
import { TestPicture } from './test-picture/test-picture.ts';

const format = { width: 320, height: 240, frameRate: 30 };

describe('openCapture', () => {
  it('knows the test picture and everything that GStreamer plays', () => {
    expect(openCapture('test-picture', format)).toBeInstanceOf(TestPicture);
    for (const source of ['gstreamer:test', 'file:/a:b.mp4', 'v4l2:/dev/video0']) {
      expect(openCapture(source, format)).toBeInstanceOf(GstreamerCapture);
    }
  });

  it.each(['', 'testpicture', 'file:', 'v4l2:', 'gstreamer:', 'http://camera/', 'file:a\0b'])(
    'refuses %j and lists what is possible',
    (source) => {
      expect(() => openCapture(source, format)).toThrowError(
        expect.objectContaining({
          code: 'bad_settings',
          message: expect.stringContaining(CAPTURE_SOURCES.join(', ')),
        }),
      );
    },
  );

  it('refuses a format that no capture could deliver', () => {
    const odd = { ...format, width: 321 };
    for (const source of ['test-picture', 'gstreamer:test']) {
      expect(() => openCapture(source, odd)).toThrowError(expect.objectContaining({ code: 'bad_settings' }));
    }
  });
});
