import type { Plane } from './picture.ts';

/** Vertical, horizontal or, where there is no neighbour at all, the middle grey. */
export type Prediction = 'vertical' | 'horizontal' | 'none';

/** Level of a sample that has nothing to be predicted from (ITU-T H.264 §8.3.3.3). */
const MIDDLE_GREY = 128;

/** Where a square block lies in its plane. */
export interface Block {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** The better of the two directional predictions of `block`, from what the decoder has around it. */
export function choosePrediction(
  planes: readonly { target: Plane; decoded: Plane }[],
  block: Block,
): Prediction {
  if (block.x === 0 && block.y === 0) return 'none';
  if (block.x === 0) return 'vertical';
  if (block.y === 0) return 'horizontal';
  let vertical = 0;
  let horizontal = 0;
  for (const { target, decoded } of planes) {
    vertical += predictionError(target, decoded, block, 'vertical');
    horizontal += predictionError(target, decoded, block, 'horizontal');
  }
  return vertical < horizontal ? 'vertical' : 'horizontal';
}

/** Writes the predicted samples of `block` into `out`, row by row. */
export function predict(decoded: Plane, block: Block, prediction: Prediction, out: Int32Array): void {
  const { size } = block;
  if (prediction === 'none') {
    out.fill(MIDDLE_GREY, 0, size * size);
    return;
  }
  const { data, stride } = decoded;
  for (let y = 0; y < size; y++) {
    const left = data[(block.y + y) * stride + block.x - 1] ?? 0;
    for (let x = 0; x < size; x++) {
      out[y * size + x] =
        prediction === 'horizontal' ? left : (data[(block.y - 1) * stride + block.x + x] ?? 0);
    }
  }
}

function predictionError(target: Plane, decoded: Plane, block: Block, prediction: Prediction): number {
  const { data, stride } = decoded;
  let sum = 0;
  for (let y = block.y; y < block.y + block.size; y++) {
    const left = data[y * stride + block.x - 1] ?? 0;
    for (let x = block.x; x < block.x + block.size; x++) {
      const guess = prediction === 'horizontal' ? left : (data[(block.y - 1) * stride + x] ?? 0);
      sum += Math.abs((target.data[y * stride + x] ?? 0) - guess);
    }
  }
  return sum;
}
