import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import type { Plugin, ResolvedConfig } from 'vite';

/** Largest sizes in bytes; the page is meant to open on a slow phone within a second. */
export interface SizeBudget {
  /** All scripts and styles that the page loads at first, brotli. */
  readonly firstLoad: number;
  /** All that is loaded when somebody scans, brotli. */
  readonly scanner: number;
  /** All that the service worker keeps, as it is. */
  readonly precache: number;
}

/** What a build came to, in the same terms. */
export type Sizes = SizeBudget;

/** Fails the build when it is larger than its budget, and says its sizes in any case. */
export function sizeBudget(budget: SizeBudget): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'latchkey:size-budget',
    apply: 'build',
    enforce: 'post',
    configResolved(resolved) {
      config = resolved;
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      handler() {
        const sizes = measureBuild(config.build.outDir, config.root);
        config.logger.info(`sizes in bytes: ${JSON.stringify(sizes)}`);
        const over = (Object.keys(budget) as (keyof SizeBudget)[]).filter(
          (name) => sizes[name] > budget[name],
        );
        if (over.length > 0) this.error(`over the size budget ${JSON.stringify(budget)}: ${over.join(', ')}`);
      },
    },
  };
}

/** Measures a finished build in `outDir`, which is relative to `root`. */
export function measureBuild(outDir: string, root = '.'): Sizes {
  const folder = join(root, outDir);
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const files = readdirSync(join(folder, 'assets')).map((name) => `assets/${name}`);
  const isFirst = (file: string) => html.includes(file) && /\.(js|css)$/.test(file);
  const isScanner = (file: string) => /(code-reader|decoder-worker)[^/]*\.js$/.test(file);
  const brotli = (file: string) => brotliCompressSync(readFileSync(join(folder, file))).byteLength;
  return {
    firstLoad: sum(files.filter(isFirst).map(brotli)),
    scanner: sum(files.filter(isScanner).map(brotli)),
    precache: sum(listPrecached(folder).map((file) => readFileSync(join(folder, file)).byteLength)),
  };
}

/** The addresses in the service worker's own list. */
function listPrecached(folder: string): string[] {
  const script = readFileSync(join(folder, 'service-worker.js'), 'utf8');
  const urls = [...script.matchAll(/url:\s*"([^"]+)"/g)].map((match) => match[1] ?? '');
  return urls.map((url) => relative('.', url));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
