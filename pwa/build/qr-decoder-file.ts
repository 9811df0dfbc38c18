import type { Plugin } from 'vite';

const libraryModule = 'qr-scanner-worker.min.js';
const ownModule = new URL('../pairing/scanner/create-worker.ts', import.meta.url).pathname;

/**
 * Lets qr-scanner's decoder be a file. The library carries it as text and starts it from a `blob:` URL, which
 * `worker-src 'self'` forbids: scanning would then never finish and never say so.
 * Its worker module becomes ours; the text itself, asked for with `?decoder`, becomes a module.
 */
export function qrDecoderFile(): Plugin {
  return {
    name: 'latchkey:qr-decoder-file',
    enforce: 'pre',
    transform(code, id) {
      if (id.endsWith(`${libraryModule}?decoder`)) return { code: readDecoder(code), map: null };
      if (!id.endsWith(libraryModule)) return null;
      return { code: `export { createWorker } from ${JSON.stringify(ownModule)};`, map: null };
    },
  };
}

/** The text between the first and the last backtick, its three escapes undone. */
function readDecoder(code: string): string {
  const start = code.indexOf('`') + 1;
  const end = code.lastIndexOf('`');
  if (start === 0 || end <= start)
    throw new Error(`${libraryModule} no longer carries its decoder as a template`);
  return code.slice(start, end).replace(/\\([`$\\])/g, '$1');
}
