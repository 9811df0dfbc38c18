import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findRpicamVid } from '../rpicam/find-rpicam-vid.ts';
import { standinRpicam } from '../testing/standin-rpicam.ts';
import { findPiCameras } from './find-pi-cameras.ts';
import { findUsbCameras } from './find-usb-cameras.ts';

const { signal } = new AbortController();
let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'latchkey-sys-'));
});
afterEach(() => rm(root, { recursive: true }));

/** A device as the kernel shows it. */
async function addDevice(name: string, model: string, driver: string, index = '0'): Promise<void> {
  const folder = join(root, 'class', 'video4linux', name);
  const drivers = join(root, 'drivers', driver);
  await mkdir(join(folder, 'device'), { recursive: true });
  await mkdir(drivers, { recursive: true });
  await symlink(drivers, join(folder, 'device', 'driver'));
  await writeFile(join(folder, 'name'), `${model}\n`);
  await writeFile(join(folder, 'index'), `${index}\n`);
}

describe('findUsbCameras', () => {
  it('tells cameras from decoders, and from the second node of a camera', async () => {
    await addDevice('video10', 'bcm2835-codec-decode', 'bcm2835-codec');
    await addDevice('video2', 'Logitech \u001bC920', 'uvcvideo');
    await addDevice('video1', 'HD Webcam', 'uvcvideo', '1');
    await addDevice('video0', 'HD Webcam', 'uvcvideo');
    expect(await findUsbCameras(root)).toEqual([
      { model: 'HD Webcam', device: '/dev/video0' },
      { model: 'Logitech  C920', device: '/dev/video2' },
    ]);
  });

  it('finds none where the kernel knows none', async () => {
    expect(await findUsbCameras(root)).toEqual([]);
  });
});

describe('findPiCameras', () => {
  it('reads the list of the program, without the USB cameras in it', async () => {
    const programs = [['/nonexistent/rpicam-hello'] as const, standinRpicam()];
    expect(await findPiCameras({ signal, programs })).toEqual([
      { sensor: 'imx708', name: '/base/soc/i2c0mux/i2c@1/imx708@1a' },
    ]);
  });

  it('finds none where the program is missing, fails, or says nothing', async () => {
    expect(await findPiCameras({ signal, programs: [['/nonexistent/rpicam-hello']] })).toEqual([]);
    expect(await findPiCameras({ signal, programs: [['/bin/false']] })).toEqual([]);
    expect(await findPiCameras({ signal, programs: [['/bin/echo', 'No cameras available!']] })).toEqual([]);
  });
});

describe('findRpicamVid', () => {
  it('knows the old name of the program', async () => {
    expect(await findRpicamVid(`:${root}`)).toBeNull();
    for (const name of ['libcamera-vid', 'rpicam-vid']) {
      await writeFile(join(root, name), '');
      expect(await findRpicamVid(root)).not.toBe(name);
      await chmod(join(root, name), 0o755);
      expect(await findRpicamVid(root)).toBe(name);
    }
  });
});
