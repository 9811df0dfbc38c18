/** A colour as BT.709 limited-range samples. */
export interface Colour {
  readonly y: number;
  readonly u: number;
  readonly v: number;
}

/** The house colours: a night of teal, lamplight of amber, paper for what is to be read. */
export const palette = {
  skyTop: fromRgb(0x06, 0x16, 0x1c),
  skyBottom: fromRgb(0x1b, 0x55, 0x5c),
  farHill: fromRgb(0x11, 0x3a, 0x40),
  nearHill: fromRgb(0x0a, 0x25, 0x2a),
  wall: fromRgb(0x07, 0x19, 0x1d),
  amber: fromRgb(0xff, 0xb2, 0x4a),
  glow: fromRgb(0xd9, 0x80, 0x2c),
  paper: fromRgb(0xf4, 0xe9, 0xd5),
  quiet: fromRgb(0x8f, 0xb6, 0xb3),
  star: fromRgb(0xb9, 0xd6, 0xd2),
  ink: fromRgb(0x03, 0x0b, 0x0e),
} as const satisfies Record<string, Colour>;

/** Between two colours; `share` 0 is the first, 1 the second. */
export function mix(from: Colour, to: Colour, share: number): Colour {
  return {
    y: from.y + (to.y - from.y) * share,
    u: from.u + (to.u - from.u) * share,
    v: from.v + (to.v - from.v) * share,
  };
}

/** ITU-R BT.709 §3, 8 bits. */
function fromRgb(red: number, green: number, blue: number): Colour {
  const brightness = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return {
    y: 16 + (219 / 255) * brightness,
    u: 128 + ((224 / 255) * (blue - brightness)) / 1.8556,
    v: 128 + ((224 / 255) * (red - brightness)) / 1.5748,
  };
}
