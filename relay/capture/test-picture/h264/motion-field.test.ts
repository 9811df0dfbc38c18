import { describe, expect, it } from 'vitest';
import { MotionField } from './motion-field.ts';

const COLUMNS = 3;
/** The middle of the second row: it has neighbours on every side. */
const MIDDLE = 4;

describe('MotionField', () => {
  it('skips without motion at the edges, whatever lies around', () => {
    const field = new MotionField(COLUMNS, 2);
    field.set(0, { x: 8, y: 8 });
    expect(field.skipVector(0)).toEqual({ x: 0, y: 0 });
    expect(field.skipVector(3)).toEqual({ x: 0, y: 0 });
  });

  it('predicts the median of left, above and above right', () => {
    const field = new MotionField(COLUMNS, 2);
    field.set(3, { x: 4, y: 40 });
    field.set(1, { x: 12, y: -8 });
    field.set(2, { x: 8, y: 0 });
    expect(field.predict(MIDDLE)).toEqual({ x: 8, y: 0 });
    expect(field.skipVector(MIDDLE)).toEqual({ x: 8, y: 0 });
  });

  it('takes the only inter neighbour where the others are intra', () => {
    const field = new MotionField(COLUMNS, 2);
    field.set(3, null);
    field.set(1, null);
    field.set(2, { x: 8, y: 4 });
    expect(field.predict(MIDDLE)).toEqual({ x: 8, y: 4 });
  });

  it('counts an intra neighbour above right as there, not as missing', () => {
    const field = new MotionField(COLUMNS, 2);
    field.set(0, { x: 80, y: 80 });
    field.set(1, { x: 12, y: 12 });
    field.set(2, null);
    field.set(3, { x: 4, y: 4 });
    expect(field.predict(MIDDLE)).toEqual({ x: 4, y: 4 });
  });

  it('takes the left neighbour in the first row', () => {
    const field = new MotionField(COLUMNS, 2);
    field.set(0, { x: 16, y: 0 });
    expect(field.predict(1)).toEqual({ x: 16, y: 0 });
  });
});
