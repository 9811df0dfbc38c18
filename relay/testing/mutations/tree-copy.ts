import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { type Mutation, type MutationGroup, mutate } from './mutation.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const NOT_COPIED = new Set(['.git', 'node_modules', 'dist', 'test-results', 'playwright-report']);
/** A mutation may have a test wait for what never comes. */
const TEST_TIMEOUT_MS = 15_000;
/** Or never end. */
const RUN_LIMIT_MS = 120_000;

/** What became of a mutation; `broken`: no test could run at all, so that none has noticed it. */
export type Verdict = 'caught' | 'survived' | 'broken';

const report = v.object({ success: v.boolean(), numFailedTests: v.number() });

/** A copy of the tree, to be bent. */
export class TreeCopy {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  static async create(): Promise<TreeCopy> {
    const path = await mkdtemp(join(tmpdir(), 'latchkey-mutations-'));
    // Whoever interrupts us finds no copies either.
    process.once('exit', () => rmSync(path, { recursive: true, force: true }));
    for (const name of await readdir(ROOT))
      if (!NOT_COPIED.has(name)) await cp(join(ROOT, name), join(path, name), { recursive: true });
    await symlink(join(ROOT, 'node_modules'), join(path, 'node_modules'));
    return new TreeCopy(path);
  }

  /** @throws Error when the tests do not all pass as things are. */
  async expectSound(tests: readonly string[]): Promise<void> {
    const result = await this.#run(tests);
    if (result?.success) return;
    throw new Error(
      `without a mutation fail already ${result?.numFailedTests ?? 'all'} of: ${tests.join(' ')}`,
    );
  }

  /** Has the tests run with a mutation in place. @throws RangeError when it is out of date. */
  async tryOut({ file, tests }: MutationGroup, mutation: Mutation): Promise<Verdict> {
    const path = join(this.#path, file);
    const source = await readFile(path, 'utf8');
    await writeFile(path, mutate(source, mutation));
    try {
      const result = await this.#run(tests);
      if (result === null || result.numFailedTests > 0) return 'caught';
      return result.success ? 'survived' : 'broken';
    } finally {
      await writeFile(path, source);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#path, { recursive: true, force: true });
  }

  /** What the tests came to; null where they did not come to an end. */
  async #run(tests: readonly string[]): Promise<v.InferOutput<typeof report> | null> {
    const output = join(this.#path, 'report.json');
    await rm(output, { force: true });
    const options = ['--project', 'node', '--bail', '1', '--testTimeout', `${TEST_TIMEOUT_MS}`];
    const reporters = ['--reporter', 'json', '--outputFile', output];
    const args = ['node_modules/vitest/vitest.mjs', 'run', ...options, ...reporters, ...tests];
    const child = spawn(process.execPath, args, { cwd: this.#path, stdio: 'ignore' });
    const timer = setTimeout(() => child.kill('SIGKILL'), RUN_LIMIT_MS);
    await new Promise((resolve) => child.once('close', resolve));
    clearTimeout(timer);
    const text = await readFile(output, 'utf8').catch(() => null);
    return text === null ? null : v.parse(report, JSON.parse(text));
  }
}
