/** Edge of a macroblock, pixels (ITU-T H.264 §6.3). */
export const MACROBLOCK_PX = 16;

/** One plane of samples in limited range. */
export interface Plane {
  readonly data: Uint8Array;
  readonly stride: number;
}

/** A 4:2:0 picture padded to whole macroblocks. */
export interface Picture {
  /** Size in macroblocks. */
  readonly columns: number;
  readonly rows: number;
  readonly y: Plane;
  readonly u: Plane;
  readonly v: Plane;
}

/** A black picture for `width` x `height` pixels. */
export function createPicture(width: number, height: number): Picture {
  const columns = Math.ceil(width / MACROBLOCK_PX);
  const rows = Math.ceil(height / MACROBLOCK_PX);
  const plane = (edge: number, level: number): Plane => ({
    data: new Uint8Array(columns * rows * edge * edge).fill(level),
    stride: columns * edge,
  });
  return { columns, rows, y: plane(16, 16), u: plane(8, 128), v: plane(8, 128) };
}

/** Copies a whole picture over another of the same size. */
export function copyPicture(from: Picture, to: Picture): void {
  to.y.data.set(from.y.data);
  to.u.data.set(from.u.data);
  to.v.data.set(from.v.data);
}
