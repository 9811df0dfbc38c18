import type { CaptureFormat } from '../../capture.ts';
import { BitWriter } from './bit-writer.ts';

/** nal_ref_idc 3 and the nal_unit_type (ITU-T H.264 Table 7-1). */
export const nalHeader = { slice: 0x61, idrSlice: 0x65, sps: 0x67, pps: 0x68 } as const;

/** QP that slice_qp_delta counts from. */
export const PICTURE_INIT_QP = 26;
/** Bits of frame_num. */
export const FRAME_NUM_BITS = 8;

/** Constrained baseline (§A.2.1.1): constraint_set0_flag to constraint_set2_flag, as in `profile-level-id=42e0xx`. */
const PROFILE_IDC = 66;
const CONSTRAINT_FLAGS = 0xe0;
/** colour_primaries, transfer_characteristics and matrix_coefficients of BT.709 (Tables E-3 to E-5). */
const BT709 = 1;

/** The sequence parameter set of a format: full cropping, BT.709 limited range, no reordering. */
export function encodeSequenceParameterSet(format: CaptureFormat): Uint8Array {
  const columns = Math.ceil(format.width / 16);
  const rows = Math.ceil(format.height / 16);
  const out = new BitWriter();
  out.u(PROFILE_IDC, 8);
  out.u(CONSTRAINT_FLAGS, 8);
  out.u(levelFor(columns * rows, format.frameRate), 8);
  out.ue(0); // seq_parameter_set_id
  out.ue(FRAME_NUM_BITS - 4);
  out.ue(2); // pic_order_cnt_type: output order is decoding order
  out.ue(1); // max_num_ref_frames
  out.u(0, 1); // gaps_in_frame_num_value_allowed_flag
  out.ue(columns - 1);
  out.ue(rows - 1);
  out.u(1, 1); // frame_mbs_only_flag
  out.u(1, 1); // direct_8x8_inference_flag
  writeCropping(out, columns * 16 - format.width, rows * 16 - format.height);
  writeUsabilityInformation(out);
  return out.finishNalUnit(nalHeader.sps);
}

/** The picture parameter set: CAVLC, one slice group, deblocking under the slice's control. */
export function encodePictureParameterSet(): Uint8Array {
  const out = new BitWriter();
  out.ue(0); // pic_parameter_set_id
  out.ue(0); // seq_parameter_set_id
  out.u(0, 2); // entropy_coding_mode_flag, bottom_field_pic_order_in_frame_present_flag
  out.ue(0); // num_slice_groups_minus1
  out.ue(0); // num_ref_idx_l0_default_active_minus1
  out.ue(0); // num_ref_idx_l1_default_active_minus1
  out.u(0, 3); // weighted_pred_flag, weighted_bipred_idc
  out.se(PICTURE_INIT_QP - 26);
  out.se(0); // pic_init_qs_minus26
  out.se(0); // chroma_qp_index_offset
  out.u(0b100, 3); // deblocking control; no constrained intra prediction; no redundant pictures
  return out.finishNalUnit(nalHeader.pps);
}

function writeCropping(out: BitWriter, right: number, bottom: number): void {
  out.u(right + bottom > 0 ? 1 : 0, 1);
  if (right + bottom === 0) return;
  for (const offset of [0, right / 2, 0, bottom / 2]) out.ue(offset);
}

/** vui_parameters (§E.1.1): without the colours a decoder guesses, without the reordering bound it waits. */
function writeUsabilityInformation(out: BitWriter): void {
  out.u(1, 1); // vui_parameters_present_flag
  out.u(0, 2); // aspect_ratio_info_present_flag, overscan_info_present_flag
  out.u(1, 1); // video_signal_type_present_flag
  out.u(5, 3); // video_format: unspecified
  out.u(0, 1); // video_full_range_flag
  out.u(1, 1); // colour_description_present_flag
  for (let index = 0; index < 3; index++) out.u(BT709, 8);
  out.u(0, 5); // no chroma location, timing, HRD parameters or pic_struct
  out.u(1, 1); // bitstream_restriction_flag
  out.u(1, 1); // motion_vectors_over_pic_boundaries_flag
  out.ue(0); // max_bytes_per_pic_denom: no bound
  out.ue(0); // max_bits_per_mb_denom: no bound
  out.ue(13); // log2_max_mv_length_horizontal
  out.ue(11); // log2_max_mv_length_vertical
  out.ue(0); // max_num_reorder_frames
  out.ue(1); // max_dec_frame_buffering
}

/** The lowest level from 3.0 that allows the size and rate (Table A-1); below it the bitrate would be bounded. */
function levelFor(macroblocks: number, frameRate: number): number {
  const rate = macroblocks * frameRate;
  if (macroblocks <= 1620 && rate <= 40_500) return 30;
  if (macroblocks <= 3600 && rate <= 108_000) return 31;
  return macroblocks <= 8192 && rate <= 245_760 ? 40 : 42;
}
