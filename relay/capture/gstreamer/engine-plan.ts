import { pathToFileURL } from 'node:url';
import type { CaptureFormat } from '../capture.ts';
import type { PictureSettings } from '../picture-settings.ts';
import { directionOf, turnedFormat } from '../picture-turn.ts';
import type { DeviceMode } from './device-modes.ts';
import { type Encoding, listEncodings } from './encodings.ts';
import type { EngineSource } from './engine-source.ts';

/** What the engine is to run, as it reads it; see `docs/capture.md`. */
export interface EnginePlan {
  /** Text for gst-launch, up to pictures as `delivers` says. */
  readonly source: string;
  /** What comes of it; where that is unknown, the pads of the element `found` tell. */
  readonly delivers: 'raw' | 'h264' | 'unknown';
  /** Of elements by their names: paths, addresses and passwords, which have no place in a text that is parsed. */
  readonly properties: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Elements that the source needs. */
  readonly requires: readonly string[];
  /** Text from H.264 to the end, for pictures that leave as they come. */
  readonly copy: string;
  /** For pictures that must be encoded: the first is taken that everything is there for. */
  readonly encodings: readonly Encoding[];
  /** Of the encoded pictures: width, height, pictures a second. */
  readonly format: readonly [number, number, number];
  /** Bits a second. */
  readonly bitrate: number;
  /** A `video-direction` of GStreamer. */
  readonly direction: string;
  /** Photographic steps. */
  readonly exposure: number;
}

export interface EngineSettings {
  readonly source: EngineSource;
  /** What the source is opened with. */
  readonly fullFormat: CaptureFormat;
  /** What the pictures are encoded in. */
  readonly format: CaptureFormat;
  readonly bitrateBps: number;
  readonly picture: PictureSettings;
  /** Draws the machine-readable clock into every picture that is encoded here. */
  readonly clockStrip: boolean;
}

const COPY =
  'h264parse config-interval=-1 ! video/x-h264,stream-format=byte-stream,alignment=au ! appsink name=out sync=false';
/** Packets of a camera in the same network may come in another order than they were sent by so much. */
const JITTER_BUFFER_MS = 50;
/** A camera that says nothing for so long has gone. */
const NETWORK_TIMEOUT_S = 10;

/** Everything the engine needs to know; `mode` is what a Video4Linux device is set to. */
export function planEngine(settings: EngineSettings, mode: DeviceMode | null = null): EnginePlan {
  const { source, fullFormat, format, bitrateBps, picture, clockStrip } = settings;
  const turned = turnedFormat(format, picture);
  return {
    ...planSource(source, fullFormat, mode),
    copy: COPY,
    encodings: listEncodings({
      ...{ format, hasStrip: clockStrip, isLooped: source.type === 'file' },
      nativePixels: source.type === 'pi' ? 'NV12' : 'I420',
    }),
    format: [turned.width, turned.height, turned.frameRate],
    bitrate: bitrateBps,
    direction: directionOf(picture),
    exposure: picture.exposureEv,
  };
}

type SourcePlan = Pick<EnginePlan, 'source' | 'delivers' | 'properties' | 'requires'>;

function planSource(source: EngineSource, format: CaptureFormat, mode: DeviceMode | null): SourcePlan {
  switch (source.type) {
    case 'test':
      return planTest(format);
    case 'file':
      return {
        source: 'uridecodebin name=source caps=video/x-raw expose-all-streams=false',
        delivers: 'raw',
        properties: { source: { uri: pathToFileURL(source.path).href } },
        requires: ['uridecodebin'],
      };
    case 'v4l2':
      return planDevice(source.path, mode);
    case 'pi':
      return planPi(source.name, format);
    case 'network':
      return planNetwork(source);
    default:
      return source satisfies never;
  }
}

function planTest({ width, height, frameRate }: CaptureFormat): SourcePlan {
  return {
    source:
      'videotestsrc is-live=true pattern=ball background-color=0xff0b252a foreground-color=0xffffb24a ' +
      `! video/x-raw,width=${width},height=${height},framerate=${frameRate}/1 ! clockoverlay halignment=center ` +
      'valignment=center shaded-background=false font-desc="Sans, 40" time-format="%H:%M:%S"',
    delivers: 'raw',
    properties: {},
    requires: ['videotestsrc', 'clockoverlay'],
  };
}

function planDevice(device: string, mode: DeviceMode | null): SourcePlan {
  const caps = mode ? ` ! ${describeMode(mode)}` : '';
  return {
    source: `v4l2src name=source${caps}${mode?.encoding === 'mjpeg' ? ' ! jpegdec' : ''}`,
    delivers: mode?.encoding === 'h264' ? 'h264' : 'raw',
    properties: { source: { device } },
    requires: mode?.encoding === 'mjpeg' ? ['v4l2src', 'jpegdec'] : ['v4l2src'],
  };
}

/** Of several rates the fastest: what is more than wanted is left out later. */
function describeMode(mode: DeviceMode): string {
  const size = `width=${mode.width},height=${mode.height}`;
  const rate = mode.frameRate > 0 ? `,framerate=[${mode.frameRate}/1,${mode.frameRate + 1}/1]` : '';
  switch (mode.encoding) {
    case 'h264':
      return `video/x-h264,${size}${rate}`;
    case 'mjpeg':
      return `image/jpeg,${size}${rate}`;
    case 'raw':
      return `video/x-raw,format=${mode.pixels},${size}${rate}`;
    default:
      return mode satisfies never;
  }
}

/** NV12 is what both the camera and the hardware encoder take; the rest must be said for them to agree. */
function planPi(name: string | null, { width, height, frameRate }: CaptureFormat): SourcePlan {
  return {
    source:
      `libcamerasrc name=source ! video/x-raw,format=NV12,width=${width},height=${height},framerate=${frameRate}/1,` +
      'interlace-mode=progressive,colorimetry=bt709',
    delivers: 'raw',
    properties: name === null ? {} : { source: { 'camera-name': name } },
    requires: ['libcamerasrc'],
  };
}

function planNetwork({ url, login }: Extract<EngineSource, { type: 'network' }>): SourcePlan {
  const isRtsp = url.startsWith('rtsp');
  const account = login ? { 'user-id': login.username, 'user-pw': login.password } : {};
  return {
    // By TCP: what is lost on the way from the camera, nobody could ask for again.
    source: isRtsp
      ? `rtspsrc name=source protocols=tcp latency=${JITTER_BUFFER_MS} tcp-timeout=${NETWORK_TIMEOUT_S * 1e6} ` +
        '! application/x-rtp,media=video ! parsebin name=found'
      : `souphttpsrc name=source is-live=true do-timestamp=true retries=0 timeout=${NETWORK_TIMEOUT_S} ! parsebin name=found`,
    delivers: 'unknown',
    properties: { source: { location: url, ...account } },
    requires: [isRtsp ? 'rtspsrc' : 'souphttpsrc', 'parsebin', 'h264parse'],
  };
}
