import type { Rolldown } from 'vite';

type CodeSplitting = Exclude<Rolldown.OutputOptions['codeSplitting'], boolean | undefined>;

/**
 * Keeps everything that the page loads at first in one file. Left to itself the bundler makes files of their own of
 * what later parts need too: more requests, and 2 KB more, as each file is compressed by itself.
 */
export const firstLoadInOneFile: CodeSplitting = {
  groups: [{ name: (id, context) => (isLoadedFirst(id, context, new Set()) ? 'index' : null) }],
};

function isLoadedFirst(id: string, context: Rolldown.ChunkingContext, seen: Set<string>): boolean {
  const module = context.getModuleInfo(id);
  if (module === null || seen.has(id)) return false;
  seen.add(id);
  return module.isEntry || module.importers.some((importer) => isLoadedFirst(importer, context, seen));
}
