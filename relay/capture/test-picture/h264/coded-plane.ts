import type { Plane } from './picture.ts';
import { type Block, type Prediction, predict } from './prediction.ts';
import { forwardTransform, inverseTransform, type Quantiser, quantise } from './transform.ts';

/** A prediction that is off by no more than this, in levels, is taken as it is. */
const INVISIBLE = 1;

/** A plane in 4x4 blocks: what is wanted, what the decoder has, and the TotalCoeff of every block. */
export class CodedPlane {
  readonly target: Plane;
  readonly decoded: Plane;
  readonly totals: Uint8Array;
  readonly blocksAcross: number;
  /** Quantised levels in raster order of the macroblock's blocks; the DC coefficients apart. */
  readonly levels = new Int32Array(256);
  readonly dc = new Int32Array(16);
  readonly #predicted = new Uint8Array(256);
  readonly #residual = new Int32Array(256);
  readonly #size: 8 | 16;
  #isExact = false;

  constructor(target: Plane, decoded: Plane, size: 8 | 16) {
    this.target = target;
    this.decoded = decoded;
    this.#size = size;
    this.blocksAcross = target.stride / 4;
    this.totals = new Uint8Array((target.data.length / 16) | 0);
  }

  /** Whether the block is what lies to its left, drawn out to the right. */
  continuesLeft(block: Block): boolean {
    const { stride } = this.target;
    for (let y = block.y; y < block.y + block.size; y++) {
      const start = y * stride + block.x;
      const left = this.decoded.data[start - 1] ?? 0;
      for (let at = start; at < start + block.size; at++) {
        if (Math.abs((this.target.data[at] ?? 0) - left) > INVISIBLE) return false;
      }
    }
    return true;
  }

  /** Draws what lies to the left of the block out to the right. */
  repeatLeft(block: Block): void {
    const { data, stride } = this.decoded;
    for (let y = block.y; y < block.y + block.size; y++) {
      const start = y * stride + block.x;
      data.fill(data[start - 1] ?? 0, start, start + block.size);
    }
  }

  /** Transforms and quantises the block's residual. @returns whether any AC coefficient is left. */
  analyse(block: Block, prediction: Prediction, quantiser: Quantiser): boolean {
    predict(this.decoded, block, prediction, this.#predicted);
    this.#isExact = this.#loadResidual(block) <= INVISIBLE;
    if (this.#isExact) {
      this.levels.fill(0);
      this.dc.fill(0);
      return false;
    }
    let hasAc = false;
    for (let index = 0, at = 0; at < this.#size ** 2; index++, at += 16) {
      forwardTransform(this.#residual, at);
      this.dc[index] = this.#residual[at] ?? 0;
      for (let position = 1; position < 16; position++) {
        const value = this.#residual[at + position] ?? 0;
        const level = quantise(value, quantiser.forward[position] ?? 0, quantiser.shift, quantiser.third);
        this.levels[at + position] = level;
        if (level !== 0) hasAc = true;
      }
    }
    return hasAc;
  }

  /** What the decoder will make of the levels; `dc` holds the scaled DC values by now. */
  reconstruct(block: Block, quantiser: Quantiser): void {
    if (this.#isExact) {
      this.#storePrediction(block);
      return;
    }
    for (let index = 0, at = 0; at < this.#size ** 2; index++, at += 16) {
      this.#residual[at] = this.dc[index] ?? 0;
      for (let position = 1; position < 16; position++) {
        this.#residual[at + position] =
          (this.levels[at + position] ?? 0) * (quantiser.inverse[position] ?? 0);
      }
      inverseTransform(this.#residual, at);
    }
    this.#storeSum(block);
  }

  /** @returns the largest difference. */
  #loadResidual(block: Block): number {
    const { data, stride } = this.target;
    const size = this.#size;
    let largest = 0;
    for (let y = 0; y < size; y++) {
      const start = (block.y + y) * stride + block.x;
      for (let x = 0; x < size; x++) {
        const difference = (data[start + x] ?? 0) - (this.#predicted[y * size + x] ?? 0);
        this.#residual[blockIndex(x, y, size)] = difference;
        largest = Math.max(largest, Math.abs(difference));
      }
    }
    return largest;
  }

  #storePrediction(block: Block): void {
    const { data, stride } = this.decoded;
    const size = this.#size;
    for (let y = 0; y < size; y++) {
      data.set(this.#predicted.subarray(y * size, (y + 1) * size), (block.y + y) * stride + block.x);
    }
  }

  #storeSum(block: Block): void {
    const { data, stride } = this.decoded;
    const size = this.#size;
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const sum = (this.#predicted[y * size + x] ?? 0) + (this.#residual[blockIndex(x, y, size)] ?? 0);
        data[(block.y + y) * stride + block.x + x] = Math.max(0, Math.min(255, sum));
      }
    }
  }
}

/** Index of a sample in a macroblock stored block after block. */
function blockIndex(x: number, y: number, size: number): number {
  return (((y >> 2) * (size >> 2) + (x >> 2)) << 4) + ((y & 3) << 2) + (x & 3);
}
