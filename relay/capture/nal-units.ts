/** nal_unit_type of an IDR slice (ITU-T H.264 Table 7-1). */
const IDR_SLICE = 5;
/** nal_unit_type of an access unit delimiter: it says nothing that RTP does not. */
const DELIMITER = 9;
const START_CODE = Uint8Array.of(0, 0, 0, 1);

/** The NAL units of a byte stream (ITU-T H.264 Annex B), without start codes, delimiters and empty units. */
export function splitByteStream(bytes: Uint8Array): Uint8Array[] {
  const nalUnits: Uint8Array[] = [];
  for (let start = nextUnit(bytes, 0); start < bytes.length; ) {
    const next = nextUnit(bytes, start);
    const nalUnit = bytes.subarray(start, trimmedEnd(bytes, start, next));
    if (nalUnit.length > 1 && nalUnitType(nalUnit) !== DELIMITER) nalUnits.push(nalUnit);
    start = next;
  }
  return nalUnits;
}

/** NAL units as a byte stream (ITU-T H.264 Annex B). */
export function encodeByteStream(nalUnits: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(nalUnits.flatMap((nalUnit) => [START_CODE, nalUnit]));
}

/** True where a viewer can start: any of the units is a slice of an IDR picture. */
export function isKeyframe(nalUnits: readonly Uint8Array[]): boolean {
  return nalUnits.some((nalUnit) => nalUnitType(nalUnit) === IDR_SLICE);
}

function nalUnitType(nalUnit: Uint8Array): number {
  return (nalUnit[0] ?? 0) & 0x1f;
}

/** Index just after the next start code from `from` on, or the length where there is none. */
function nextUnit(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(1, from + 2); at !== -1; at = bytes.indexOf(1, at + 1)) {
    if (bytes[at - 1] === 0 && bytes[at - 2] === 0) return at + 1;
  }
  return bytes.length;
}

/** Leaves off the start code that follows, and trailing zeros. */
function trimmedEnd(bytes: Uint8Array, start: number, next: number): number {
  const hasStartCode =
    next < bytes.length || (bytes[next - 1] === 1 && bytes[next - 2] === 0 && bytes[next - 3] === 0);
  let end = hasStartCode ? next - 1 : next;
  while (end > start && bytes[end - 1] === 0) end--;
  return end;
}
