import type { Mask } from './mask.ts';

type Point = readonly [x: number, y: number];
type Stroke = readonly Point[];

/** Glyphs are drawn by a round pen on a grid 10 wide and 16 high. */
const GRID_WIDTH = 10;
const GRID_HEIGHT = 16;
const ARC_STEPS = 20;

const glyphs: Readonly<Record<string, readonly Stroke[]>> = {
  '0': [[...arc([5, 5], [5, 5], -180, 0), ...arc([5, 11], [5, 5], 0, 180), [0, 5]]],
  '1': [
    [
      [1.5, 3.2],
      [6, 0],
      [6, 16],
    ],
  ],
  '2': [[...arc([5, 4.9], [4.9, 4.9], -172, 38), [0.4, 16], [10, 16]]],
  '3': [
    [...arc([4.8, 4], [4.2, 4], -160, 90), [3.8, 8]],
    [[3.8, 8], ...arc([4.8, 12], [4.9, 4], -90, 160)],
  ],
  '4': [
    [
      [7.4, 16],
      [7.4, 0],
      [0, 11.6],
      [10, 11.6],
    ],
  ],
  '5': [[[9, 0], [1.7, 0], [0.9, 7.6], ...arc([4.9, 10.9], [5, 5.1], -138, 152)]],
  '6': [
    [
      [7.4, 0],
      [0.9, 8.3],
    ],
    arc([5, 11], [5, 5], 0, 360),
  ],
  '7': [
    [
      [0, 0],
      [10, 0],
      [3.4, 16],
    ],
  ],
  '8': [arc([5, 3.9], [4.1, 3.9], 0, 360), arc([5, 11.9], [5, 4.1], 0, 360)],
  '9': [
    [
      [2.6, 16],
      [9.1, 7.7],
    ],
    arc([5, 5], [5, 5], 0, 360),
  ],
  ':': [[[5, 4.6]], [[5, 12]]],
  '.': [[[5, 15.6]]],
  '-': [
    [
      [2, 8.4],
      [8, 8.4],
    ],
  ],
  U: [[[0.3, 0], ...arc([5, 11], [4.7, 5], 180, 0), [9.7, 0]]],
  T: [
    [
      [0, 0],
      [10, 0],
    ],
    [
      [5, 0],
      [5, 16],
    ],
  ],
  C: [[...arc([5.4, 5], [5.2, 5], -35, -180), ...arc([5.4, 11], [5.2, 5], 180, 35)]],
};

/** How a glyph is set: `height` of the drawing, `pen` width, all pixels; the cell is the mask's size. */
export interface GlyphStyle {
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly height: number;
  readonly pen: number;
}

/** The mask of one character, centred in its cell; empty for a character that has no glyph. */
export function createGlyphMask(character: string, style: GlyphStyle): Mask {
  const strokes = glyphs[character] ?? [];
  const scale = (style.height - style.pen) / GRID_HEIGHT;
  const left = (style.cellWidth - GRID_WIDTH * scale) / 2;
  const top = (style.cellHeight - GRID_HEIGHT * scale) / 2;
  const mask: Mask = {
    width: style.cellWidth,
    height: style.cellHeight,
    cover: new Float32Array(style.cellWidth * style.cellHeight),
  };
  const place = ([x, y]: Point): Point => [left + x * scale, top + y * scale];
  for (const stroke of strokes) {
    const points = stroke.map(place);
    points.forEach((point, index) => {
      drawSegment(mask, points[index - 1] ?? point, point, style.pen / 2 + 0.5);
    });
  }
  return mask;
}

/** Points along an ellipse; degrees, clockwise from the right as the picture is seen. */
function arc(centre: Point, radii: Point, from: number, to: number): Point[] {
  return Array.from({ length: ARC_STEPS + 1 }, (_, step) => {
    const angle = ((from + ((to - from) * step) / ARC_STEPS) * Math.PI) / 180;
    return [centre[0] + radii[0] * Math.cos(angle), centre[1] + radii[1] * Math.sin(angle)];
  });
}

/** Draws one straight piece with a round pen; only the pixels it can reach are looked at. */
function drawSegment(mask: Mask, from: Point, to: Point, reach: number): void {
  const [fromX, fromY] = from;
  const [dx, dy] = [to[0] - fromX, to[1] - fromY];
  const length = dx * dx + dy * dy || 1;
  const right = Math.min(mask.width - 1, Math.ceil(Math.max(fromX, to[0]) + reach));
  const bottom = Math.min(mask.height - 1, Math.ceil(Math.max(fromY, to[1]) + reach));
  const left = Math.max(0, Math.floor(Math.min(fromX, to[0]) - reach));
  for (let y = Math.max(0, Math.floor(Math.min(fromY, to[1]) - reach)); y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const [offX, offY] = [x + 0.5 - fromX, y + 0.5 - fromY];
      const along = Math.min(1, Math.max(0, (offX * dx + offY * dy) / length));
      const distance = Math.sqrt((offX - along * dx) ** 2 + (offY - along * dy) ** 2);
      const at = y * mask.width + x;
      mask.cover[at] = Math.max(mask.cover[at] ?? 0, Math.min(1, reach - distance));
    }
  }
}
