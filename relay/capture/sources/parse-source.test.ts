import { describe, expect, it } from 'vitest';
import { CAPTURE_SOURCES, parseSource, withoutLogin } from './parse-source.ts';

describe('parseSource', () => {
  it.each([
    ['auto', { type: 'auto' }],
    ['rpicam', { type: 'rpicam' }],
    ['pi', { type: 'pi', name: null }],
    ['pi:/base/soc/i2c0mux/i2c@1/imx708@1a', { type: 'pi', name: '/base/soc/i2c0mux/i2c@1/imx708@1a' }],
    ['file:/a:b.mp4', { type: 'file', path: '/a:b.mp4' }],
    ['v4l2:/dev/video0', { type: 'v4l2', path: '/dev/video0' }],
    ['rtsp://cam:8554/live?x=1', { type: 'network', url: 'rtsp://cam:8554/live?x=1', login: null }],
  ])('reads %s', (text, source) => {
    expect(parseSource(text)).toEqual(source);
  });

  it('takes the password out of the address', () => {
    expect(parseSource('http://eve:p%40ss@cam/video.mjpg')).toEqual({
      ...{ type: 'network', url: 'http://cam/video.mjpg' },
      login: { username: 'eve', password: 'p@ss' },
    });
    expect(parseSource('rtsp://eve:100%@cam/')).toMatchObject({ login: { password: expect.any(String) } });
  });

  it.each([
    '',
    'testpicture',
    'file:',
    'v4l2:',
    'pi:',
    'pi:a b',
    'gstreamer:',
    'rtsp:',
    'ftp://camera/',
    'file:a\0b',
    'v4l2:a\nquit',
  ])('refuses %j and lists what is possible', (text) => {
    expect(() => parseSource(text)).toThrowError(
      expect.objectContaining({
        code: 'bad_settings',
        message: expect.stringContaining(CAPTURE_SOURCES.join(', ')),
      }),
    );
  });

  it.each([
    'ftp://eve:secret@cam/',
    'rtsp://eve:secret/1@cam/live',
    'rtsp://eve:se#secret@cam/live',
    'rtsp:/eve:secret@cam/live',
    'rtsp:eve:secret@cam',
    'ftp://cam/live?password=secret',
  ])('does not repeat the password in %j', (text) => {
    expect(() => parseSource(text)).toThrowError(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    );
  });

  it.each([
    ['rtsp://eve:secret@cam/live', 'rtsp://cam/…'],
    ['rtsp://eve:p@secret@cam:8554', 'rtsp://cam:8554'],
    ['http://cam/mjpeg?user=eve&password=secret', 'http://cam/…'],
    ['rtsp://cam/user=eve_password=secret.sdp', 'rtsp://cam/…'],
    ['v4l2:/dev/video0', 'v4l2:/dev/video0'],
    ['pi:/base/soc/i2c0mux/i2c@1/imx708@1a', 'pi:/base/soc/i2c0mux/i2c@1/imx708@1a'],
    ['auto', 'auto'],
  ])('shows %j as %j', (text, shown) => {
    expect(withoutLogin(text)).toBe(shown);
  });
});
