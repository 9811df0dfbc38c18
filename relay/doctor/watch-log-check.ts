import { join } from 'node:path';
import { counted } from '../commands/words.ts';
import type { StateDirectory } from '../storage/state-directory.ts';
import { verifyWatchLogFile } from '../watch-log/verify-watch-log-file.ts';
import { WATCH_LOG_FILE } from '../watch-log/watch-log-file.ts';
import { type Finding, findingsOn } from './finding.ts';

const { ok, fail } = findingsOn('who watched');

/** Whether the log of who watched is what the camera wrote. */
export async function checkWatchLog(state: StateDirectory): Promise<readonly Finding[]> {
  const identity = await state.readIdentity().catch(() => null);
  if (identity === null) return [];
  const report = await verifyWatchLogFile(join(state.path, WATCH_LOG_FILE), identity);
  if (report === null) return [ok('Nothing is written down yet.')];
  const { fault, viewings } = report;
  if (fault === null) return [ok(`${counted(viewings, 'viewing')} written down, as the camera signed them.`)];
  return [
    fail(`Line ${fault.line} is not as the camera wrote it (${fault.code}).`, 'See: latchkey log --verify'),
  ];
}
