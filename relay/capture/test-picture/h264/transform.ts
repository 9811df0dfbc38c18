/** Zig-zag scan of a 4x4 block: raster position of each coefficient (ITU-T H.264 Table 8-2). */
export const zigzag = [0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15] as const;

/** Levels beyond this would need level_prefix 16, which baseline has not (§9.2.2.1). */
const MAX_LEVEL = 2000;
/** Which of the three scales a raster position uses: 0 both even, 1 both odd, 2 mixed (§8.5.9). */
const scaleClass = [0, 2, 0, 2, 2, 1, 2, 1, 0, 2, 0, 2, 2, 1, 2, 1] as const;
const quantScale = [
  [13107, 5243, 8066],
  [11916, 4660, 7490],
  [10082, 4194, 6554],
  [9362, 3647, 5825],
  [8192, 3355, 5243],
  [7282, 2893, 4559],
] as const;
const levelScale = [
  [10, 16, 13],
  [11, 18, 14],
  [13, 20, 16],
  [14, 23, 18],
  [16, 25, 20],
  [18, 29, 23],
] as const;
const chromaQpFrom30 = [
  29, 30, 31, 32, 32, 33, 34, 34, 35, 35, 36, 36, 37, 37, 37, 38, 38, 38, 39, 39, 39, 39,
] as const;

/** What one quantiser parameter means for every raster position of a block. */
export interface Quantiser {
  readonly qp: number;
  /** Multiplier and shift of the forward quantiser. */
  readonly forward: Int32Array;
  readonly shift: number;
  /** A third of a step, the rounding that suits intra prediction. */
  readonly third: number;
  /** Multiplier of the inverse, already shifted by QP / 6. */
  readonly inverse: Int32Array;
}

/** The quantiser for `qp` (0 to 51). */
export function createQuantiser(qp: number): Quantiser {
  const period = Math.floor(qp / 6);
  const forward = quantScale[(qp % 6) as 0] ?? quantScale[0];
  const inverse = levelScale[(qp % 6) as 0] ?? levelScale[0];
  return {
    qp,
    forward: Int32Array.from(scaleClass, (kind) => forward[kind]),
    shift: 15 + period,
    third: Math.floor(2 ** (15 + period) / 3),
    inverse: Int32Array.from(scaleClass, (kind) => inverse[kind] << period),
  };
}

/** QP of chroma for a luma QP, offset 0 (Table 8-15). */
export function chromaQp(qp: number): number {
  return qp < 30 ? qp : (chromaQpFrom30[qp - 30] ?? 39);
}

/** Forward 4x4 transform in place, 16 values from `at`. */
export function forwardTransform(block: Int32Array, at: number): void {
  for (let row = at; row < at + 16; row += 4) forwardLine(block, row, 1);
  for (let column = at; column < at + 4; column++) forwardLine(block, column, 4);
}

/** Inverse 4x4 transform in place with the final rounding (§8.5.12.2), 16 values from `at`. */
export function inverseTransform(block: Int32Array, at: number): void {
  for (let row = at; row < at + 16; row += 4) inverseLine(block, row, 1);
  for (let column = at; column < at + 4; column++) inverseLine(block, column, 4);
  for (let index = at; index < at + 16; index++) block[index] = ((block[index] ?? 0) + 32) >> 6;
}

/** 4x4 Hadamard transform in place: its own inverse but for scale (§8.5.10). */
export function hadamard4x4(block: Int32Array): void {
  for (let row = 0; row < 16; row += 4) hadamardLine(block, row, 1);
  for (let column = 0; column < 4; column++) hadamardLine(block, column, 4);
}

/** 2x2 Hadamard transform in place of the four values from `at` (§8.5.11). */
export function hadamard2x2(block: Int32Array, at: number): void {
  const [a = 0, b = 0, c = 0, d = 0] = block.subarray(at, at + 4);
  block[at] = a + b + c + d;
  block[at + 1] = a - b + c - d;
  block[at + 2] = a + b - c - d;
  block[at + 3] = a - b - c + d;
}

/** Quantises one value; `rounding` is added before the shift. */
export function quantise(value: number, multiplier: number, shift: number, rounding: number): number {
  const magnitude = Math.min(MAX_LEVEL, (Math.abs(value) * multiplier + rounding) >> shift);
  return value < 0 ? -magnitude : magnitude;
}

function forwardLine(block: Int32Array, at: number, step: number): void {
  const a = block[at] ?? 0;
  const b = block[at + step] ?? 0;
  const c = block[at + 2 * step] ?? 0;
  const d = block[at + 3 * step] ?? 0;
  block[at] = a + b + c + d;
  block[at + step] = 2 * (a - d) + (b - c);
  block[at + 2 * step] = a - b - c + d;
  block[at + 3 * step] = a - d - 2 * (b - c);
}

function inverseLine(block: Int32Array, at: number, step: number): void {
  const a = block[at] ?? 0;
  const b = block[at + step] ?? 0;
  const c = block[at + 2 * step] ?? 0;
  const d = block[at + 3 * step] ?? 0;
  const odd = (b >> 1) - d;
  const even = b + (d >> 1);
  block[at] = a + c + even;
  block[at + step] = a - c + odd;
  block[at + 2 * step] = a - c - odd;
  block[at + 3 * step] = a + c - even;
}

function hadamardLine(block: Int32Array, at: number, step: number): void {
  const a = block[at] ?? 0;
  const b = block[at + step] ?? 0;
  const c = block[at + 2 * step] ?? 0;
  const d = block[at + 3 * step] ?? 0;
  block[at] = a + b + c + d;
  block[at + step] = a + b - c - d;
  block[at + 2 * step] = a - b - c + d;
  block[at + 3 * step] = a - b + c - d;
}
