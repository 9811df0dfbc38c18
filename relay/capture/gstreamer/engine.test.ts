import { afterEach, describe, expect, it } from 'vitest';
import { createLog } from '../../log.ts';
import type { AccessUnit, Rendition } from '../capture.ts';
import { PLAIN_PICTURE } from '../picture-settings.ts';
import { readSequenceInfo } from '../sequence-parameter-set.ts';
import { hasGstreamer } from '../testing/gstreamer-here.ts';
import { startMjpegServer } from '../testing/mjpeg-server.ts';
import { nextKeyframe, nextUnit } from '../testing/next-unit.ts';
import { canServeRtsp, startRtspServer } from '../testing/rtsp-server.ts';
import { standinDevice } from '../testing/standin-device.ts';
import { GstreamerCapture, type GstreamerCaptureOptions } from './gstreamer-capture.ts';

const format = { width: 640, height: 480, frameRate: 30 };
const device = { type: 'v4l2', path: '/dev/null' } as const;
const canRun = hasGstreamer('x264enc', 'h264parse', 'jpegenc', 'souphttpsrc');
if (!canRun) console.warn('skipped: GStreamer with Python and x264 is not installed');
const canRtsp = canRun && canServeRtsp();
if (!canRtsp) console.warn('skipped: gir1.2-gst-rtsp-server-1.0 is not installed');

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanups.splice(0).reverse()) await cleanUp();
});

function create(options: Partial<GstreamerCaptureOptions>): GstreamerCapture {
  const capture = new GstreamerCapture({ source: { type: 'test' }, format, ...options });
  cleanups.push(() => capture.close());
  return capture;
}

async function start(options: Partial<GstreamerCaptureOptions> = {}): Promise<GstreamerCapture> {
  const capture = create(options);
  await capture.start();
  return capture;
}

const network = (url: string, password: string | null = null) =>
  ({ type: 'network', url, login: password ? { username: 'eve', password } : null }) as const;
const isLow = (unit: AccessUnit) => unit.rendition === 'low';
const sizeOf = ({ nalUnits }: AccessUnit) => {
  const { width, height } = readSequenceInfo(nalUnits) ?? { width: 0, height: 0 };
  return `${width}x${height}`;
};

describe.skipIf(!canRun)('the engine, encoding', () => {
  it('makes a low rendition only while it is wanted, beginning with a keyframe', async () => {
    const capture = await start();
    const first = nextUnit(capture, isLow);
    capture.setLow(200_000);
    expect((await first).isKeyframe).toBe(true);
    expect(sizeOf(await first)).toBe('480x360');
    capture.setLow(null);
    await nextKeyframe(capture);
    const lows: AccessUnit[] = [];
    capture.onAccessUnit((unit) => isLow(unit) && lows.push(unit));
    await nextKeyframe(capture);
    expect(lows).toEqual([]);
    const again = nextUnit(capture, isLow);
    capture.setLow(300_000);
    expect((await again).isKeyframe).toBe(true);
  });

  it('gives each rendition its own keyframes', async () => {
    const capture = await start();
    capture.setLow(200_000);
    await nextUnit(capture, (unit) => isLow(unit) && !unit.isKeyframe);
    capture.requestKeyframe('low');
    expect((await nextUnit(capture, (unit) => unit.isKeyframe)).rendition).toBe('low');
  });

  it('takes a snapshot of the full picture, however small the stream is', async () => {
    const capture = await start();
    capture.setFormat({ width: 320, height: 240, frameRate: 15 });
    const [one, other] = await Promise.all([capture.snapshot(), capture.snapshot()]);
    expect(one).toMatchObject({ type: 'image/jpeg', width: 640, height: 480 });
    expect([...one.bytes.subarray(0, 2)]).toEqual([0xff, 0xd8]);
    expect(other).toBe(one);
    expect(await capture.snapshot()).not.toBe(one);
  });

  it('turns the picture while it runs, and lays it on its side', async () => {
    const capture = await start();
    capture.setLow(200_000);
    const turned = [
      nextUnit(capture, (unit) => unit.isKeyframe && !isLow(unit) && sizeOf(unit) === '480x640'),
      nextUnit(capture, (unit) => unit.isKeyframe && isLow(unit) && sizeOf(unit) === '360x480'),
    ];
    capture.setPicture({ ...PLAIN_PICTURE, rotation: 90, isMirrored: true });
    await Promise.all(turned);
    expect(await capture.snapshot()).toMatchObject({ width: 480, height: 640 });
  });

  // Beside many other programs the engine has stood still here, once in a few runs; in use, `PictureWatch` starts such a one anew.
  it('takes changes as they come, however many', { retry: 2 }, async () => {
    const capture = await start();
    capture.setLow(200_000);
    for (let change = 0; change < 32; change++) {
      const rotation = ([0, 90, 180, 270] as const)[change % 4] ?? 0;
      capture.setPicture({ ...PLAIN_PICTURE, rotation, isMirrored: change % 3 === 0 });
      capture.setFormat(change % 5 === 0 ? { width: 320, height: 240, frameRate: 15 } : format);
      await nextUnit(capture);
    }
    capture.setPicture(PLAIN_PICTURE);
    capture.requestKeyframe();
    await nextUnit(capture, (unit) => unit.isKeyframe && !isLow(unit) && sizeOf(unit) === '640x480');
  });

  it('goes on where a command is refused', async () => {
    const journal: string[] = [];
    const refused = Promise.withResolvers<void>();
    const log = createLog((line) => {
      journal.push(line);
      refused.resolve();
    });
    const capture = await start({ log });
    capture.requestKeyframe('no rendition' as Rendition);
    await refused.promise;
    expect(journal.join()).toContain('capture.refused');
    capture.setFormat({ width: 320, height: 240, frameRate: 30 });
    await nextUnit(capture, (unit) => unit.isKeyframe && sizeOf(unit) === '320x240');
  });
});

