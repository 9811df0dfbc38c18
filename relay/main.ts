#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// From the second start on nothing is compiled, which halves the time until the code is shown. Beside the program and not
// in the machine's temporary directory, where somebody else could put code of theirs.
enableCompileCache(fileURLToPath(new URL('./.compile-cache', import.meta.url)));

// Whoever reads along may stop reading, as `head` does: then nobody is left to tell.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const { systemClock } = await import('./system-clock.ts');
const { runCommand } = await import('./run-command.ts');

process.exitCode = await runCommand({
  args: process.argv.slice(2),
  env: process.env,
  clock: systemClock,
  write: (text) => process.stdout.write(`${text}\n`),
  writeError: (text) => process.stderr.write(`${text}\n`),
  isTerminal: process.stdout.isTTY === true,
  ask: async (question) => {
    const { askAtTerminal } = await import('./commands/terminal-question.ts');
    return askAtTerminal({ input: process.stdin, output: process.stdout }, question);
  },
  untilStopped: () =>
    new Promise((resolve) => {
      // 'disconnect': whoever started us with a channel is gone, as after a kill of `npm start`.
      for (const event of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.once(event, () => resolve());
    }),
});
// Whoever started us with a channel would otherwise hold us alive by it.
if (process.connected) process.disconnect();
