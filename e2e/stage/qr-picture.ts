import { encode } from 'uqr';

/** How a code stands before the lens. */
export interface QrPose {
  /** Clockwise, degrees. Default 0. */
  readonly angleDegrees?: number;
  /** Edge of the code with its quiet zone, as a share of the picture's height. Default 0.75. */
  readonly size?: number;
  /** Blur of a lens out of focus: the standard deviation, in modules of the code. Default 0. */
  readonly blurModules?: number;
}

/** A grey picture: one byte a pixel, rows one after another. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly luma: Uint8Array;
}

/** What phones ask their camera for. */
const WIDTH = 1280;
const HEIGHT = 720;
/** ISO/IEC 18004 §5.3.8. */
const QUIET_ZONE_MODULES = 4;
/** Never pure black or white: a lens has no such thing. */
const INK = 38;
const PAPER = 222;
const DESK = 128;
/** Samples a pixel, each way, so that turned edges are smooth. */
const SAMPLES = 2;
/** Three passes of a box come near to a Gaussian. */
const BLUR_PASSES = 3;

/** A picture of `text` as a QR code on a grey desk. */
export function photographQr(text: string, pose: QrPose = {}): GreyPicture {
  const { angleDegrees = 0, size = 0.75, blurModules = 0 } = pose;
  const { data, size: modules } = encode(text, { ecc: 'M', border: QUIET_ZONE_MODULES });
  const edge = size * HEIGHT;
  const angle = (angleDegrees * Math.PI) / 180;
  const [cos, sin] = [(Math.cos(angle) * modules) / edge, (Math.sin(angle) * modules) / edge];
  const shade = (x: number, y: number): number => {
    const [dx, dy] = [x - WIDTH / 2, y - HEIGHT / 2];
    const column = Math.floor(dx * cos + dy * sin + modules / 2);
    const row = Math.floor(dy * cos - dx * sin + modules / 2);
    const module = data[row]?.[column];
    if (module === undefined) return DESK;
    return module ? INK : PAPER;
  };
  const picture = { width: WIDTH, height: HEIGHT, luma: sample(shade) };
  const blurPixels = (blurModules * edge) / modules;
  return blurPixels > 0 ? blur(picture, blurPixels) : picture;
}

function sample(shade: (x: number, y: number) => number): Uint8Array {
  const luma = new Uint8Array(WIDTH * HEIGHT);
  for (let pixel = 0; pixel < luma.length; pixel++) {
    const [left, top] = [pixel % WIDTH, Math.floor(pixel / WIDTH)];
    let sum = 0;
    for (let step = 0; step < SAMPLES ** 2; step++) {
      const [dx, dy] = [step % SAMPLES, Math.floor(step / SAMPLES)];
      sum += shade(left + (dx + 0.5) / SAMPLES, top + (dy + 0.5) / SAMPLES);
    }
    luma[pixel] = sum / SAMPLES ** 2;
  }
  return luma;
}

function blur({ width, height, luma }: GreyPicture, deviation: number): GreyPicture {
  // A box of `side` pixels has the variance (side² - 1) / 12.
  const radius = Math.max(1, Math.round((Math.sqrt((12 * deviation ** 2) / BLUR_PASSES + 1) - 1) / 2));
  let blurred = luma;
  for (let pass = 0; pass < BLUR_PASSES; pass++) {
    blurred = average(blurred, { count: height, length: width, step: 1, stride: width, radius });
    blurred = average(blurred, { count: width, length: height, step: width, stride: 1, radius });
  }
  return { width, height, luma: blurred };
}

interface Lines {
  /** How many lines, of how many pixels. */
  readonly count: number;
  readonly length: number;
  /** From one pixel of a line to the next, and from one line to the next. */
  readonly step: number;
  readonly stride: number;
  readonly radius: number;
}

/** The moving average along each line; beyond its ends the last pixel goes on. */
function average(from: Uint8Array, { count, length, step, stride, radius }: Lines): Uint8Array {
  const to = new Uint8Array(from.length);
  for (let line = 0; line < count; line++) {
    const at = (index: number) => from[line * stride + Math.min(length - 1, Math.max(0, index)) * step] ?? 0;
    let sum = 0;
    for (let index = -radius; index <= radius; index++) sum += at(index);
    for (let index = 0; index < length; index++) {
      to[line * stride + index * step] = sum / (2 * radius + 1);
      sum += at(index + radius + 1) - at(index - radius);
    }
  }
  return to;
}
