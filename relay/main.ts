#!/usr/bin/env node
import { systemClock } from './clock.ts';
import { runCommand } from './command.ts';

process.exitCode = await runCommand({
  args: process.argv.slice(2),
  env: process.env,
  clock: systemClock,
  write: (text) => process.stdout.write(`${text}\n`),
  writeError: (text) => process.stderr.write(`${text}\n`),
  isTerminal: process.stdout.isTTY === true,
  untilStopped: () =>
    new Promise((resolve) => {
      // 'disconnect': whoever started us with a channel is gone, as after a kill of `npm start`.
      for (const event of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.once(event, () => resolve());
    }),
});
