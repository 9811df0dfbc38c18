import type { CaptureFormat } from '../../capture.ts';
import { BitWriter } from './bit-writer.ts';
import { IntraCoder } from './intra-macroblock.ts';
import { MotionField, type MotionVector } from './motion-field.ts';
import {
  encodePictureParameterSet,
  encodeSequenceParameterSet,
  FRAME_NUM_BITS,
  nalHeader,
  PICTURE_INIT_QP,
} from './parameter-sets.ts';
import { createPicture, type Picture, type Plane } from './picture.ts';

/** What to do with one macroblock of a P picture. */
export type MacroblockPlan =
  /** Leave it as it is. */
  | { readonly type: 'keep' }
  /** Code it from the target, unless the decoder has it already. */
  | { readonly type: 'refresh' }
  /** Send the target's samples uncompressed. */
  | { readonly type: 'pcm' }
  /** Copy it from elsewhere in the previous picture, offsets in whole pixels. */
  | { readonly type: 'copy'; readonly dx: number; readonly dy: number };

/** One picture's orders; macroblocks that `plan` lacks are kept. */
export interface PictureOrder {
  readonly isKeyframe: boolean;
  /** Quantiser, 0 (finest) to 51. */
  readonly qp: number;
  /** By macroblock address; unused in a keyframe. */
  readonly plan: ReadonlyMap<number, MacroblockPlan>;
}

const still: MotionVector = { x: 0, y: 0 };
/** slice_type where all slices of the picture are alike (ITU-T H.264 Table 7-6). */
const sliceTypes = { p: 5, i: 7 } as const;
/** A macroblock counts as already there when its samples differ by less than this in sum. */
const UNCHANGED_SAD = 24;

/** A constrained-baseline encoder for pictures that are mostly still: one slice, one reference, no deblocking. */
export class PictureEncoder {
  /** What to show; the caller paints here. */
  readonly target: Picture;
  readonly #decoded: Picture;
  readonly #parameterSets: readonly Uint8Array[];
  readonly #out = new BitWriter();
  readonly #intra: IntraCoder;
  readonly #motion: MotionField;
  #frameNum = 0;
  #idrPicId = 0;

  constructor(format: CaptureFormat) {
    this.target = createPicture(format.width, format.height);
    this.#decoded = createPicture(format.width, format.height);
    this.#parameterSets = [encodeSequenceParameterSet(format), encodePictureParameterSet()];
    this.#intra = new IntraCoder(this.target, this.#decoded);
    this.#motion = new MotionField(this.target.columns, this.target.rows);
  }

  /** Encodes the target; the first picture must be a keyframe. */
  encode(order: PictureOrder): Uint8Array[] {
    this.#intra.beginPicture(order.qp);
    if (order.isKeyframe) return this.#encodeKeyframe(order.qp);
    this.#frameNum = (this.#frameNum + 1) % 2 ** FRAME_NUM_BITS;
    this.#writeSliceHeader(false, order.qp);
    this.#writeInterMacroblocks(order.plan);
    return [this.#out.finishNalUnit(nalHeader.slice)];
  }

  #encodeKeyframe(qp: number): Uint8Array[] {
    this.#frameNum = 0;
    this.#idrPicId ^= 1;
    this.#writeSliceHeader(true, qp);
    for (let row = 0; row < this.target.rows; row++) {
      for (let column = 0; column < this.target.columns; column++) {
        this.#intra.write(this.#out, column, row, false);
      }
    }
    return [...this.#parameterSets, this.#out.finishNalUnit(nalHeader.idrSlice)];
  }

  /** slice_header (§7.3.3). */
  #writeSliceHeader(isKeyframe: boolean, qp: number): void {
    const out = this.#out;
    out.ue(0); // first_mb_in_slice
    out.ue(isKeyframe ? sliceTypes.i : sliceTypes.p);
    out.ue(0); // pic_parameter_set_id
    out.u(this.#frameNum, FRAME_NUM_BITS);
    if (isKeyframe) out.ue(this.#idrPicId);
    // Keyframe: no_output_of_prior_pics_flag, long_term_reference_flag. Otherwise: no override of the number of
    // references, no reordering of them, no adaptive marking.
    out.u(0, isKeyframe ? 2 : 3);
    out.se(qp - PICTURE_INIT_QP);
    out.ue(1); // disable_deblocking_filter_idc: what was sent is what is shown
  }

  #writeInterMacroblocks(plan: ReadonlyMap<number, MacroblockPlan>): void {
    const { columns, rows } = this.target;
    let skipped = 0;
    for (let address = 0; address < columns * rows; address++) {
      const order = this.#settle(address, plan.get(address));
      if (this.#isSkip(address, order)) {
        this.#motion.set(address, still);
        skipped++;
        continue;
      }
      this.#out.ue(skipped);
      skipped = 0;
      this.#writeInterMacroblock(address, order);
    }
    if (skipped > 0) this.#out.ue(skipped);
  }

  /** A refresh that would change nothing is a keep. */
  #settle(address: number, order: MacroblockPlan = { type: 'keep' }): MacroblockPlan {
    return order.type === 'refresh' && this.#isUnchanged(address) ? { type: 'keep' } : order;
  }

