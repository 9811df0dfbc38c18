import type { Capture, CaptureFormat } from '../../relay/capture/capture.ts';
import { GstreamerCapture } from '../../relay/capture/gstreamer/gstreamer-capture.ts';
import { RpicamCapture } from '../../relay/capture/rpicam/rpicam-capture.ts';
import { TestPicture } from '../../relay/capture/test-picture/test-picture.ts';
import { startMjpegServer } from '../../relay/capture/testing/mjpeg-server.ts';
import { startRtspServer } from '../../relay/capture/testing/rtsp-server.ts';
import { standinDevice } from '../../relay/capture/testing/standin-device.ts';
import { standinRpicam } from '../../relay/capture/testing/standin-rpicam.ts';

/** A capture that is measured, and the process that does its work. */
export interface MeasuredSource {
  readonly capture: Capture;
  /** Of the engine, or of this process where it has none. */
  readonly processId: () => number;
  /** Ends what stands in for a camera. */
  readonly close: () => Promise<void>;
}

const nothing = async () => undefined;

/** Sources by their names; the cameras of all but the first two are stand-ins, whose work counts too where it is in the engine. */
export const MEASURED_SOURCES: Readonly<Record<string, (format: CaptureFormat) => Promise<MeasuredSource>>> =
  {
    'test-picture': async (format) => ({
      ...{ capture: new TestPicture({ format }), processId: () => process.pid, close: nothing },
    }),
    'gstreamer:test': async (format) => engine(new GstreamerCapture({ source: { type: 'test' }, format })),
    'usb-raw': async (format) => device('raw', format),
    'usb-mjpeg': async (format) => device('mjpeg', format),
    'usb-h264': async (format) => device('h264', format),
    'http-mjpeg': async (format) => {
      const server = await startMjpegServer();
      return network(server, format);
    },
    'rtsp-h264': async (format) => network(await startRtspServer('h264'), format),
    rpicam: async (format) => {
      const capture = new RpicamCapture({ format, program: standinRpicam() });
      return { capture, processId: () => capture.processId ?? process.pid, close: nothing };
    },
  };

function engine(capture: GstreamerCapture, close: () => Promise<void> = nothing): MeasuredSource {
  return { capture, processId: () => capture.processId ?? process.pid, close };
}

function device(camera: 'raw' | 'mjpeg' | 'h264', format: CaptureFormat): MeasuredSource {
  const source = { type: 'v4l2', path: '/dev/null' } as const;
  return engine(new GstreamerCapture({ source, format, program: standinDevice(camera) }));
}

function network(server: { url: string; close: () => Promise<void> }, format: CaptureFormat): MeasuredSource {
  const source = { type: 'network', url: server.url, login: null } as const;
  return engine(new GstreamerCapture({ source, format }), server.close);
}
