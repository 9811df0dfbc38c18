/** One code word: how many bits, and which. */
export interface CodeTable {
  readonly lengths: readonly number[];
  readonly codes: readonly number[];
}

/**
 * coeff_token (ITU-T H.264 Table 9-5), indexed by 4 * TotalCoeff + TrailingOnes;
 * for 0 <= nC < 2, 2 <= nC < 4 and 4 <= nC < 8. From nC = 8 the code is six plain bits.
 */
export const coeffTokens: readonly CodeTable[] = [
  {
    lengths: [
      1, 0, 0, 0, 6, 2, 0, 0, 8, 6, 3, 0, 9, 8, 7, 5, 10, 9, 8, 6, 11, 10, 9, 7, 13, 11, 10, 8, 13, 13, 11, 9,
      13, 13, 13, 10, 14, 14, 13, 11, 14, 14, 14, 13, 15, 15, 14, 14, 15, 15, 15, 14, 16, 15, 15, 15, 16, 16,
      16, 15, 16, 16, 16, 16, 16, 16, 16, 16,
    ],
    codes: [
      1, 0, 0, 0, 5, 1, 0, 0, 7, 4, 1, 0, 7, 6, 5, 3, 7, 6, 5, 3, 7, 6, 5, 4, 15, 6, 5, 4, 11, 14, 5, 4, 8,
      10, 13, 4, 15, 14, 9, 4, 11, 10, 13, 12, 15, 14, 9, 12, 11, 10, 13, 8, 15, 1, 9, 12, 11, 14, 13, 8, 7,
      10, 9, 12, 4, 6, 5, 8,
    ],
  },
  {
    lengths: [
      2, 0, 0, 0, 6, 2, 0, 0, 6, 5, 3, 0, 7, 6, 6, 4, 8, 6, 6, 4, 8, 7, 7, 5, 9, 8, 8, 6, 11, 9, 9, 6, 11, 11,
      11, 7, 12, 11, 11, 9, 12, 12, 12, 11, 12, 12, 12, 11, 13, 13, 13, 12, 13, 13, 13, 13, 13, 14, 13, 13,
      14, 14, 14, 13, 14, 14, 14, 14,
    ],
    codes: [
      3, 0, 0, 0, 11, 2, 0, 0, 7, 7, 3, 0, 7, 10, 9, 5, 7, 6, 5, 4, 4, 6, 5, 6, 7, 6, 5, 8, 15, 6, 5, 4, 11,
      14, 13, 4, 15, 10, 9, 4, 11, 14, 13, 12, 8, 10, 9, 8, 15, 14, 13, 12, 11, 10, 9, 12, 7, 11, 6, 8, 9, 8,
      10, 1, 7, 6, 5, 4,
    ],
  },
  {
    lengths: [
      4, 0, 0, 0, 6, 4, 0, 0, 6, 5, 4, 0, 6, 5, 5, 4, 7, 5, 5, 4, 7, 5, 5, 4, 7, 6, 6, 4, 7, 6, 6, 4, 8, 7, 7,
      5, 8, 8, 7, 6, 9, 8, 8, 7, 9, 9, 8, 8, 9, 9, 9, 8, 10, 9, 9, 9, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10,
      10, 10,
    ],
    codes: [
      15, 0, 0, 0, 15, 14, 0, 0, 11, 15, 13, 0, 8, 12, 14, 12, 15, 10, 11, 11, 11, 8, 9, 10, 9, 14, 13, 9, 8,
      10, 9, 8, 15, 14, 13, 13, 11, 14, 10, 12, 15, 10, 13, 12, 11, 14, 9, 12, 8, 10, 13, 8, 13, 7, 9, 12, 9,
      12, 11, 10, 5, 8, 7, 6, 1, 4, 3, 2,
    ],
  },
];

