/**
 * The machine-readable clock in the corner of a picture: 32 bits of epoch milliseconds and 8 check bits, one black or
 * white cell each, most significant first. Cells are whole H.264 macroblocks, so that a coarse quantiser keeps them apart.
 */

/** Edge of one cell, pixels: one macroblock (ITU-T H.264 §6.3). */
export const CLOCK_CELL_PX = 16;
/** 32 bits of time, then 8 check bits. */
export const CLOCK_CELL_COUNT = 40;

const TIME_BITS = 32;
/** CRC-8 (x^8 + x^2 + x + 1): finds every burst of up to 8 wrong cells. */
const CRC_POLYNOMIAL = 0x07;
/** Not zero, so that an all-black or all-white picture is no valid time. */
const CRC_START = 0xa5;
/** Half-way between limited-range black and white: a cell is white above it. */
const WHITE_ABOVE = 120;
/** Only the middle of a cell is read: its border may ring or bleed. */
const CELL_MARGIN_PX = 4;
const WRAP_MS = 2 ** TIME_BITS;

/** Where the strip lies, pixels from the top left of the visible picture. */
export interface ClockStripRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Cells in a row; a narrow picture wraps to more rows. */
  readonly columns: number;
}

/** One plane of brightness: `stride` bytes lie between the starts of two rows. */
export interface LumaPlane {
  readonly data: Uint8Array;
  readonly stride: number;
}

/** The strip's place in a picture `width` pixels wide: one row from 640 pixels up, as many as needed below. */
export function clockStripRect(width: number): ClockStripRect {
  const columns = Math.max(1, Math.min(CLOCK_CELL_COUNT, Math.floor(width / CLOCK_CELL_PX)));
  const rows = Math.ceil(CLOCK_CELL_COUNT / columns);
  return { x: 0, y: 0, width: columns * CLOCK_CELL_PX, height: rows * CLOCK_CELL_PX, columns };
}

/** The 40 cells for `epochMs`, modulo 2^32; true is white. */
export function encodeClockStrip(epochMs: number): boolean[] {
  const time = Math.floor(epochMs) % WRAP_MS;
  return [...bitsOf(time, TIME_BITS), ...bitsOf(checkBits(time), CLOCK_CELL_COUNT - TIME_BITS)];
}

/** Epoch milliseconds modulo 2^32, or null where the cells show no valid time. */
export function parseClockStrip(cells: readonly boolean[]): number | null {
  if (cells.length !== CLOCK_CELL_COUNT) return null;
  const time = numberOf(cells.slice(0, TIME_BITS));
  return numberOf(cells.slice(TIME_BITS)) === checkBits(time) ? time : null;
}

/** Reads the cells of a picture `width` pixels wide, of which `plane` holds at least the strip's rectangle. */
export function sampleClockStrip(plane: LumaPlane, width: number): boolean[] {
  const { columns } = clockStripRect(width);
  return Array.from({ length: CLOCK_CELL_COUNT }, (_, cell) => {
    const x = (cell % columns) * CLOCK_CELL_PX;
    const y = Math.floor(cell / columns) * CLOCK_CELL_PX;
    return cellBrightness(plane, x, y) > WHITE_ABOVE;
  });
}

/** `sampleClockStrip` and `parseClockStrip` in one: the picture's time modulo 2^32, or null. */
export function readClockStrip(plane: LumaPlane, width: number): number | null {
  return parseClockStrip(sampleClockStrip(plane, width));
}

/** The full epoch milliseconds of a strip's time: the one nearest to `nearMs`, which may be 24 days off. */
export function unwrapClockStrip(time: number, nearMs: number): number {
  return time + Math.round((nearMs - time) / WRAP_MS) * WRAP_MS;
}

function bitsOf(value: number, count: number): boolean[] {
  return Array.from({ length: count }, (_, index) => ((value >>> (count - 1 - index)) & 1) === 1);
}

function numberOf(bits: readonly boolean[]): number {
  return bits.reduce((value, bit) => value * 2 + (bit ? 1 : 0), 0);
}

function checkBits(time: number): number {
  let crc = CRC_START;
  for (const shift of [24, 16, 8, 0]) {
    crc ^= (time >>> shift) & 0xff;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x80 ? CRC_POLYNOMIAL : 0)) & 0xff;
  }
  return crc;
}

function cellBrightness(plane: LumaPlane, left: number, top: number): number {
  let sum = 0;
  for (let y = top + CELL_MARGIN_PX; y < top + CLOCK_CELL_PX - CELL_MARGIN_PX; y++) {
    for (let x = left + CELL_MARGIN_PX; x < left + CLOCK_CELL_PX - CELL_MARGIN_PX; x++) {
      sum += plane.data[y * plane.stride + x] ?? 0;
    }
  }
  return sum / (CLOCK_CELL_PX - 2 * CELL_MARGIN_PX) ** 2;
}
