import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { mutate } from './mutations/mutation.ts';
import { MUTATIONS } from './mutations.ts';

const read = (file: string) => readFile(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8');

describe('the mutations', () => {
  it.each(MUTATIONS)('of $file are up to date, and programs still', async ({ file, tests, mutations }) => {
    const source = await read(file);
    for (const mutation of mutations) {
      const mutated = mutate(source, mutation);
      expect(mutated).not.toBe(source);
      expect(() => stripTypeScriptTypes(mutated)).not.toThrow();
    }
    for (const test of tests) expect(await read(test)).toContain('expect');
  });

  it('have names', () => {
    for (const { mutations } of MUTATIONS) {
      const names = mutations.map(([name]) => name);
      expect(new Set(names).size).toBe(names.length);
    }
  });
});
