import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { hasGstreamer } from '../testing/gstreamer-here.ts';
import { nextUnit } from '../testing/next-unit.ts';
import { engineProgram } from './engine-program.ts';
import { GstreamerCapture, type GstreamerCaptureOptions } from './gstreamer-capture.ts';

const format = { width: 320, height: 240, frameRate: 30 };
const test = { type: 'test' } as const;
const canEncode = hasGstreamer('x264enc');
if (!canEncode) console.warn('skipped: GStreamer with Python and x264 is not installed');

let open: GstreamerCapture[] = [];
afterEach(async () => {
  const pids = open.map(({ processId }) => processId).filter((pid) => pid !== undefined);
  for (const capture of open) await capture.close();
  open = [];
  for (const pid of pids) expect(isAlive(pid)).toBe(false);
});

function create(options: Partial<GstreamerCaptureOptions> = {}): GstreamerCapture {
  const capture = new GstreamerCapture({ source: test, format, ...options });
  open.push(capture);
  return capture;
}

/** A stand-in for the engine: a shell script that has our descriptor 3. */
const shell = (script: string) => ['/bin/sh', '-c', script] as const;

describe('GstreamerCapture with a stand-in engine', () => {
  it('names what to install where there is no such program', async () => {
    const capture = create({ program: ['/nonexistent/python3'] });
    await expect(capture.start()).rejects.toMatchObject({
      code: 'missing_program',
      message: expect.stringContaining('apt install'),
    });
    await expect(capture.closed).resolves.toMatchObject({ type: 'failed-to-start' });
  });

  it('names what to install where the engine misses a part', async () => {
    const capture = create({ program: shell(`printf 'F\\0\\0\\0\\023missing_program\\ngi.' >&3`) });
    await expect(capture.start()).rejects.toMatchObject({
      code: 'missing_program',
      message: expect.stringContaining('gstreamer1.0-plugins-ugly'),
    });
  });

  it('fails to start where the engine ends before the first picture', async () => {
    const capture = create({ program: shell('exit 7') });
    await expect(capture.start()).rejects.toMatchObject({ code: 'failed_to_start' });
    await expect(capture.closed).resolves.toEqual({
      type: 'failed-to-start',
      trouble: 'failed',
      message: 'The camera engine ended unexpectedly, with code 7.',
    });
  });

  it('tells bad settings apart', async () => {
    const capture = create({ program: shell(`printf 'F\\0\\0\\0\\016bad_settings\\nx' >&3; cat`) });
    await expect(capture.start()).rejects.toMatchObject({ code: 'bad_settings' });
    await expect(capture.closed).resolves.toMatchObject({ type: 'bad-settings' });
  });

  it('dies, and ends the engine, on bytes that are no message', async () => {
    const capture = create({
      program: shell(`read plan; printf 'R\\0\\0\\0\\002{}' >&3; read line; printf 'junk!' >&3; cat`),
    });
    await capture.start();
    capture.requestKeyframe();
    await expect(capture.closed).resolves.toMatchObject({ type: 'died' });
  });

  it('can be called off while it starts', async () => {
    const capture = create({ program: shell('exec cat') });
    const controller = new AbortController();
    const started = capture.start({ signal: controller.signal });
    controller.abort(new Error('no longer wanted'));
    await expect(started).rejects.toThrow('no longer wanted');
    await expect(capture.closed).resolves.toEqual({ type: 'closed' });
  });

  it('says in words which file or device is not there', async () => {
    const file = create({ source: { type: 'file', path: '/nonexistent/video.mp4' } });
    await expect(file.start()).rejects.toMatchObject({
      code: 'bad_settings',
      message: expect.stringContaining('/nonexistent/video.mp4'),
    });
    const device = create({ source: { type: 'v4l2', path: '/dev/video-none' } });
    await expect(device.start()).rejects.toMatchObject({
      code: 'failed_to_start',
      message: expect.stringContaining('plugged in'),
    });
    await expect(device.closed).resolves.toMatchObject({ type: 'failed-to-start' });
  });
});

describe.skipIf(!canEncode)('GStreamer engine', () => {
  it('begins with a keyframe, and makes another when asked', async () => {
    const capture = create();
    const first = nextUnit(capture);
    await capture.start();
    expect((await first).isKeyframe).toBe(true);
    expect(Math.abs(Date.now() - (await first).capturedAtMs)).toBeLessThan(5_000);
    await nextUnit(capture, (unit) => !unit.isKeyframe);
    capture.requestKeyframe();
    const { nalUnits } = await nextUnit(capture, (unit) => unit.isKeyframe);
    expect(nalUnits.map((nalUnit) => (nalUnit[0] ?? 0) & 31).slice(0, 2)).toEqual([7, 8]);
  });

  it('leaves out pictures for as long as it is told', async () => {
    const capture = create();
    await capture.start();
    let lastMs = (await nextUnit(capture)).capturedAtMs;
    capture.skip(700);
    await nextUnit(capture, ({ capturedAtMs }) => {
      const gapMs = capturedAtMs - lastMs;
      lastMs = capturedAtMs;
      return gapMs > 500;
    });
  });

  it('changes size without a new process', async () => {
    const capture = create({ clockStrip: true });
    const first = nextUnit(capture);
    await capture.start();
    const [before] = (await first).nalUnits;
    const pid = capture.processId;
    capture.setBitrate(300_000);
    capture.setFormat({ width: 640, height: 480, frameRate: 30 });
    const changed = await nextUnit(capture, (unit) => unit.isKeyframe && !isEqual(unit.nalUnits[0], before));
    expect(changed.nalUnits[0]).not.toEqual(before);
    expect(capture.processId).toBe(pid);
  });

  it('is what ends first where memory runs out, before the camera that it belongs to', async () => {
    const capture = create();
    await capture.start();
    const scoreOf = async (pid: number | 'self' = 'self') =>
      Number(await readFile(`/proc/${pid}/oom_score_adj`, 'utf8'));
    expect(await scoreOf(capture.processId)).toBeGreaterThan(await scoreOf());
  });

  it('died where somebody kills the process', async () => {
    const capture = create();
    await capture.start();
    process.kill(capture.processId ?? Number.NaN, 'SIGKILL');
    await expect(capture.closed).resolves.toEqual({
      type: 'died',
      trouble: 'failed',
      message: 'The camera engine ended unexpectedly, by SIGKILL.',
    });
  });

  it('was closed where we end it, and its process is gone', async () => {
    const capture = create();
    await capture.start();
    const pid = capture.processId ?? Number.NaN;
    await Promise.all([capture.close(), capture.close()]);
    expect(isAlive(pid)).toBe(false);
    await expect(capture.closed).resolves.toEqual({ type: 'closed' });
  });

  it('fails to start on a device that is no camera', async () => {
    const capture = create({ source: { type: 'v4l2', path: '/dev/null' } });
    await expect(capture.start()).rejects.toMatchObject({ code: 'failed_to_start' });
  });

  it('ends by itself when its parent is gone', async () => {
    const [program, ...args] = engineProgram();
    const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore', 'ignore'] });
    child.stdin?.end();
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
  });
});

function isEqual(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return Buffer.compare(a ?? Buffer.alloc(0), b ?? Buffer.alloc(0)) === 0;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
