import type { BitWriter } from './bit-writer.ts';
import type { Picture, Plane } from './picture.ts';
import { type Block, choosePrediction, type Prediction, predict } from './prediction.ts';
import { CHROMA_DC, writeResidualBlock } from './residual.ts';
import {
  chromaQp,
  createQuantiser,
  forwardTransform,
  hadamard2x2,
  hadamard4x4,
  inverseTransform,
  type Quantiser,
  quantise,
  zigzag,
} from './transform.ts';

/** TotalCoeff that neighbours see in an I_PCM macroblock (ITU-T H.264 §9.2.1). */
const PCM_TOTAL_COEFF = 16;
/** A prediction that is off by no more than this, in levels, is taken as it is. */
const INVISIBLE = 1;
/** mb_type of I_PCM in an I slice (Table 7-11). */
const I_PCM = 25;
/** In a P slice the intra types come after the five inter types (Table 7-13). */
const P_SLICE_INTRA_OFFSET = 5;
const lumaModes = { vertical: 0, horizontal: 1, none: 2 } as const satisfies Record<Prediction, number>;
const chromaModes = { none: 0, horizontal: 1, vertical: 2 } as const satisfies Record<Prediction, number>;

const noCoefficients = new Int32Array(16);

/** A plane in 4x4 blocks: what is wanted, what the decoder has, and the TotalCoeff of every block. */
class Component {
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

/** Codes macroblocks as Intra16x16 (both directions, DC and AC residual) or I_PCM, and keeps what the decoder has. */
export class IntraCoder {
  readonly #luma: Component;
  readonly #chroma: readonly [Component, Component];
  readonly #scan = new Int32Array(16);
  #quantiser = createQuantiser(26);
  #chromaQuantiser = createQuantiser(26);

  constructor(target: Picture, decoded: Picture) {
    this.#luma = new Component(target.y, decoded.y, 16);
    this.#chroma = [new Component(target.u, decoded.u, 8), new Component(target.v, decoded.v, 8)];
  }