/** coeff_token of the four chroma DC coefficients (nC = -1, Table 9-5). */
export const chromaDcCoeffTokens: CodeTable = {
  lengths: [2, 0, 0, 0, 6, 1, 0, 0, 6, 6, 3, 0, 6, 7, 7, 6, 6, 8, 8, 7],
  codes: [1, 0, 0, 0, 7, 1, 0, 0, 4, 6, 1, 0, 3, 3, 2, 5, 2, 3, 2, 0],
};

/** total_zeros of a 4x4 block (Tables 9-7, 9-8), one table for each TotalCoeff from 1. */
export const totalZeros: readonly CodeTable[] = [
  {
    lengths: [1, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 9],
    codes: [1, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 1],
  },
  {
    lengths: [3, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 6, 6, 6, 6],
    codes: [7, 6, 5, 4, 3, 5, 4, 3, 2, 3, 2, 3, 2, 1, 0],
  },
  { lengths: [4, 3, 3, 3, 4, 4, 3, 3, 4, 5, 5, 6, 5, 6], codes: [5, 7, 6, 5, 4, 3, 4, 3, 2, 3, 2, 1, 1, 0] },
  { lengths: [5, 3, 4, 4, 3, 3, 3, 4, 3, 4, 5, 5, 5], codes: [3, 7, 5, 4, 6, 5, 4, 3, 3, 2, 2, 1, 0] },
  { lengths: [4, 4, 4, 3, 3, 3, 3, 3, 4, 5, 4, 5], codes: [5, 4, 3, 7, 6, 5, 4, 3, 2, 1, 1, 0] },
  { lengths: [6, 5, 3, 3, 3, 3, 3, 3, 4, 3, 6], codes: [1, 1, 7, 6, 5, 4, 3, 2, 1, 1, 0] },
  { lengths: [6, 5, 3, 3, 3, 2, 3, 4, 3, 6], codes: [1, 1, 5, 4, 3, 3, 2, 1, 1, 0] },
  { lengths: [6, 4, 5, 3, 2, 2, 3, 3, 6], codes: [1, 1, 1, 3, 3, 2, 2, 1, 0] },
  { lengths: [6, 6, 4, 2, 2, 3, 2, 5], codes: [1, 0, 1, 3, 2, 1, 1, 1] },
  { lengths: [5, 5, 3, 2, 2, 2, 4], codes: [1, 0, 1, 3, 2, 1, 1] },
  { lengths: [4, 4, 3, 3, 1, 3], codes: [0, 1, 1, 2, 1, 3] },
  { lengths: [4, 4, 2, 1, 3], codes: [0, 1, 1, 1, 1] },
  { lengths: [3, 3, 1, 2], codes: [0, 1, 1, 1] },
  { lengths: [2, 2, 1], codes: [0, 1, 1] },
  { lengths: [1, 1], codes: [0, 1] },
];

/** total_zeros of the chroma DC coefficients (Table 9-9 a), one table for each TotalCoeff from 1. */
export const chromaDcTotalZeros: readonly CodeTable[] = [
  { lengths: [1, 2, 3, 3], codes: [1, 1, 1, 0] },
  { lengths: [1, 2, 2], codes: [1, 1, 0] },
  { lengths: [1, 1], codes: [1, 0] },
];

/** run_before (Table 9-10), one table for each zerosLeft from 1; the last serves all above 6. */
export const runsBefore: readonly CodeTable[] = [
  { lengths: [1, 1], codes: [1, 0] },
  { lengths: [1, 2, 2], codes: [1, 1, 0] },
  { lengths: [2, 2, 2, 2], codes: [3, 2, 1, 0] },
  { lengths: [2, 2, 2, 3, 3], codes: [3, 2, 1, 1, 0] },
  { lengths: [2, 2, 3, 3, 3, 3], codes: [3, 2, 3, 2, 1, 0] },
  { lengths: [2, 3, 3, 3, 3, 3, 3], codes: [3, 0, 1, 3, 2, 5, 4] },
  {
    lengths: [3, 3, 3, 3, 3, 3, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    codes: [7, 6, 5, 4, 3, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1],
  },
];
