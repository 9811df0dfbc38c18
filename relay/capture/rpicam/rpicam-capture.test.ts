import { afterEach, describe, expect, it } from 'vitest';
import { PLAIN_PICTURE } from '../picture-settings.ts';
import { readSequenceInfo } from '../sequence-parameter-set.ts';
import { nextUnit } from '../testing/next-unit.ts';
import { standinRpicam } from '../testing/standin-rpicam.ts';
import { RpicamCapture, type RpicamCaptureOptions } from './rpicam-capture.ts';

const format = { width: 320, height: 240, frameRate: 30 };
let open: RpicamCapture[] = [];
afterEach(async () => {
  const pids = open.flatMap(({ processId }) => processId ?? []);
  for (const capture of open) await capture.close();
  open = [];
  for (const pid of pids) expect(isAlive(pid)).toBe(false);
});

function create(options: RpicamCaptureOptions = {}): RpicamCapture {
  const capture = new RpicamCapture({ format, program: standinRpicam(), ...options });
  open.push(capture);
  return capture;
}

describe('RpicamCapture', () => {
  it('begins with a keyframe, and has another every two seconds', async () => {
    const capture = create();
    const first = nextUnit(capture);
    await capture.start();
    expect((await first).isKeyframe).toBe(true);
    expect(capture.abilities).toMatchObject({ keyframes: 'periodic', bitrate: 'restart', canSkip: false });
    const next = await nextUnit(capture, ({ isKeyframe }) => isKeyframe);
    expect(next.capturedAtMs - (await first).capturedAtMs).toBeGreaterThan(1_500);
  });

  it('joins pictures that need several datagrams', async () => {
    const capture = create({ format: { width: 1280, height: 720, frameRate: 5 }, bitrateBps: 20_000_000 });
    await capture.start();
    const isLarge = (nalUnits: readonly Uint8Array[]) =>
      nalUnits.reduce((sum, { length }) => sum + length, 0) > 70_000;
    await nextUnit(capture, ({ nalUnits }) => isLarge(nalUnits));
  });

  it('is opened anew for another format, with one program at a time', async () => {
    const capture = create();
    await capture.start();
    const before = capture.processId ?? Number.NaN;
    capture.setFormat({ width: 640, height: 480, frameRate: 15 });
    capture.setPicture({ ...PLAIN_PICTURE, rotation: 180 });
    const changed = await nextUnit(capture, ({ nalUnits }) => readSequenceInfo(nalUnits)?.width === 640);
    expect(changed.isKeyframe).toBe(true);
    expect(capture.processId).not.toBe(before);
    expect(isAlive(before)).toBe(false);
  });

  it('takes a keyframe for a snapshot', async () => {
    const capture = create();
    await capture.start();
    expect(await capture.snapshot()).toMatchObject({ type: 'video/h264', width: 320, height: 240 });
  });

  it.each(['gone', 'busy'] as const)('says that the camera is %s', async (fate) => {
    const capture = create({ program: standinRpicam(fate) });
    await expect(capture.start()).rejects.toMatchObject({ code: 'failed_to_start', trouble: fate });
    await expect(capture.closed).resolves.toMatchObject({ type: 'failed-to-start', trouble: fate });
  });

  it('names what to install where there is no such program', async () => {
    const capture = create({ program: ['/nonexistent/rpicam-vid'] });
    await expect(capture.start()).rejects.toMatchObject({ code: 'missing_program' });
  });

  it('died where somebody kills the program', async () => {
    const capture = create();
    await capture.start();
    process.kill(capture.processId ?? Number.NaN, 'SIGKILL');
    await expect(capture.closed).resolves.toMatchObject({ type: 'died', trouble: 'failed' });
  });

  it('can be called off while it starts', async () => {
    const capture = create({ program: standinRpicam('silent') });
    const controller = new AbortController();
    const started = capture.start({ signal: controller.signal });
    controller.abort(new Error('no longer wanted'));
    await expect(started).rejects.toThrow('no longer wanted');
    await expect(capture.closed).resolves.toEqual({ type: 'closed' });
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