  /** Forgets the neighbours: a new picture begins, quantised by `qp`. */
  beginPicture(qp: number): void {
    for (const component of [this.#luma, ...this.#chroma]) component.totals.fill(0);
    if (this.#quantiser.qp === qp) return;
    this.#quantiser = createQuantiser(qp);
    this.#chromaQuantiser = createQuantiser(chromaQp(qp));
  }

  /** Writes macroblock_layer (§7.3.5) as Intra16x16. */
  write(out: BitWriter, column: number, row: number, inPSlice: boolean): void {
    const luma: Block = { x: column * 16, y: row * 16, size: 16 };
    const chroma: Block = { x: column * 8, y: row * 8, size: 8 };
    if (column > 0 && this.#continuesLeft(luma, chroma)) {
      this.#writeContinued(out, luma, chroma, inPSlice);
      return;
    }
    const lumaMode = choosePrediction([this.#luma], luma);
    const chromaMode = choosePrediction(this.#chroma, chroma);
    const lumaAc = this.#luma.analyse(luma, lumaMode, this.#quantiser);
    const chromaPattern = this.#analyseChroma(chroma, chromaMode);
    const type = 1 + lumaModes[lumaMode] + 4 * chromaPattern + (lumaAc ? 12 : 0);
    out.ue(type + (inPSlice ? P_SLICE_INTRA_OFFSET : 0));
    out.ue(chromaModes[chromaMode]);
    out.se(0); // mb_qp_delta
    this.#writeLuma(out, column, row, lumaAc);
    this.#writeChroma(out, column, row, chromaPattern);
    this.#luma.reconstruct(luma, this.#quantiser);
    for (const component of this.#chroma) component.reconstruct(chroma, this.#chromaQuantiser);
  }

  /** Writes the macroblock's samples as they are. */
  writePcm(out: BitWriter, column: number, row: number, inPSlice: boolean): void {
    out.ue(I_PCM + (inPSlice ? P_SLICE_INTRA_OFFSET : 0));
    out.align();
    writeSamples(out, this.#luma, { x: column * 16, y: row * 16, size: 16 });
    for (const component of this.#chroma)
      writeSamples(out, component, { x: column * 8, y: row * 8, size: 8 });
  }

  #continuesLeft(luma: Block, chroma: Block): boolean {
    const [u, v] = this.#chroma;
    return this.#luma.continuesLeft(luma) && u.continuesLeft(chroma) && v.continuesLeft(chroma);
  }

  /** The short way for most of a still picture: horizontal prediction and no residual. */
  #writeContinued(out: BitWriter, luma: Block, chroma: Block, inPSlice: boolean): void {
    out.ue(1 + lumaModes.horizontal + (inPSlice ? P_SLICE_INTRA_OFFSET : 0));
    out.ue(chromaModes.horizontal);
    out.se(0); // mb_qp_delta
    const nC = predictTotal(this.#luma, luma.x >> 2, luma.y >> 2);
    writeResidualBlock(out, noCoefficients, { start: 0, count: 16, nC });
    this.#luma.repeatLeft(luma);
    for (const component of this.#chroma) component.repeatLeft(chroma);
  }

  /** coded_block_pattern of chroma: 0 nothing, 1 DC only, 2 all. */
  #analyseChroma(block: Block, mode: Prediction): 0 | 1 | 2 {
    let pattern: 0 | 1 | 2 = 0;
    for (const component of this.#chroma) {
      if (component.analyse(block, mode, this.#chromaQuantiser)) pattern = 2;
      if (quantiseChromaDc(component, this.#chromaQuantiser) && pattern === 0) pattern = 1;
    }
    return pattern;
  }

  #writeLuma(out: BitWriter, column: number, row: number, hasAc: boolean): void {
    quantiseLumaDc(this.#luma.dc, this.#quantiser);
    zigzag.forEach((position, index) => {
      this.#scan[index] = this.#luma.dc[position] ?? 0;
    });
    writeResidualBlock(out, this.#scan, {
      start: 0,
      count: 16,
      nC: predictTotal(this.#luma, column * 4, row * 4),
    });
    scaleLumaDc(this.#luma.dc, this.#quantiser);
    if (!hasAc) return;
    for (let index = 0; index < 16; index++) {
      const x = (index & 1) + ((index >> 1) & 2);
      const y = ((index >> 1) & 1) + ((index >> 2) & 2);
      this.#writeAc(out, this.#luma, { x: column * 4 + x, y: row * 4 + y, at: (y * 4 + x) * 16 });
    }
  }

  #writeChroma(out: BitWriter, column: number, row: number, pattern: 0 | 1 | 2): void {
    for (const { dc } of this.#chroma) {
      if (pattern > 0) writeResidualBlock(out, dc, { start: 0, count: 4, nC: CHROMA_DC });
    }
    for (const component of this.#chroma) {
      scaleChromaDc(component.dc, this.#chromaQuantiser);
      for (let index = 0; pattern === 2 && index < 4; index++) {
        const x = column * 2 + (index & 1);
        this.#writeAc(out, component, { x, y: row * 2 + (index >> 1), at: index * 16 });
      }
    }
  }

  #writeAc(out: BitWriter, component: Component, block: { x: number; y: number; at: number }): void {
    for (let index = 1; index < 16; index++) {
      this.#scan[index] = component.levels[block.at + (zigzag[index] ?? 0)] ?? 0;
    }
    const nC = predictTotal(component, block.x, block.y);
    component.totals[block.y * component.blocksAcross + block.x] = writeResidualBlock(out, this.#scan, {
      start: 1,
      count: 15,
      nC,
    });
  }
}

/** Index of a sample in a macroblock stored block after block. */
function blockIndex(x: number, y: number, size: number): number {
  return (((y >> 2) * (size >> 2) + (x >> 2)) << 4) + ((y & 3) << 2) + (x & 3);
}

/** nC: the mean TotalCoeff of the blocks to the left and above (§9.2.1). */
function predictTotal(component: Component, x: number, y: number): number {
  const at = y * component.blocksAcross + x;
  const left = component.totals[at - 1] ?? 0;
  const above = component.totals[at - component.blocksAcross] ?? 0;
  if (x > 0 && y > 0) return (left + above + 1) >> 1;
  return x > 0 ? left : y > 0 ? above : 0;
}

function quantiseLumaDc(dc: Int32Array, quantiser: Quantiser): void {
  hadamard4x4(dc);
  for (let index = 0; index < 16; index++) {
    dc[index] = quantise(
      dc[index] ?? 0,
      quantiser.forward[0] ?? 0,
      quantiser.shift + 2,
      quantiser.third << 2,
    );
  }
}

/** §8.5.10, where the inverse scale is 16 times ours. */
function scaleLumaDc(dc: Int32Array, quantiser: Quantiser): void {
  hadamard4x4(dc);
  for (let index = 0; index < 16; index++)
    dc[index] = ((dc[index] ?? 0) * (quantiser.inverse[0] ?? 0) + 2) >> 2;
}

/** @returns whether anything is left. */
function quantiseChromaDc({ dc }: Component, quantiser: Quantiser): boolean {
  hadamard2x2(dc, 0);
  let any = false;
  for (let index = 0; index < 4; index++) {
    dc[index] = quantise(
      dc[index] ?? 0,
      quantiser.forward[0] ?? 0,
      quantiser.shift + 1,
      quantiser.third << 1,
    );
    if (dc[index] !== 0) any = true;
  }
  return any;
}

/** §8.5.11.2, where the inverse scale is 16 times ours. */
function scaleChromaDc(dc: Int32Array, quantiser: Quantiser): void {
  hadamard2x2(dc, 0);
  for (let index = 0; index < 4; index++) dc[index] = ((dc[index] ?? 0) * (quantiser.inverse[0] ?? 0)) >> 1;
}

function writeSamples(out: BitWriter, component: Component, block: Block): void {
  const { target, decoded, totals, blocksAcross } = component;
  for (let y = block.y; y < block.y + block.size; y++) {
    for (let x = block.x; x < block.x + block.size; x++) {
      const sample = target.data[y * target.stride + x] ?? 0;
      decoded.data[y * target.stride + x] = sample;
      out.byte(sample);
    }
  }
  for (let y = block.y >> 2; y < (block.y + block.size) >> 2; y++) {
    totals.fill(
      PCM_TOTAL_COEFF,
      y * blocksAcross + (block.x >> 2),
      y * blocksAcross + ((block.x + block.size) >> 2),
    );
  }
}
