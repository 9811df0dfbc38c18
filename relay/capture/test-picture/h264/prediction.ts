import type { Plane } from './picture.ts';

/** Vertical, horizontal or, where there is no neighbour at all, the middle grey. */
export type Prediction = 'vertical' | 'horizontal' | 'none';

/** Level of a sample that has nothing to be predicted from (ITU-T H.264 §8.3.3.3). */
const MIDDLE_GREY = 128;

/** What is wanted, and what the decoder has so far. */
export interface PlanePair {
  readonly target: Plane;
  readonly decoded: Plane;
}

/** Where a square block lies in its plane. */
export interface Block {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** The better of the two directional predictions of `block`, from what the decoder has around it. */
export function choosePrediction(planes: readonly PlanePair[], block: Block): Prediction {
  if (block.x === 0 && block.y === 0) return 'none';
  if (block.x === 0) return 'vertical';
  if (block.y === 0) return 'horizontal';
  let horizontal = 0;
  for (const pair of planes) horizontal += horizontalError(pair, block);
  if (horizontal === 0) return 'horizontal';
  let vertical = 0;
  for (const pair of planes) vertical += verticalError(pair, block);
  return vertical < horizontal ? 'vertical' : 'horizontal';
}

/** Writes the predicted samples of `block` into `out`, row by row. */
export function predict(decoded: Plane, block: Block, prediction: Prediction, out: Uint8Array): void {
  const { size } = block;
  if (prediction === 'none') {
    out.fill(MIDDLE_GREY, 0, size * size);
    return;
  }
  const { data, stride } = decoded;
  for (let y = 0; y < size; y++) {
    const start = (block.y + y) * stride + block.x;
    if (prediction === 'horizontal') out.fill(data[start - 1] ?? 0, y * size, (y + 1) * size);
    else
      out.set(
        data.subarray((block.y - 1) * stride + block.x, (block.y - 1) * stride + block.x + size),
        y * size,
      );
  }
}

function horizontalError({ target, decoded }: PlanePair, block: Block): number {
  const { stride } = target;
  let sum = 0;
  for (let y = block.y; y < block.y + block.size; y++) {
    const start = y * stride + block.x;
    const left = decoded.data[start - 1] ?? 0;
    for (let at = start; at < start + block.size; at++) sum += Math.abs((target.data[at] ?? 0) - left);
  }
  return sum;
}

function verticalError({ target, decoded }: PlanePair, block: Block): number {
  const { stride } = target;
  const above = (block.y - 1) * stride + block.x;
  let sum = 0;
  for (let y = block.y; y < block.y + block.size; y++) {
    const start = y * stride + block.x;
    for (let x = 0; x < block.size; x++) {
      sum += Math.abs((target.data[start + x] ?? 0) - (decoded.data[above + x] ?? 0));
    }
  }
  return sum;
}
