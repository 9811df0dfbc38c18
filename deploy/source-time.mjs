import { spawnSync } from 'node:child_process';
import { root, say } from './install.mjs';

/**
 * When the sources were made, in seconds since the epoch: SOURCE_DATE_EPOCH where somebody says so (reproducible-builds.org),
 * else the newest commit, else null. Not the time of the build, so that the same sources give the same program.
 */
export function sourceTimeS() {
  const said = process.env.SOURCE_DATE_EPOCH;
  if (said) return parseSeconds(said);
  const { status, stdout } = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' });
  if (status !== 0) return null;
  const committed = parseSeconds(stdout.trim());
  if (committed * 1000 <= Date.now()) return committed;
  say('The newest commit is from the future, so the program will not go by its time.');
  return null;
}

function parseSeconds(text) {
  if (!/^\d{1,12}$/.test(text)) throw new TypeError(`${JSON.stringify(text)} is no time in seconds`);
  return Number(text);
}