  #isSkip(address: number, order: MacroblockPlan): boolean {
    if (order.type !== 'keep') return false;
    const vector = this.#motion.skipVector(address);
    return vector.x === 0 && vector.y === 0;
  }

  #writeInterMacroblock(address: number, order: MacroblockPlan): void {
    const column = address % this.target.columns;
    const row = Math.floor(address / this.target.columns);
    if (order.type === 'keep' || order.type === 'copy') {
      this.#writeMotion(address, order.type === 'copy' ? { x: order.dx * 4, y: order.dy * 4 } : still);
      if (order.type === 'copy') this.#copyDecoded(column, row, order);
      return;
    }
    this.#motion.set(address, null);
    if (order.type === 'pcm') this.#intra.writePcm(this.#out, column, row, true);
    else this.#intra.write(this.#out, column, row, true);
  }

  /** P_L0_16x16 without residual (§7.3.5.1). */
  #writeMotion(address: number, vector: MotionVector): void {
    const predicted = this.#motion.predict(address);
    this.#motion.set(address, vector);
    this.#out.ue(0); // mb_type
    this.#out.se(vector.x - predicted.x);
    this.#out.se(vector.y - predicted.y);
    this.#out.ue(0); // coded_block_pattern
  }

  #copyDecoded(column: number, row: number, offset: { dx: number; dy: number }): void {
    const { y, u, v } = this.#decoded;
    copyBlock(y, { x: column * 16, y: row * 16, size: 16 }, offset.dx, offset.dy);
    for (const plane of [u, v]) {
      copyBlock(plane, { x: column * 8, y: row * 8, size: 8 }, offset.dx / 2, offset.dy / 2);
    }
  }

  #isUnchanged(address: number): boolean {
    const x = address % this.target.columns;
    const y = Math.floor(address / this.target.columns);
    return (
      isSame(this.target.y, this.#decoded.y, { x: x * 16, y: y * 16, size: 16 }) &&
      isSame(this.target.u, this.#decoded.u, { x: x * 8, y: y * 8, size: 8 }) &&
      isSame(this.target.v, this.#decoded.v, { x: x * 8, y: y * 8, size: 8 })
    );
  }
}

function isSame(wanted: Plane, decoded: Plane, block: { x: number; y: number; size: number }): boolean {
  let sum = 0;
  for (let y = block.y; y < block.y + block.size; y++) {
    for (let at = y * wanted.stride + block.x; at < y * wanted.stride + block.x + block.size; at++) {
      sum += Math.abs((wanted.data[at] ?? 0) - (decoded.data[at] ?? 0));
    }
    if (sum >= UNCHANGED_SAD) return false;
  }
  return true;
}

function copyBlock(
  plane: Plane,
  block: { x: number; y: number; size: number },
  dx: number,
  dy: number,
): void {
  for (let y = block.y; y < block.y + block.size; y++) {
    const from = (y + dy) * plane.stride + block.x + dx;
    plane.data.copyWithin(y * plane.stride + block.x, from, from + block.size);
  }
}
