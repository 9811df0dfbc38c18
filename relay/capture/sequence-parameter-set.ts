/** What a sequence parameter set says that others want to know (ITU-T H.264 §7.3.2.1.1). */
export interface SequenceInfo {
  /** `profile_idc`: 66 baseline, 77 main, 100 high. */
  readonly profile: number;
  /** Pixels, after cropping. */
  readonly width: number;
  /** Pixels, after cropping. */
  readonly height: number;
}

/** nal_unit_type of a sequence parameter set (ITU-T H.264 Table 7-1). */
const SEQUENCE_PARAMETER_SET = 7;
/** Profiles whose set says more about colours and scaling (§7.3.2.1.1). */
const DETAILED_PROFILES = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138];

/** Reads the size of an access unit's pictures; null where it has no readable SPS. */
export function readSequenceInfo(nalUnits: readonly Uint8Array[]): SequenceInfo | null {
  const set = nalUnits.find((nalUnit) => ((nalUnit[0] ?? 0) & 0x1f) === SEQUENCE_PARAMETER_SET);
  try {
    return set ? parseSequenceParameterSet(set) : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** @throws RangeError where it ends too early. */
function parseSequenceParameterSet(nalUnit: Uint8Array): SequenceInfo {
  const bits = new BitReader(withoutEmulationPrevention(nalUnit.subarray(1)));
  const profile = bits.read(8);
  bits.read(16);
  bits.readUnsigned();
  const chroma = DETAILED_PROFILES.includes(profile) ? skipDetails(bits) : 1;
  bits.readUnsigned();
  skipPictureOrder(bits);
  bits.readUnsigned();
  bits.read(1);
  const columns = bits.readUnsigned() + 1;
  const rows = bits.readUnsigned() + 1;
  const fieldsAFrame = bits.read(1) === 1 ? 1 : 2;
  if (fieldsAFrame === 2) bits.read(1);
  bits.read(1);
  const crop = bits.read(1) === 1 ? Array.from({ length: 4 }, () => bits.readUnsigned()) : [0, 0, 0, 0];
  const [left = 0, right = 0, top = 0, bottom = 0] = crop;
  const unitX = chroma === 1 || chroma === 2 ? 2 : 1;
  const unitY = (chroma === 1 ? 2 : 1) * fieldsAFrame;
  const width = columns * 16 - (left + right) * unitX;
  const height = rows * 16 * fieldsAFrame - (top + bottom) * unitY;
  if (width <= 0 || height <= 0) throw new RangeError('nothing is left of the picture');
  return { profile, width, height };
}

/** Skips what only detailed profiles have; their `chroma_format_idc`. */
function skipDetails(bits: BitReader): number {
  const chroma = bits.readUnsigned();
  if (chroma === 3) bits.read(1);
  bits.readUnsigned();
  bits.readUnsigned();
  bits.read(1);
  if (bits.read(1) === 0) return chroma;
  for (let list = 0; list < (chroma === 3 ? 12 : 8); list++) {
    if (bits.read(1) === 1) skipScalingList(bits, list < 6 ? 16 : 64);
  }
  return chroma;
}

/** ITU-T H.264 §7.3.2.1.1.1 */
function skipScalingList(bits: BitReader, size: number): void {
  let last = 8;
  let next = 8;
  for (let index = 0; index < size; index++) {
    if (next !== 0) next = (last + bits.readSigned() + 256) % 256;
    last = next === 0 ? last : next;
  }
}

function skipPictureOrder(bits: BitReader): void {
  const type = bits.readUnsigned();
  if (type === 0) bits.readUnsigned();
  if (type !== 1) return;
  bits.read(1);
  bits.readSigned();
  bits.readSigned();
  for (let count = bits.readUnsigned(); count > 0; count--) bits.readSigned();
}

/** ITU-T H.264 §7.4.1: a 3 after two zeros is no part of the content. */
function withoutEmulationPrevention(bytes: Uint8Array): Uint8Array {
  return bytes.filter(
    (byte, index) => !(byte === 3 && index > 1 && bytes[index - 1] === 0 && bytes[index - 2] === 0),
  );
}

class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(count: number): number {
    let value = 0;
    for (let bit = 0; bit < count; bit++, this.#at++) {
      const byte = this.#bytes[this.#at >> 3];
      if (byte === undefined) throw new RangeError('ends too early');
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1);
    }
    return value;
  }

  /** Exp-Golomb (ITU-T H.264 §9.1). */
  readUnsigned(): number {
    let zeros = 0;
    while (this.read(1) === 0) {
      if (++zeros > 31) throw new RangeError('too large a number');
    }
    return 2 ** zeros - 1 + this.read(zeros);
  }

  readSigned(): number {
    const value = this.readUnsigned();
    return value % 2 === 1 ? (value + 1) / 2 : -value / 2;
  }
}
