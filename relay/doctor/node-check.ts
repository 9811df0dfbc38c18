import { type Finding, findingsOn } from './finding.ts';

/** The first that runs the relay. */
const LEAST_MAJOR = 24;
const { ok, fail } = findingsOn('Node');

/** Whether this Node is new enough. */
export function checkNode(version: string): readonly Finding[] {
  if (Number(version.split('.')[0]) >= LEAST_MAJOR) return [ok(`${version}.`)];
  return [fail(`${version} is too old.`, `Install Node ${LEAST_MAJOR} or later: https://nodejs.org/`)];
}
