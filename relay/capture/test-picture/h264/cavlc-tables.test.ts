import { describe, expect, it } from 'vitest';
import {
  type CodeTable,
  chromaDcCoeffTokens,
  chromaDcTotalZeros,
  coeffTokens,
  runsBefore,
  totalZeros,
} from './cavlc-tables.ts';

const words = ({ lengths, codes }: CodeTable) =>
  lengths.flatMap((length, index) =>
    length === 0 ? [] : [(codes[index] ?? 0).toString(2).padStart(length, '0')],
  );

describe('CAVLC tables', () => {
  it('hold prefix codes: no word begins another', () => {
    const tables = [...coeffTokens, chromaDcCoeffTokens, ...totalZeros, ...chromaDcTotalZeros, ...runsBefore];
    for (const table of tables) {
      const sorted = words(table).sort();
      expect(new Set(sorted).size).toBe(sorted.length);
      expect(sorted.filter((word, index) => sorted[index + 1]?.startsWith(word))).toEqual([]);
    }
  });

  it('have a word for every TotalCoeff with its possible TrailingOnes, and for every possible zero count', () => {
    for (const table of coeffTokens) expect(words(table)).toHaveLength(4 * 17 - 6);
    expect(words(chromaDcCoeffTokens)).toHaveLength(4 * 5 - 6);
    totalZeros.forEach((table, index) => {
      expect(words(table)).toHaveLength(16 - index);
    });
  });
});
