import type { BitWriter } from './bit-writer.ts';
import { CodedPlane } from './coded-plane.ts';
import type { Picture } from './picture.ts';
import { type Block, choosePrediction, type Prediction } from './prediction.ts';
import { CHROMA_DC, writeResidualBlock } from './residual.ts';
import {
  chromaQp,
  createQuantiser,
  hadamard2x2,
  hadamard4x4,
  type Quantiser,
  quantise,
  zigzag,
} from './transform.ts';

/** TotalCoeff that neighbours see in an I_PCM macroblock (ITU-T H.264 §9.2.1). */
const PCM_TOTAL_COEFF = 16;
/** mb_type of I_PCM in an I slice (Table 7-11). */
const I_PCM = 25;
/** In a P slice the intra types come after the five inter types (Table 7-13). */
const P_SLICE_INTRA_OFFSET = 5;
const lumaModes = { vertical: 0, horizontal: 1, none: 2 } as const satisfies Record<Prediction, number>;
const chromaModes = { none: 0, horizontal: 1, vertical: 2 } as const satisfies Record<Prediction, number>;

const noCoefficients = new Int32Array(16);

/** Codes macroblocks as Intra16x16 (both directions, DC and AC residual) or I_PCM, and keeps what the decoder has. */
export class IntraCoder {
  readonly #luma: CodedPlane;
  readonly #chroma: readonly [CodedPlane, CodedPlane];
  readonly #scan = new Int32Array(16);
  #quantiser = createQuantiser(26);
  #chromaQuantiser = createQuantiser(26);

  constructor(target: Picture, decoded: Picture) {
    this.#luma = new CodedPlane(target.y, decoded.y, 16);
    this.#chroma = [new CodedPlane(target.u, decoded.u, 8), new CodedPlane(target.v, decoded.v, 8)];
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

  #writeAc(out: BitWriter, component: CodedPlane, block: { x: number; y: number; at: number }): void {
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

/** nC: the mean TotalCoeff of the blocks to the left and above (§9.2.1). */
function predictTotal(component: CodedPlane, x: number, y: number): number {
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
function quantiseChromaDc({ dc }: CodedPlane, quantiser: Quantiser): boolean {
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

function writeSamples(out: BitWriter, component: CodedPlane, block: Block): void {
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
