/** A motion vector in quarter samples. */
export interface MotionVector {
  readonly x: number;
  readonly y: number;
}

const zero: MotionVector = { x: 0, y: 0 };

/**
 * The motion vectors of the picture being written, one a macroblock, with the predictions of ITU-T H.264 §8.4.1
 * for 16x16 partitions and a single reference picture.
 */
export class MotionField {
  readonly #columns: number;
  /** Null is an intra macroblock. */
  readonly #vectors: (MotionVector | null)[];

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#vectors = new Array(columns * rows).fill(zero);
  }

  /** Records what macroblock `address` became. */
  set(address: number, vector: MotionVector | null): void {
    this.#vectors[address] = vector;
  }

  /** The vector a decoder gives to P_Skip at `address` (§8.4.1.1). */
  skipVector(address: number): MotionVector {
    const left = this.#at(address, -1, 0);
    const above = this.#at(address, 0, -1);
    if (left === undefined || above === undefined || isZero(left) || isZero(above)) return zero;
    return this.predict(address);
  }

  /** The prediction that mvd is added to (§8.4.1.3). */
  predict(address: number): MotionVector {
    const left = this.#at(address, -1, 0);
    const above = this.#at(address, 0, -1);
    const aboveRight = this.#at(address, 1, -1);
    const corner = aboveRight === undefined ? this.#at(address, -1, -1) : aboveRight;
    if (above === undefined && corner === undefined) return left ?? zero;
    const inter = [left, above, corner].filter((vector) => vector != null);
    if (inter.length === 1) return inter[0] ?? zero;
    const [a, b, c] = [left ?? zero, above ?? zero, corner ?? zero];
    return { x: median(a.x, b.x, c.x), y: median(a.y, b.y, c.y) };
  }

  /** The neighbour's vector: null where it is intra, undefined where there is none yet. */
  #at(address: number, dx: number, dy: number): MotionVector | null | undefined {
    const column = (address % this.#columns) + dx;
    if (column < 0 || column >= this.#columns) return undefined;
    return this.#vectors[address + dy * this.#columns + dx];
  }
}

function isZero(vector: MotionVector | null): boolean {
  return vector !== null && vector.x === 0 && vector.y === 0;
}

function median(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
