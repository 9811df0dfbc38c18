import type { CaptureFormat } from '../capture.ts';

/** An encoder that may be there, and the end of the pipeline with it. */
export interface Encoding {
  /** How the engine tells it a bitrate and asks it for keyframes. */
  readonly kind: EncoderKind;
  /** Elements of GStreamer that it needs. */
  readonly requires: readonly string[];
  /** What raw pictures must look like for it, as GStreamer names it. */
  readonly pixels: string;
  /** V4L2 controls of a hardware encoder, besides its bitrate. */
  readonly controls: Readonly<Record<string, number>>;
  /** Text for gst-launch, from raw pictures to the ends that the engine knows by name. */
  readonly text: string;
}

export type EncoderKind = 'v4l2' | 'x264' | 'openh264';

/** Long: viewers ask for a keyframe when they need one. */
const KEYFRAME_INTERVAL_S = 60;
/** x264's rate control may borrow this much; more would show as delay. */
const RATE_BUFFER_MS = 300;
/** No eye tells it from more, and a 1080p picture has half a megabyte. */
const SNAPSHOT_QUALITY = 92;
const CAPS = 'stream-format=byte-stream,alignment=au';
/** Newest pictures win: one that waits is one that is late. */
const freshQueue = (name: string) =>
  `queue name=${name} leaky=downstream max-size-buffers=2 max-size-bytes=0 max-size-time=0`;

/** Which ends a pipeline has besides the encoded picture. */
export interface EncodingShape {
  readonly format: CaptureFormat;
  /** A recording is played at its own pace, and from the start when it has ended. */
  readonly isLooped: boolean;
  /** The clock strip is drawn into each picture. */
  readonly hasStrip: boolean;
  /** The source's own pixels, where every encoder but OpenH264 takes them as they are. */
  readonly nativePixels: 'I420' | 'NV12';
}

/** Every encoder that would do, the best first: hardware, then x264, then OpenH264. */
export function listEncodings(shape: EncodingShape): readonly Encoding[] {
  return (['v4l2', 'x264', 'openh264'] as const).map((kind) => ({
    kind,
    requires: REQUIRES[kind],
    // The strip is drawn into planar pictures.
    pixels: shape.hasStrip || kind === 'openh264' ? 'I420' : shape.nativePixels,
    controls: kind === 'v4l2' ? controlsFor(shape.format) : {},
    text: describeEncoding(kind, shape),
  }));
}

const REQUIRES: Readonly<Record<EncoderKind, readonly string[]>> = {
  v4l2: ['v4l2h264enc', 'h264parse'],
  x264: ['x264enc'],
  openh264: ['openh264enc', 'h264parse'],
};

/** As the kernel names them (V4L2_CID_MPEG_VIDEO_...): headers in every keyframe, and no burst above the bitrate. */
function controlsFor({ frameRate }: CaptureFormat): Readonly<Record<string, number>> {
  return {
    repeat_sequence_header: 1,
    video_bitrate_mode: 1,
    h264_i_frame_period: KEYFRAME_INTERVAL_S * frameRate,
  };
}

/** Raw pictures are turned once, then go three ways: to the encoder, to the small encoder, to a JPEG. */
function describeEncoding(kind: EncoderKind, shape: EncodingShape): string {
  const keyframeInterval = KEYFRAME_INTERVAL_S * shape.format.frameRate;
  const loop = shape.isLooped ? `identity sync=true ! ${bridge('loop')} ! ` : '';
  const strip = shape.hasStrip ? `${bridge('strip')} ! ` : '';
  return [
    `videoconvert ! ${loop}videoflip name=turn ! tee name=raw`,
    // With a bridge, pictures reach this end only after the other has let the pipeline start.
    `raw. ! videoscale ! videorate ! videoconvert ! capsfilter name=size ! ${freshQueue('queue')} ! ${strip}` +
      `${describeEncoder(kind, 'encoder', keyframeInterval)} ! appsink name=out sync=false async=false`,
    `raw. ! valve name=low-valve drop=true ! ${freshQueue('low-queue')} ! videorate ! videoscale ! videoconvert ! capsfilter name=low-size ! ` +
      `${describeEncoder(kind, 'low-encoder', keyframeInterval)} ! appsink name=low-out sync=false async=false`,
    `raw. ! valve name=snapshot-valve drop=true ! ${freshQueue('snapshot-queue')} ! videoconvert ! jpegenc quality=${SNAPSHOT_QUALITY} ! ` +
      'appsink name=snapshot-out sync=false async=false max-buffers=1 drop=true',
  ].join(' ');
}

function bridge(name: string): string {
  return (
    `appsink name=${name}-in sync=false async=false max-buffers=2 drop=true ` +
    `appsrc name=${name}-out format=time is-live=true`
  );
}

function describeEncoder(kind: EncoderKind, name: string, keyframeInterval: number): string {
  switch (kind) {
    case 'v4l2':
      // Without a level the driver takes one that is too low for 720p30, and refuses to start.
      return `v4l2h264enc name=${name} ! video/x-h264,level=(string)4,profile=(string)constrained-baseline ! h264parse config-interval=-1 ! video/x-h264,${CAPS}`;
    case 'x264':
      return (
        `x264enc name=${name} tune=zerolatency speed-preset=superfast bframes=0 aud=false byte-stream=true ` +
        `key-int-max=${keyframeInterval} option-string=scenecut=0 vbv-buf-capacity=${RATE_BUFFER_MS} ` +
        `! video/x-h264,profile=constrained-baseline,${CAPS}`
      );
    case 'openh264':
      return (
        `openh264enc name=${name} rate-control=bitrate complexity=low gop-size=${keyframeInterval} ` +
        `scene-change-detection=false ! video/x-h264,profile=constrained-baseline ! h264parse config-interval=-1 ! video/x-h264,${CAPS}`
      );
    default:
      return kind satisfies never;
  }
}
