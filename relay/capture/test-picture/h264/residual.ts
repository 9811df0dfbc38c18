import type { BitWriter } from './bit-writer.ts';
import {
  type CodeTable,
  chromaDcCoeffTokens,
  chromaDcTotalZeros,
  coeffTokens,
  runsBefore,
  totalZeros,
} from './cavlc-tables.ts';

/** nC of the chroma DC coefficients (ITU-T H.264 §9.2.1). */
export const CHROMA_DC = -1;

const levels = new Int32Array(16);
const runs = new Int32Array(16);

/**
 * Writes `count` coefficients in scan order as residual_block_cavlc (§7.3.5.3.2).
 * @returns TotalCoeff, which the neighbours' nC needs.
 */
export function writeResidualBlock(
  out: BitWriter,
  coefficients: Int32Array,
  range: { start: number; count: number; nC: number },
): number {
  const { total, zeros } = collectLevels(coefficients, range.start, range.count);
  const ones = countTrailingOnes(total);
  writeCoeffToken(out, total, ones, range.nC);
  if (total === 0) return 0;
  writeLevels(out, total, ones);
  if (total < range.count) {
    const tables = range.nC === CHROMA_DC ? chromaDcTotalZeros : totalZeros;
    writeCode(out, tables[total - 1], zeros);
  }
  writeRuns(out, total, zeros);
  return total;
}

/** Fills `levels` and `runs` from the highest frequency down, the order in which they are sent. */
function collectLevels(
  coefficients: Int32Array,
  start: number,
  count: number,
): { total: number; zeros: number } {
  let total = 0;
  let zeros = 0;
  for (let index = start + count - 1; index >= start; index--) {
    const level = coefficients[index] ?? 0;
    if (level !== 0) {
      levels[total] = level;
      runs[total++] = 0;
    } else if (total > 0) {
      zeros++;
      runs[total - 1] = (runs[total - 1] ?? 0) + 1;
    }
  }
  return { total, zeros };
}

function countTrailingOnes(total: number): number {
  let ones = 0;
  while (ones < 3 && ones < total && Math.abs(levels[ones] ?? 0) === 1) ones++;
  return ones;
}

function writeCoeffToken(out: BitWriter, total: number, ones: number, nC: number): void {
  if (nC >= 8) {
    out.u(total === 0 ? 3 : ((total - 1) << 2) | ones, 6);
    return;
  }
  const table = nC === CHROMA_DC ? chromaDcCoeffTokens : coeffTokens[nC >> 1 > 1 ? 2 : nC >> 1];
  writeCode(out, table, 4 * total + ones);
}

/** Trailing ones as signs, then level_prefix and level_suffix (§9.2.2). */
function writeLevels(out: BitWriter, total: number, ones: number): void {
  for (let index = 0; index < ones; index++) out.u((levels[index] ?? 0) < 0 ? 1 : 0, 1);
  let suffixLength = total > 10 && ones < 3 ? 1 : 0;
  for (let index = ones; index < total; index++) {
    const level = levels[index] ?? 0;
    const code = (level > 0 ? 2 * level - 2 : -2 * level - 1) - (index === ones && ones < 3 ? 2 : 0);
    writeLevel(out, code, suffixLength);
    if (suffixLength === 0) suffixLength = 1;
    if (Math.abs(level) > 3 << (suffixLength - 1) && suffixLength < 6) suffixLength++;
  }
}

function writeLevel(out: BitWriter, code: number, suffixLength: number): void {
  const escapeFrom = suffixLength === 0 ? 30 : 15 << suffixLength;
  if (code >= escapeFrom) {
    out.u(1, 16);
    out.u(code - escapeFrom, 12);
  } else if (suffixLength === 0 && code >= 14) {
    out.u(1, 15);
    out.u(code - 14, 4);
  } else {
    out.u(1, (code >> suffixLength) + 1);
    if (suffixLength > 0) out.u(code & ((1 << suffixLength) - 1), suffixLength);
  }
}

function writeRuns(out: BitWriter, total: number, zeros: number): void {
  let zerosLeft = zeros;
  for (let index = 0; index < total - 1 && zerosLeft > 0; index++) {
    const run = runs[index] ?? 0;
    writeCode(out, runsBefore[Math.min(zerosLeft, 7) - 1], run);
    zerosLeft -= run;
  }
}

function writeCode(out: BitWriter, table: CodeTable | undefined, index: number): void {
  out.u(table?.codes[index] ?? 0, table?.lengths[index] ?? 0);
}
