import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { BUILT_PAGE, ROOT } from '../e2e/stage/house.ts';
import { measureBuild } from '../pwa/build/size-budget.ts';
import { atMost, type Bench } from './bench.ts';
import { buildOption, ensureBuilt } from './built.ts';

/** What a phone loads. */
export const pwa: Bench = {
  summary: 'bytes of the first load, the scanner and the offline copy',
  options: { build: buildOption },
  run: async (context) => {
    ensureBuilt(context);
    const { firstLoad, scanner, precache } = measureBuild(relative(ROOT, BUILT_PAGE), ROOT);
    const html = readFileSync(join(BUILT_PAGE, 'index.html'), 'utf8');
    return {
      conditions: { from: 'dist/pwa', compression: 'brotli, quality 11' },
      rows: listFiles().map((file) => describeFile(file, html)),
      verdicts: [
        atMost('first load, JavaScript and CSS, brotli', firstLoad, 50_000, 'bytes'),
        atMost('scanner, loaded when it is used, brotli', scanner, 15_000, 'bytes'),
        atMost('offline copy, uncompressed', precache, 300_000, 'bytes'),
      ],
    };
  },
};

function listFiles(): string[] {
  const assets = readdirSync(join(BUILT_PAGE, 'assets')).map((name) => `assets/${name}`);
  return ['index.html', 'service-worker.js', ...assets].sort();
}

function describeFile(file: string, html: string) {
  const bytes = readFileSync(join(BUILT_PAGE, file));
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  const isFirst = file === 'index.html' || html.includes(file);
  return { file, bytes: bytes.byteLength, brotli: brotli.byteLength, loaded: isFirst ? 'first' : 'later' };
}
