import { describe, expect, it } from 'vitest';
import { PLAIN_PICTURE } from '../picture-settings.ts';
import { type EngineSettings, planEngine } from './engine-plan.ts';
import type { EngineSource } from './engine-source.ts';

const format = { width: 1280, height: 720, frameRate: 30 };
const settingsOf = (source: EngineSource): EngineSettings => ({
  ...{ source, fullFormat: format, format, bitrateBps: 1_000_000 },
  ...{ picture: PLAIN_PICTURE, clockStrip: false },
});
const mode = { width: 1280, height: 720, frameRate: 30 };

describe('planEngine', () => {
  it('asks a Pi camera for the pixels that its hardware encoder takes', () => {
    const plan = planEngine(settingsOf({ type: 'pi', name: null }));
    expect(plan.source).toBe(
      'libcamerasrc name=source ! video/x-raw,format=NV12,width=1280,height=720,framerate=30/1,' +
        'interlace-mode=progressive,colorimetry=bt709',
    );
    expect(plan.properties).toEqual({});
    expect(plan.encodings.map(({ kind, pixels }) => `${kind} ${pixels}`)).toEqual([
      'v4l2 NV12',
      'x264 NV12',
      'openh264 I420',
    ]);
  });

  it('names a Pi camera where there are several', () => {
    const { properties } = planEngine(settingsOf({ type: 'pi', name: '/base/soc/i2c0mux/i2c@1/imx708@1a' }));
    expect(properties).toEqual({ source: { 'camera-name': '/base/soc/i2c0mux/i2c@1/imx708@1a' } });
  });

  it('tells the hardware encoder a level, and to repeat its headers', () => {
    const [hardware] = planEngine(settingsOf({ type: 'pi', name: null })).encodings;
    expect(hardware?.requires).toContain('v4l2h264enc');
    expect(hardware?.text).toContain(
      'v4l2h264enc name=encoder ! video/x-h264,level=(string)4,profile=(string)constrained-baseline ! h264parse config-interval=-1',
    );
    expect(hardware?.controls).toEqual({
      ...{ repeat_sequence_header: 1, video_bitrate_mode: 1, h264_i_frame_period: 1800 },
    });
  });

  it.each([
    [{ encoding: 'h264', ...mode }, 'h264', 'v4l2src name=source ! video/x-h264,width=1280'],
    [{ encoding: 'mjpeg', ...mode }, 'raw', 'v4l2src name=source ! image/jpeg,width=1280'],
    [{ encoding: 'raw', pixels: 'YUY2', ...mode }, 'raw', 'v4l2src name=source ! video/x-raw,format=YUY2'],
  ] as const)('sets a device to %j', (chosen, delivers, source) => {
    const plan = planEngine(settingsOf({ type: 'v4l2', path: '/dev/video0' }), chosen);
    expect(plan.delivers).toBe(delivers);
    expect(plan.source.startsWith(source)).toBe(true);
    expect(plan.source.endsWith('jpegdec')).toBe(chosen.encoding === 'mjpeg');
    expect(plan.properties).toEqual({ source: { device: '/dev/video0' } });
  });

  it('keeps paths, addresses and passwords out of the text that is parsed', () => {
    const path = '/videos/a ! filesink location=x.mp4';
    expect(planEngine(settingsOf({ type: 'file', path })).source).not.toContain('filesink');
    const login = { username: 'eve', password: 'secret ! fakesink' };
    const plan = planEngine(settingsOf({ type: 'network', url: 'rtsp://camera/live', login }));
    expect(plan.source).not.toMatch(/secret|camera/);
    expect(plan.properties).toEqual({
      source: { location: 'rtsp://camera/live', 'user-id': 'eve', 'user-pw': 'secret ! fakesink' },
    });
  });

  it.each([
    [0, false, 'identity', [1280, 720, 30]],
    [90, false, '90r', [720, 1280, 30]],
    [180, true, 'vert', [1280, 720, 30]],
    [270, true, 'ur-ll', [720, 1280, 30]],
  ] as const)('turned by %i, mirrored %s, is %s', (rotation, isMirrored, direction, size) => {
    const picture = { ...PLAIN_PICTURE, rotation, isMirrored };
    const plan = planEngine({ ...settingsOf({ type: 'test' }), picture });
    expect(plan).toMatchObject({ direction, format: size });
  });
});