describe.skipIf(!canRun)('the engine with a USB camera', () => {
  it.each(['raw', 'mjpeg'] as const)('encodes what comes as %s', async (kind) => {
    const capture = await start({ source: device, program: standinDevice(kind) });
    expect(sizeOf(await nextKeyframe(capture))).toBe('640x480');
    expect(capture.abilities).toMatchObject({ bitrate: 'live', keyframes: 'on-request', canTurn: true });
  });

  it('hands H.264 on as it comes, and says what can no longer be asked for', async () => {
    const capture = await start({ source: device, program: standinDevice('h264') });
    const unit = await nextKeyframe(capture);
    expect(readSequenceInfo(unit.nalUnits)).toMatchObject({ profile: 100, width: 640 });
    expect(capture.abilities).toMatchObject({
      ...{ bitrate: 'never', format: 'never', keyframes: 'periodic', canSkip: false },
      description: expect.stringContaining('as it comes'),
    });
    const snapshot = await capture.snapshot();
    expect(snapshot).toMatchObject({ type: 'video/h264', width: 640, height: 480 });
  });

  it.skipIf(!hasGstreamer('openh264enc'))('encodes with OpenH264 where there is nothing better', async () => {
    const capture = await start({ source: device, program: standinDevice('raw', 'openh264') });
    expect(capture.abilities.description).toContain('OpenH264');
    const low = nextUnit(capture, isLow);
    capture.setLow(200_000);
    expect((await low).isKeyframe).toBe(true);
    const { nalUnits } = await nextKeyframe(capture);
    expect(nalUnits.map((nalUnit) => (nalUnit[0] ?? 0) & 31).slice(0, 2)).toEqual([7, 8]);
    expect(readSequenceInfo(nalUnits)).toMatchObject({ profile: 66, width: 640 });
  });

  it('says that another program has it', async () => {
    const capture = create({ source: device, program: standinDevice('raw', 'busy') });
    await expect(capture.start()).rejects.toMatchObject({ code: 'failed_to_start', trouble: 'busy' });
  });

  it('says that it was unplugged', async () => {
    const capture = await start({ source: device, program: standinDevice('mjpeg', 'unplugged') });
    await expect(capture.closed).resolves.toMatchObject({ type: 'died', trouble: 'gone' });
  });

  it('gives pictures on where its encoder refuses a bitrate, and says so', async () => {
    const refused = Promise.withResolvers<string>();
    const log = createLog((line) => line.includes('capture.refused') && refused.resolve(line));
    const capture = await start({ source: device, program: standinDevice('raw', 'stubborn'), log });
    capture.setBitrate(700_000);
    expect(await refused.promise).toContain('bitrate 700000');
    await nextKeyframe(capture);
  });

  it('makes smaller what it cannot have smaller', async () => {
    const small = { width: 320, height: 240, frameRate: 30 };
    const capture = await start({ source: device, format: small, program: standinDevice('h264') });
    expect(sizeOf(await nextKeyframe(capture))).toBe('320x240');
  });
});

describe.skipIf(!canRun)('the engine with a camera that speaks HTTP', () => {
  it('encodes its JPEGs, and says when it is gone', async () => {
    const server = await startMjpegServer();
    const capture = await start({ source: network(server.url) });
    expect(sizeOf(await nextKeyframe(capture))).toBe('640x480');
    await server.close();
    await expect(capture.closed).resolves.toMatchObject({ type: 'died', trouble: 'unreachable' });
  });

  it('gives the password, and says when it is the wrong one', async () => {
    const server = await startMjpegServer('eve:right');
    cleanups.push(() => server.close());
    await start({ source: network(server.url, 'right') });
    const wrong = create({ source: network(server.url, 'wrong') });
    await expect(wrong.start()).rejects.toMatchObject({ trouble: 'refused' });
  });

  it('says that nobody answers', async () => {
    const capture = create({ source: network('http://127.0.0.1:9/video') });
    await expect(capture.start()).rejects.toMatchObject({ trouble: 'unreachable' });
  });
});

describe.skipIf(!canRtsp)('the engine with a camera that speaks RTSP', () => {
  it('hands its H.264 on as it comes, beside its sound', async () => {
    const server = await startRtspServer('h264');
    cleanups.push(() => server.close());
    const capture = await start({ source: network(server.url) });
    const unit = await nextKeyframe(capture);
    expect(readSequenceInfo(unit.nalUnits)).toEqual({ profile: 100, width: 320, height: 240 });
    expect(capture.abilities.keyframes).toBe('periodic');
  });

  it('encodes its JPEGs', async () => {
    const server = await startRtspServer('mjpeg');
    cleanups.push(() => server.close());
    const capture = await start({ source: network(server.url) });
    expect(sizeOf(await nextKeyframe(capture))).toBe('640x480');
  });

  it('gives the password, and says when it is the wrong one', async () => {
    const server = await startRtspServer('h264', { login: 'eve:right' });
    cleanups.push(() => server.close());
    await start({ source: network(server.url, 'right') });
    const wrong = create({ source: network(server.url, 'wrong') });
    await expect(wrong.start()).rejects.toMatchObject({ trouble: 'refused' });
  });

  it('refuses pictures that come in another order than they were taken in', async () => {
    const server = await startRtspServer('bframes');
    cleanups.push(() => server.close());
    const capture = await start({ source: network(server.url) });
    await expect(capture.closed).resolves.toMatchObject({ type: 'bad-settings' });
  });
});
