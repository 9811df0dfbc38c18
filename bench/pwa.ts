import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { measureBuild } from '../pwa/build/size-budget.ts';
import { atMost, type Bench } from './bench.ts';

const ROOT = join(import.meta.dirname, '..');
const BUILD = join(ROOT, 'dist', 'pwa');

/** What a phone loads. */
export const pwa: Bench = {
  summary: 'bytes of the first load, the scanner and the offline copy',
  options: { build: { meaning: 'yes: build anew; missing: only when there is none', fallback: 'missing' } },
  run: async ({ option, progress }) => {
    if (option('build') === 'yes' || !existsSync(join(BUILD, 'index.html'))) {
      progress('building the page');
      execFileSync(process.execPath, [join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js'), 'build'], {
        cwd: ROOT,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    }
    const { firstLoad, scanner, precache } = measureBuild('dist/pwa', ROOT);
    const html = readFileSync(join(BUILD, 'index.html'), 'utf8');
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
  const assets = readdirSync(join(BUILD, 'assets')).map((name) => `assets/${name}`);
  return ['index.html', 'service-worker.js', ...assets].sort();
}

function describeFile(file: string, html: string) {
  const bytes = readFileSync(join(BUILD, file));
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  const isFirst = file === 'index.html' || html.includes(file);
  return { file, bytes: bytes.byteLength, brotli: brotli.byteLength, loaded: isFirst ? 'first' : 'later' };
}
