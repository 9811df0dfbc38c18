import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hasGstreamer } from '../testing/gstreamer-here.ts';
import { parseDeviceModes } from './device-modes.ts';
import { engineProgram } from './engine-program.ts';

const PREPARE = `
import json, os, sys
os.dup2(1, 3)
sys.path.insert(0, sys.argv[1])
from gst import Gst
`;
const MODES = `${PREPARE}
from modes import modes_of
caps = Gst.Caps.from_string(sys.argv[2])
print(json.dumps({"modes": [mode for index in range(caps.get_size()) for mode in modes_of(caps.get_structure(index))]}))
`;
/** Any element that takes V4L2 controls will do for an encoder. */
const CONTROLS = `${PREPARE}
from encoder import Encoder
element = Gst.ElementFactory.make("v4l2src")
encoder = Encoder(element, "v4l2", b"P", None, {"repeat_sequence_header": 1})
told = []
for act in [lambda: encoder.set_bitrate(700000), encoder.request_keyframe, lambda: encoder.set_bitrate(900000)]:
    act()
    told.append(element.get_property("extra-controls").to_string())
print(json.dumps(told))
`;

/** What a piece of the engine prints. */
function runPython(script: string, ...args: readonly string[]): unknown {
  const [python] = engineProgram();
  const engine = fileURLToPath(new URL('./engine', import.meta.url));
  return JSON.parse(execFileSync(python, ['-B', '-c', script, engine, ...args], { encoding: 'utf8' }));
}

/** What the engine reads of a device's caps, as the driver's list comes out of GStreamer. */
const readModes = (caps: string) => parseDeviceModes(runPython(MODES, caps));

describe.skipIf(!hasGstreamer('v4l2src'))('the modes that the engine reads', () => {
  it('are those of a webcam', () => {
    const caps =
      'video/x-raw, format=(string)YUY2, width=(int)1280, height=(int)720, framerate=(fraction){ 10/1, 5/1 }; ' +
      'image/jpeg, width=(int)1920, height=(int)1080, framerate=(fraction){ 30/1, 24/1 }; ' +
      'video/x-h264, stream-format=(string)byte-stream, width=(int)1280, height=(int)720, framerate=(fraction)30000/1001; ' +
      'video/x-bayer, format=(string)rggb, width=(int)640, height=(int)480';
    expect(readModes(caps)).toEqual([
      { encoding: 'raw', pixels: 'YUY2', width: 1280, height: 720, frameRate: 10 },
      { encoding: 'mjpeg', width: 1920, height: 1080, frameRate: 30 },
      { encoding: 'h264', width: 1280, height: 720, frameRate: 29 },
    ]);
  });

  it('are those of a device that scales, in each of its formats', () => {
    const caps =
      'video/x-raw, format=(string){ I420, YUY2 }, width=(int)[ 32, 2592, 2 ], height=(int)[ 32, 1944, 2 ], framerate=(fraction)[ 1/1, 90/1 ]';
    const scaling = { width: 2592, height: 1944, minWidth: 32, minHeight: 32, frameRate: 90 };
    expect(readModes(caps)).toEqual([
      { encoding: 'raw', pixels: 'I420', ...scaling },
      { encoding: 'raw', pixels: 'YUY2', ...scaling },
    ]);
  });
});

describe.skipIf(!hasGstreamer('v4l2src'))('a hardware encoder', () => {
  it('is told everything each time, and asked for a keyframe once', () => {
    expect(runPython(CONTROLS)).toEqual([
      'controls, repeat_sequence_header=(int)1, video_bitrate=(int)700000;',
      'controls, repeat_sequence_header=(int)1, video_bitrate=(int)700000, force_key_frame=(int)1;',
      'controls, repeat_sequence_header=(int)1, video_bitrate=(int)900000;',
    ]);
  });
});
