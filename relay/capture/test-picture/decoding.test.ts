import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readClockStrip } from '#shared/clock-strip.ts';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import type { AccessUnit, CaptureFormat } from '../capture.ts';
import { TestPicture } from './test-picture.ts';

const decoder = findDecoder();
if (!decoder) console.warn('skipped: GStreamer has no H.264 decoder here');

const formats: CaptureFormat[] = [
  { width: 1280, height: 720, frameRate: 30 },
  { width: 640, height: 480, frameRate: 30 },
  { width: 320, height: 240, frameRate: 30 },
  { width: 640, height: 360, frameRate: 30 },
];

describe.skipIf(!decoder)('a decoder made by others', () => {
  it.each(formats)('shows the time of capture in every $width x $height picture', async (format) => {
    const units = await capture(format);
    const frames = decode(units, format);
    expect(frames).toHaveLength(units.length);
    frames.forEach((luma, index) => {
      const time = readClockStrip({ data: luma, stride: format.width }, format.width);
      expect(time).toBe((units[index]?.capturedAtMs ?? 0) % 2 ** 32);
    });
  });
});

/** One second at changing bitrates, with a keyframe in the middle. */
async function capture(format: CaptureFormat): Promise<AccessUnit[]> {
  const clock = new FakeClock();
  const picture = new TestPicture({ format, clock, bitrateBps: 150_000 });
  const units: AccessUnit[] = [];
  picture.onAccessUnit((unit) => units.push(unit));
  await picture.start();
  clock.advance(500);
  picture.setBitrate(4_000_000);
  picture.requestKeyframe();
  clock.advance(500);
  await picture.close();
  return units;
}

function decode(units: readonly AccessUnit[], format: CaptureFormat): Uint8Array[] {
  const startCode = Uint8Array.of(0, 0, 0, 1);
  const stream = Buffer.concat(
    units.flatMap(({ nalUnits }) => nalUnits.flatMap((nalUnit) => [startCode, nalUnit])),
  );
  const elements = `fdsrc ! h264parse ! ${decoder} ! videoconvert ! video/x-raw,format=I420 ! fdsink`;
  const { stdout } = spawnSync('gst-launch-1.0', ['-q', ...elements.split(' ')], {
    input: stream,
    maxBuffer: 1 << 30,
  });
  const frameBytes = (format.width * format.height * 3) / 2;
  return Array.from({ length: stdout.length / frameBytes }, (_, index) =>
    stdout.subarray(index * frameBytes, index * frameBytes + format.width * format.height),
  );
}

function findDecoder(): string | null {
  for (const name of ['avdec_h264', 'openh264dec']) {
    try {
      execFileSync('gst-inspect-1.0', ['--exists', name], { stdio: 'ignore' });
      return name;
    } catch {
      // Not this one, or no GStreamer at all: the next is tried, and the caller says so when none is left.
    }
  }
  return null;
}
